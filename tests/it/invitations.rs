//! Adding a person, and the invitation at its edges.

use vestibule::api::{Error, Fault, Field, InviteAgain, Outcome, RuleAsked, Secret, WhoAmI};
use vestibule::domain::{EmailFault, NameFault, PasswordFault, Role, UserId};
use vestibule::service::SystemRandom;

use crate::clinic::PASSWORD;
use crate::staff::{Desk, MANDATORY_NOW};

const SAM: &str = "sam@hills.example";
const DAY: i64 = 24 * 60 * 60;

fn invalid(field: Field, fault: impl Into<Fault>) -> Option<Error> {
    Some(field.cannot_be(fault))
}

async fn id_of(desk: &Desk, email: &str) -> UserId {
    desk.page(email).await.people[0].user.clone()
}

#[tokio::test]
async fn an_invitation_sets_the_first_password_and_signs_in() {
    let desk = Desk::new().await;
    let invitation = desk.invite(SAM, Role::Practitioner).await.unwrap();
    assert_eq!(
        invitation.ends.as_second(),
        desk.clinic.now().as_second() + DAY
    );
    let row = desk.page(SAM).await.people.remove(0);
    assert!(row.invited && row.last_sign_in.is_none());

    let Ok(Outcome::In(admitted)) = desk.redeem(&invitation.code, PASSWORD).await else {
        panic!("not let in");
    };
    assert_eq!(
        (admitted.me.email.as_str(), admitted.me.role),
        (SAM, Role::Practitioner)
    );
    assert_eq!(admitted.offer, None);
    desk.clinic.call(&admitted.token, WhoAmI {}).await.unwrap();
    let row = desk.page(SAM).await.people.remove(0);
    assert!(!row.invited && row.last_sign_in.is_some());
    assert_eq!(desk.logged("person_added", &row.user).await, 1);
    assert_eq!(desk.logged("invitation_redeemed", &row.user).await, 1);
    // Neither the code nor anything it could be found from is kept (attack 73).
    let letters = invitation.code.expose().replace('-', "");
    for (column, value) in desk.clinic.dump().await {
        assert!(!value.contains(&letters), "{column}");
        assert!(!value.contains(invitation.code.expose()), "{column}");
    }
}

/// The figure "one-time admissions" at its edge.
#[tokio::test]
async fn an_invitation_is_good_for_24_hours() {
    for (seconds, taken) in [(DAY - 1, true), (DAY, false)] {
        let desk = Desk::new().await;
        let invitation = desk.invite(SAM, Role::Reception).await.unwrap();
        desk.clinic.clock.advance(seconds);
        let answer = desk.redeem(&invitation.code, PASSWORD).await;
        assert_eq!(answer.is_ok(), taken, "{seconds}");
        if !taken {
            assert_eq!(answer.err(), Some(Error::InvitationNotValid));
        }
    }
}

#[tokio::test]
async fn an_invitation_is_used_once() {
    let desk = Desk::new().await;
    let invitation = desk.invite(SAM, Role::Reception).await.unwrap();
    desk.redeem(&invitation.code, PASSWORD).await.unwrap();
    let again = desk
        .redeem(&invitation.code, "another ladder 17 teal")
        .await;
    assert_eq!(again.err(), Some(Error::InvitationNotValid));
    let person = crate::clinic::Person {
        clinic: &desk.clinic,
        email: SAM.into(),
        password: PASSWORD.into(),
    };
    person.session().await;
}

