//! The desk code: a colleague with full access lets somebody in who has no phone today.

mod code;

use vestibule::api::{
    CodeDue, Error, Lasts, LetIn, Outcome, Secret, SendStepUp, SignOut, StepUp, SubmitCode, ToSend,
    Token,
};
use vestibule::domain::{NotAllowed, Role, Timestamp};

use crate::clinic::{MANAGER, PASSWORD, Phone};
use crate::staff::{Colleague, Desk, REASON};

const KIM: &str = "kim@hills.example";

/// Kim, who has an authenticator, at the code screen without her phone.
async fn without_phone(desk: &Desk) -> (Colleague, Phone, CodeDue) {
    let kim = desk.colleague(KIM, Role::Reception).await;
    let phone = desk.clinic.enrol(&kim.token).await;
    let due = desk.at_the_door(&kim).code_due().await;
    (kim, phone, due)
}

async fn let_in_by(
    desk: &Desk,
    due: &Token,
    email: &str,
    password: &str,
    code: &str,
) -> Result<Token, Error> {
    let call = LetIn {
        email: email.into(),
        password: Secret::new(password),
        code: Secret::new(code),
        reason: REASON.into(),
    };
    match desk.clinic.call(due, call).await? {
        Outcome::In(admitted) => Ok(admitted.token),
        other => panic!("not let in: {other:?}"),
    }
}

async fn let_in(desk: &Desk, due: &CodeDue) -> Result<Token, Error> {
    desk.clinic.clock.advance(60);
    let code = desk.phone.code();
    let_in_by(desk, &due.token, MANAGER, PASSWORD, &code).await
}

fn not(why: NotAllowed) -> Option<Error> {
    Some(Error::NotAllowed { why })
}

#[tokio::test]
async fn a_session_of_the_desk_ends_with_the_day_and_has_no_step_up() {
    let desk = Desk::new().await;
    let (kim, phone, due) = without_phone(&desk).await;
    let token = let_in(&desk, &due).await.unwrap();
    desk.clinic.admits(&token).await.unwrap();
    let midnight: Timestamp = "2027-01-15T13:00:00Z".parse().unwrap();
    let lasting = desk.clinic.call(&token, Lasts {}).await.unwrap();
    assert_eq!(lasting.ends, midnight);
    // Not even with the phone, were it found: that is a sign-in of its own.
    desk.clinic.clock.advance(60);
    let call = StepUp {
        password: Secret::new(PASSWORD),
        code: Some(Secret::new(phone.code())),
        by: None,
    };
    let refused = desk.clinic.call(&token, call).await;
    assert_eq!(refused.err(), not(NotAllowed::DeskSession));
    // Nor is a code sent for one.
    let call = SendStepUp {
        method: None,
        send: ToSend::IfNone,
    };
    let refused = desk.clinic.call(&token, call).await;
    assert_eq!(refused.err(), not(NotAllowed::DeskSession));

    assert_eq!(desk.logged("let_in_at_desk", &kim.id).await, 1);
    let notices = desk.notices(&kim.id).await;
    assert_eq!(
        notices.last().unwrap(),
        &("let_in".into(), "Alex Lee".into())
    );
    // The challenge is over, and the manager's code is spent.
    let call = SubmitCode {
        code: Secret::new(phone.code()),
        remember: false,
    };
    let over = desk.clinic.call(&due.token, call).await;
    assert_eq!(over.err(), Some(Error::ChallengeEnded));

    desk.clinic.clock.set(midnight);
    let ended = desk.clinic.admits(&token).await;
    assert_eq!(ended, Err(Error::NotSignedIn));
}

/// The colleague's tries are counted as at a step-up, and the waiting sign-in stands.
#[tokio::test]
async fn what_is_wrong_is_counted_to_the_colleague_and_lets_nobody_in() {
    let desk = Desk::new().await;
    let (_, phone, due) = without_phone(&desk).await;
    let before = desk.clinic.tries().await;
    let code = desk.phone.code();
    let wrong = let_in_by(&desk, &due.token, MANAGER, "not the password", &code).await;
    assert_eq!(wrong.err(), Some(Error::WrongCredentials));
    let unknown = let_in_by(&desk, &due.token, "no@hills.example", PASSWORD, &code).await;
    assert_eq!(unknown.err(), Some(Error::WrongCredentials));
    assert!(desk.clinic.tries().await.len() > before.len());
    let code = desk.phone.wrong(1);
    let wrong = let_in_by(&desk, &due.token, MANAGER, PASSWORD, &code).await;
    assert!(matches!(wrong, Err(Error::CodeWrong { .. })), "{wrong:?}");
    let failures = format!(
        "SELECT failures FROM tries WHERE subject = '{}' AND counter = 'codes'",
        desk.manager_id
    );
    assert_eq!(desk.clinic.number(&failures).await, 1);
    // The owner's own code still opens it.
    desk.clinic.clock.advance(60);
    let call = SubmitCode {
        code: Secret::new(phone.code()),
        remember: false,
    };
    desk.clinic.call(&due.token, call).await.unwrap();
}

