//! A forgotten password: the hand-over code, and the code that is sent by e-mail. Neither is a way
//! round the second factor (attack 48).

mod by_email;

use vestibule::api::{
    Error, Invitation, InviteAgain, MakeHandOverCode, Outcome, Redeem, Secret, Token,
};
use vestibule::backend::Backend;
use vestibule::domain::{Role, UserId};

use crate::clinic::{Clinic, PASSWORD, Person};
use crate::invitations::changed;
use crate::staff::{Desk, REASON};

const SAM: &str = "sam@hills.example";
const NEW: &str = "another ladder 17 teal";
const DAY: i64 = 24 * 60 * 60;

pub(crate) async fn hand_over(
    desk: &Desk,
    token: &Token,
    user: &UserId,
) -> Result<Invitation, Error> {
    let (user, reason) = (user.clone(), REASON.to_owned());
    desk.clinic
        .call(token, MakeHandOverCode { user, reason })
        .await
}

/// Types the code and a new password. A right code signs nobody in.
async fn choose(backend: &Backend, code: &str) -> Result<bool, Error> {
    let call = Redeem {
        code: Secret::new(code),
        password: Secret::new(NEW),
    };
    match backend.call(None, call).await? {
        Outcome::PasswordSet { by_email } => Ok(by_email),
        other => panic!("a forgotten password led to {other:?}"),
    }
}

/// The same person with the new password.
fn anew<'a>(clinic: &'a Clinic, email: &str) -> Person<'a> {
    Person {
        clinic,
        email: email.into(),
        password: NEW.into(),
    }
}

/// What is kept of somebody's factors, of everything that could change.
async fn factors(clinic: &Clinic) -> Vec<Vec<String>> {
    clinic
        .sql("SELECT id, kind, secret, last_step, proven_at, until_at, preferred FROM methods")
        .await
}

/// Attack 48: the password is new, every session has ended, no factor changed, and the next
/// sign-in is the whole one.
#[tokio::test]
async fn a_handed_over_code_chooses_a_password_and_signs_nobody_in() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Practitioner).await;
    let phone = desk.clinic.enrol(&sam.token).await;
    desk.clinic.clock.advance(60);
    let before = factors(&desk.clinic).await;
    let waits = desk.at_the_door(&sam).code_due().await;
    let made = hand_over(&desk, &desk.manager, &sam.id).await.unwrap();
    assert_eq!(made.ends.as_second(), desk.clinic.now().as_second() + DAY);
    // Until it is redeemed everything stands.
    desk.clinic.admits(&sam.token).await.unwrap();

    let sessions = "SELECT COUNT(*) FROM sessions";
    let had = desk.clinic.number(sessions).await;
    let chosen = choose(&desk.clinic.backend, made.code.expose()).await;
    assert_eq!(chosen, Ok(false));
    assert_eq!(desk.clinic.number(sessions).await, had);
    assert_eq!(factors(&desk.clinic).await, before);
    assert_eq!(
        desk.clinic.admits(&sam.token).await,
        Err(Error::NotSignedIn)
    );
    let late = desk.clinic.submit(&waits, &phone.code()).await;
    assert_eq!(late, Err(Error::ChallengeEnded));
    let old = desk.at_the_door(&sam).sign_in().await.err();
    assert_eq!(old, Some(Error::WrongCredentials));
    anew(&desk.clinic, SAM).session_by(&phone).await;
    // Attack 51: what each act leaves behind.
    for kind in ["hand_over_code_made", "password_reset"] {
        assert_eq!(desk.logged(kind, &sam.id).await, 1, "{kind}");
    }
    let told: Vec<String> = desk
        .notices(&sam.id)
        .await
        .into_iter()
        .map(|(kind, _)| kind)
        .collect();
    assert!(
        told.ends_with(&["hand_over_code_made".into(), "password_reset".into()]),
        "{told:?}"
    );
    let letters = made.code.expose().replace('-', "");
    for (column, value) in desk.clinic.dump().await {
        assert!(
            !value.contains(&letters) && !value.contains(made.code.expose()),
            "{column}"
        );
    }
}

/// Attack 48: the code is no token of any kind.
#[tokio::test]
async fn a_handed_over_code_opens_no_call() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Practitioner).await;
    let made = hand_over(&desk, &desk.manager, &sam.id).await.unwrap();
    let normal = made.code.expose().replace('-', "");
    for text in [made.code.expose(), normal.as_str()] {
        let token = Token::new(text);
        for (call, answer) in crate::roles::answers(&desk, &token, &sam.id).await {
            assert_eq!(answer, Some(Error::NotSignedIn), "{call}");
        }
        let code = vestibule::api::SubmitCode {
            code: Secret::new("123456"),
            remember: false,
        };
        let answer = desk.clinic.call(&token, code).await.err();
        assert_eq!(answer, Some(Error::ChallengeEnded));
    }
    // And nothing of that spent it.
    assert_eq!(
        choose(&desk.clinic.backend, made.code.expose()).await,
        Ok(false)
    );
}