/// A practice's first morning: right codes are no tries of each other, however many come at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_newcomers_at_once_all_are_let_in() {
    let desk = Desk::new().await;
    let mut invitations = Vec::new();
    for n in 0..12 {
        let email = format!("newcomer-{n}@hills.example");
        invitations.push(desk.invite(&email, Role::Reception).await.unwrap());
    }
    let redeemed = invitations
        .iter()
        .map(|invitation| desk.redeem(&invitation.code, PASSWORD));
    for answer in futures_util::future::join_all(redeemed).await {
        assert!(matches!(answer, Ok(Outcome::In(_))), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_redeem_at_once_one_is_let_in() {
    for _ in 0..10 {
        let desk = Desk::new().await;
        let invitation = desk.invite(SAM, Role::Reception).await.unwrap();
        let other = desk.clinic.another_window().await;
        let call = vestibule::api::Redeem {
            code: invitation.code.clone(),
            password: Secret::new("another ladder 17 teal"),
        };
        let (one, two) = tokio::join!(
            desk.redeem(&invitation.code, PASSWORD),
            other.call(None, call)
        );
        assert_eq!(u8::from(one.is_ok()) + u8::from(two.is_ok()), 1);
        let lost = one.err().or(two.err());
        assert_eq!(lost, Some(Error::InvitationNotValid));
        assert_eq!(
            desk.clinic
                .number("SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL")
                .await,
            2
        );
    }
}

#[tokio::test]
async fn a_new_invitation_voids_the_old_one() {
    let desk = Desk::new().await;
    let old = desk.invite(SAM, Role::Reception).await.unwrap();
    let user = id_of(&desk, SAM).await;
    let again = InviteAgain {
        user: user.clone(),
        send: false,
    };
    let new = desk.clinic.call(&desk.manager, again).await.unwrap();
    let answer = desk.redeem(&old.code, PASSWORD).await;
    assert_eq!(answer.err(), Some(Error::InvitationNotValid));
    desk.redeem(&new.code, PASSWORD).await.unwrap();
    assert_eq!(desk.logged("invited_again", &user).await, 1);
}

/// Whoever let the day pass is still shown as invited, and gets a new code.
#[tokio::test]
async fn an_ended_invitation_can_be_made_anew() {
    let mut desk = Desk::new().await;
    desk.invite(SAM, Role::Reception).await.unwrap();
    desk.clinic.clock.advance(DAY);
    desk.return_manager().await;
    let row = desk.page(SAM).await.people.remove(0);
    assert!(row.invited);
    let again = InviteAgain {
        user: row.user,
        send: false,
    };
    let new = desk.clinic.call(&desk.manager, again).await.unwrap();
    desk.redeem(&new.code, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn only_an_account_without_a_password_is_invited_again() {
    let desk = Desk::new().await;
    let sam = desk.colleague(SAM, Role::Reception).await;
    for (user, fault) in [
        (sam.id, Error::Stale),
        (desk.manager_id.clone(), Error::Stale),
        (
            UserId::new(desk.clinic.now(), &SystemRandom),
            Error::NotFound,
        ),
    ] {
        let answer = desk
            .clinic
            .call(&desk.manager, InviteAgain { user, send: false })
            .await;
        assert_eq!(answer.err(), Some(fault));
    }
}

#[tokio::test]
async fn what_cannot_be_a_person_is_refused_by_its_field() {
    let desk = Desk::new().await;
    desk.invite(SAM, Role::Reception).await.unwrap();
    for (email, fault) in [
        (SAM, Fault::Taken),
        (" SAM@Hills.Example ", Fault::Taken),
        (crate::clinic::MANAGER, Fault::Taken),
        ("", EmailFault::Empty.into()),
        ("%@hills.example", EmailFault::Malformed.into()),
        ("s\u{e4}m@hills.example", EmailFault::NotAscii.into()),
    ] {
        let answer = desk.invite(email, Role::Reception).await;
        assert_eq!(answer.err(), invalid(Field::Email, fault), "{email}");
    }
    for (name, fault) in [(" ", NameFault::Empty), ("Sam\nRoe", NameFault::Forbidden)] {
        let call = vestibule::api::AddPerson {
            name: name.into(),
            email: "kim@hills.example".into(),
            role: Role::Reception,
            send: false,
        };
        let answer = desk.clinic.call(&desk.manager, call).await;
        assert_eq!(answer.err(), invalid(Field::Name, fault));
    }
    assert_eq!(desk.clinic.number("SELECT COUNT(*) FROM users").await, 2);
}

/// A password that cannot be taken costs neither the invitation nor a try.
#[tokio::test]
async fn the_password_is_judged_before_the_code_is_spent() {
    let desk = Desk::new().await;
    let invitation = desk.invite(SAM, Role::Reception).await.unwrap();
    for (password, fault) in [
        ("", PasswordFault::Empty),
        ("password1234", PasswordFault::Common),
        ("elevenchars", PasswordFault::TooShort),
        ("hills clinic", PasswordFault::MadeOfName),
        ("sam@hills.example", PasswordFault::MadeOfName),
    ]
    .into_iter()
    .cycle()
    .take(15)
    {
        let answer = desk.redeem(&invitation.code, password).await;
        assert_eq!(answer.err(), invalid(Field::Password, fault), "{password}");
    }
    desk.redeem(&invitation.code, PASSWORD).await.unwrap();
}

/// A code with another letter in this place.
pub(crate) fn changed(code: &str, place: usize) -> Secret {
    let letter = if &code[place..=place] == "A" {
        "B"
    } else {
        "A"
    };
    Secret::new(format!("{}{letter}{}", &code[..place], &code[place + 1..]))
}

/// Guessing is slowed as wrong passwords are, and nobody is stopped by it for long.
#[tokio::test]
async fn wrong_codes_are_counted_and_slowed() {
    let desk = Desk::new().await;
    let invitation = desk.invite(SAM, Role::Reception).await.unwrap();
    for typed in ["", "ABCD", "ABCD-EFGH-JKM\u{e9}", "ABCD-EFGH-JKMN-PQRS"] {
        let answer = desk.redeem(&Secret::new(typed), PASSWORD).await;
        assert_eq!(
            answer.err(),
            invalid(Field::Invitation, Fault::NotUnderstood)
        );
    }
    // A stranger holds up no newcomer: guesses are counted by how they begin.
    let right = invitation.code.expose();
    let elsewhere = changed(right, 0);
    for _ in 0..5 {
        let answer = desk.redeem(&elsewhere, PASSWORD).await;
        assert_eq!(answer.err(), Some(Error::InvitationNotValid));
    }
    let wrong = changed(right, right.len() - 1);
    for _ in 0..5 {
        let answer = desk.redeem(&wrong, PASSWORD).await;
        assert_eq!(answer.err(), Some(Error::InvitationNotValid));
    }
    let waits = |answer: Result<Outcome, Error>| matches!(answer, Err(Error::Wait { .. }));
    assert!(waits(desk.redeem(&wrong, PASSWORD).await));
    // The right code is not looked at either now, so that the answer tells nothing.
    assert!(waits(desk.redeem(&invitation.code, PASSWORD).await));
    desk.clinic.clock.advance(29);
    assert!(waits(desk.redeem(&invitation.code, PASSWORD).await));
    desk.clinic.clock.advance(1);
    desk.redeem(&invitation.code, PASSWORD).await.unwrap();
    // And the mistypings of the morning are over with it.
    let failures = "SELECT SUM(failures) FROM tries WHERE counter = 'passwords'";
    assert_eq!(
        desk.clinic.number(failures).await,
        5,
        "those that begin otherwise"
    );
    // However often: at most a quarter of an hour.
    for _ in 0..60 {
        desk.clinic.clock.advance(15 * 60);
        let answer = desk.redeem(&wrong, PASSWORD).await;
        assert_eq!(answer.err(), Some(Error::InvitationNotValid));
    }
}

/// Letters are read forgivingly by one rule, and nothing else is.
#[tokio::test]
async fn a_code_is_read_as_it_is_told() {
    let desk = Desk::new().await;
    let invitation = desk.invite(SAM, Role::Reception).await.unwrap();
    let typed = invitation.code.expose().to_lowercase().replace('-', " ");
    let typed = typed.replace('0', "o").replace('1', "l");
    desk.redeem(&Secret::new(typed), PASSWORD).await.unwrap();
}

/// The invitation is the first step: what is required follows it as it follows a password.
#[tokio::test]
async fn what_is_required_follows_the_invitation() {
    let desk = Desk::new().await;
    let first = desk.invite(SAM, Role::Reception).await.unwrap();
    let second = desk
        .invite("kim@hills.example", Role::Reception)
        .await
        .unwrap();
    desk.set_rule(RuleAsked::Prompt).await;
    let Ok(Outcome::In(admitted)) = desk.redeem(&first.code, PASSWORD).await else {
        panic!("not let in");
    };
    assert!(admitted.offer.is_some_and(|offer| offer.until.is_none()));
    desk.set_rule(MANDATORY_NOW).await;
    let Ok(Outcome::SetUp(due)) = desk.redeem(&second.code, PASSWORD).await else {
        panic!("let in without a set-up");
    };
    let phone = desk.clinic.enrol(&due.token).await;
    desk.clinic.clock.advance(60);
    let kim = crate::clinic::Person {
        clinic: &desk.clinic,
        email: "kim@hills.example".into(),
        password: PASSWORD.into(),
    };
    kim.session_by(&phone).await;
}

/// Somebody who was put out of the practice before redeeming is as a wrong code.
#[tokio::test]
async fn a_closed_membership_voids_the_invitation() {
    let desk = Desk::new().await;
    let invitation = desk.invite(SAM, Role::Reception).await.unwrap();
    desk.clinic
        .sql("UPDATE memberships SET until_at = 1 WHERE role = 'reception'")
        .await;
    let answer = desk.redeem(&invitation.code, PASSWORD).await;
    assert_eq!(answer.err(), Some(Error::InvitationNotValid));
}