/// Attacks 9 and 50: a code of the manager that was used here opens nothing more, and nobody but
/// an Enabled person with full access lets anybody in, not even themself.
#[tokio::test]
async fn only_an_enabled_colleague_with_full_access_lets_in() {
    let desk = Desk::new().await;
    let (_, phone, due) = without_phone(&desk).await;
    let sam = desk
        .colleague("sam@hills.example", Role::Practitioner)
        .await;
    let sams = desk.clinic.enrol(&sam.token).await;
    let bo = desk.colleague("bo@hills.example", Role::FullAccess).await;
    desk.clinic.clock.advance(60);
    for (email, code, why) in [
        (sam.email.as_str(), sams.code(), NotAllowed::FullAccessOnly),
        (KIM, phone.code(), NotAllowed::OnOneself),
        (bo.email.as_str(), sams.code(), NotAllowed::ActorNotEnabled),
    ] {
        let refused = let_in_by(&desk, &due.token, email, PASSWORD, &code).await;
        assert_eq!(refused.err(), not(why), "{email}");
    }
    assert_eq!(desk.clinic.code_failures().await, 0);
    // A sign-in that is over costs nobody a try.
    let over = desk.at_the_door(&sam).code_due().await;
    desk.clinic.call(&over.token, SignOut {}).await.unwrap();
    let late = let_in_by(&desk, &over.token, MANAGER, PASSWORD, &desk.phone.code()).await;
    assert_eq!(late.err(), Some(Error::ChallengeEnded));
    assert_eq!(desk.clinic.code_failures().await, 0);
    // Codes by e-mail let nobody in here, and that is no wrong code.
    let kind = |kind| {
        let user = &desk.manager_id;
        format!("UPDATE methods SET kind = '{kind}' WHERE user_id = '{user}'")
    };
    desk.clinic.sql(&kind("email")).await;
    let refused = let_in_by(&desk, &due.token, MANAGER, PASSWORD, &desk.phone.code()).await;
    assert_eq!(refused.err(), not(NotAllowed::DeskAuthenticator));
    assert_eq!(desk.clinic.code_failures().await, 0);
    desk.clinic.sql(&kind("authenticator")).await;
    // A waiting sign-in alone reaches it.
    let refused = let_in_by(&desk, &sam.token, MANAGER, PASSWORD, &desk.phone.code()).await;
    assert_eq!(refused.err(), Some(Error::ChallengeEnded));
    let_in(&desk, &due).await.unwrap();
    let again = desk.clinic.manager().code_due().await;
    let call = SubmitCode {
        code: Secret::new(desk.phone.code()),
        remember: false,
    };
    let replay = desk.clinic.call(&again.token, call).await;
    assert!(matches!(replay, Err(Error::CodeUsed { .. })), "{replay:?}");
}

#[tokio::test]
async fn three_times_a_day_is_the_most() {
    let desk = Desk::new().await;
    let (kim, _, due) = without_phone(&desk).await;
    let_in(&desk, &due).await.unwrap();
    for _ in 0..2 {
        let due = desk.at_the_door(&kim).code_due().await;
        let_in(&desk, &due).await.unwrap();
    }
    let due = desk.at_the_door(&kim).code_due().await;
    let fourth = let_in(&desk, &due).await;
    assert_eq!(fourth.err(), not(NotAllowed::DeskTooOften));
    // What the manager typed was right: it counts as no failure.
    let failures = format!(
        "SELECT COALESCE(SUM(failures), 0) FROM tries WHERE subject = '{}'",
        desk.manager_id
    );
    assert_eq!(desk.clinic.number(&failures).await, 0);
    let tomorrow = "2027-01-15T13:00:00Z".parse().unwrap();
    desk.clinic.clock.set(tomorrow);
    let due = desk.at_the_door(&kim).code_due().await;
    let_in(&desk, &due).await.unwrap();
}

/// It forgets no tries: only a completed sign-in by the owner's own factor does.
#[tokio::test]
async fn it_forgets_no_tries_of_the_owner_and_lifts_no_bar() {
    let desk = Desk::new().await;
    let (kim, phone, due) = without_phone(&desk).await;
    desk.clinic.sql("UPDATE users SET email_barred = 1").await;
    let call = SubmitCode {
        code: Secret::new(phone.wrong(1)),
        remember: false,
    };
    desk.clinic.call(&due.token, call).await.unwrap_err();
    let_in(&desk, &due).await.unwrap();
    let failures = format!(
        "SELECT failures FROM tries WHERE subject = '{}' AND counter = 'codes'",
        kim.id
    );
    assert_eq!(desk.clinic.number(&failures).await, 1);
    let barred = format!("SELECT email_barred FROM users WHERE id = '{}'", kim.id);
    assert_eq!(desk.clinic.number(&barred).await, 1);
}