#[tokio::test]
async fn a_handed_over_code_is_good_once_for_a_day_and_the_newest_alone() {
    for (seconds, good) in [(DAY - 1, true), (DAY, false)] {
        let desk = Desk::new().await;
        let sam = desk.colleague(SAM, Role::Reception).await;
        let old = hand_over(&desk, &desk.manager, &sam.id).await.unwrap();
        let new = hand_over(&desk, &desk.manager, &sam.id).await.unwrap();
        desk.clinic.clock.advance(seconds);
        let backend = &desk.clinic.backend;
        let invalid = Err(Error::InvitationNotValid);
        assert_eq!(choose(backend, old.code.expose()).await, invalid);
        assert_eq!(choose(backend, new.code.expose()).await.is_ok(), good);
        assert_eq!(choose(backend, new.code.expose()).await, invalid);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_redeem_a_handed_over_code_at_once_one_is_answered() {
    for _ in 0..crate::rounds(5, 200) {
        let desk = Desk::new().await;
        let sam = desk.colleague(SAM, Role::Reception).await;
        let made = hand_over(&desk, &desk.manager, &sam.id).await.unwrap();
        let other = desk.clinic.another_window().await;
        let (one, two) = tokio::join!(
            choose(&desk.clinic.backend, made.code.expose()),
            choose(&other, made.code.expose())
        );
        assert_ne!(one.is_ok(), two.is_ok(), "{one:?} {two:?}");
        let reset = "SELECT COUNT(*) FROM events WHERE kind = 'password_reset'";
        assert_eq!(desk.clinic.number(reset).await, 1);
    }
}

/// A code that is not used is void once there is another way: a changed password, a deactivation.
#[tokio::test]
async fn a_code_is_void_with_what_it_was_made_for() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    let made = hand_over(&desk, &desk.manager, &sam.id).await.unwrap();
    let change = vestibule::api::ChangePassword {
        password: Secret::new("kelp ladder 95 ochre"),
    };
    desk.clinic.call(&sam.token, change).await.unwrap();
    let invalid = Err(Error::InvitationNotValid);
    assert_eq!(
        choose(&desk.clinic.backend, made.code.expose()).await,
        invalid
    );

    let made = hand_over(&desk, &desk.manager, &sam.id).await.unwrap();
    let left = crate::membership::deactivate(&desk, &desk.manager, &sam.id).await;
    assert_eq!(left, None);
    let back = crate::membership::reactivate(&desk, &desk.manager, &sam.id).await;
    assert_eq!(back, None);
    assert_eq!(
        choose(&desk.clinic.backend, made.code.expose()).await,
        invalid
    );
}

#[tokio::test]
async fn who_has_no_password_yet_is_invited_instead() {
    let desk = Desk::new().await;
    desk.invite(SAM, Role::Reception).await.unwrap();
    let user = desk.page(SAM).await.people.remove(0).user;
    let made = hand_over(&desk, &desk.manager, &user).await;
    assert_eq!(made.err(), Some(Error::Stale));
    let call = InviteAgain { user, send: false };
    let invitation = desk.clinic.call(&desk.manager, call).await.unwrap();
    desk.redeem(&invitation.code, PASSWORD).await.unwrap();
}

/// The same counter as of invitations, and a password that cannot be taken spends nothing.
#[tokio::test]
async fn guessing_is_slowed_and_a_poor_password_spends_nothing() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    let made = hand_over(&desk, &desk.manager, &sam.id).await.unwrap();
    let poor = desk.redeem(&made.code, "short").await.err();
    assert!(matches!(poor, Some(Error::Invalid { .. })), "{poor:?}");
    let right = made.code.expose();
    let wrong = changed(right, right.len() - 1);
    for _ in 0..5 {
        let answer = choose(&desk.clinic.backend, wrong.expose()).await;
        assert_eq!(answer, Err(Error::InvitationNotValid));
    }
    let answer = choose(&desk.clinic.backend, made.code.expose()).await;
    assert!(matches!(answer, Err(Error::Wait { .. })), "{answer:?}");
    desk.clinic.clock.advance(30);
    assert_eq!(
        choose(&desk.clinic.backend, made.code.expose()).await,
        Ok(false)
    );
}
