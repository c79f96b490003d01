//! Practices and the people who may always come back, as whoever runs a server makes them.

use std::sync::Arc;

use secrecy::SecretString;
use vestibule::api::{Greet, Outcome, Redeem, Secret, SignIn, Token, WhoAmI};
use vestibule::delivery::{Patience, Post};
use vestibule::service::{HashCost, Keys, Service, SystemClock, SystemRandom};

use super::Machine;
use crate::clinic::PASSWORD;

const ALEX: &str = "alex@hills.example";
const NEW: &str = "another ladder 17 teal";

/// The service over the database of a machine.
pub(super) async fn service(machine: &Machine) -> Service {
    let service = Service::new(
        machine.store().await,
        Keys::parse(&SecretString::from(machine.keys().trim())).unwrap(),
        Arc::new(SystemClock),
        Arc::new(SystemRandom),
        HashCost::OWASP,
        Arc::new(Post::new(Patience::default()).unwrap()),
    );
    service.unwrap()
}

/// The session of somebody who redeems an invitation; none if it is not good.
pub(super) async fn redeemed(service: &Service, code: &str) -> Option<Token> {
    let redeem = Redeem {
        code: Secret::new(code),
        password: Secret::new(PASSWORD),
    };
    match service.call(None, redeem).await {
        Ok(Outcome::In(admitted)) => Some(admitted.token),
        Err(_) => None,
        Ok(other) => panic!("not let in: {other:?}"),
    }
}

async fn is_in(service: &Service, token: &Token) -> bool {
    service.call(Some(token), WhoAmI {}).await.is_ok()
}

/// A first invitation that was lost is made once more, and no practice is made twice for it.
#[tokio::test]
async fn a_first_person_without_a_password_is_invited_again() {
    let machine = Machine::new().await;
    let lost = machine.practice(&["first-user"], "Hills Clinic", ALEX);
    let named = [
        "--practice=hills clinic",
        "--name=Alex Lee",
        "--email=alex@hills.example",
    ];
    let again = machine.run(&[&["first-user"], &named[..]].concat());
    assert!(
        !again.done() && again.err.contains("invite-again"),
        "{again:?}"
    );
    let twice = machine.run(&[&["practice", "add"], &named[..]].concat());
    assert!(
        !twice.done() && twice.err.contains("there is one already"),
        "{twice:?}"
    );
    let said = machine.run(&["invite-again", "--email", ALEX]);
    assert!(said.done(), "{said:?}");
    let code = said.line("    ").trim();
    let service = service(&machine).await;
    assert_eq!(redeemed(&service, &lost).await, None);
    assert!(redeemed(&service, code).await.is_some());
    let later = machine.run(&["invite-again", "--email", ALEX]);
    assert!(
        !later.done() && later.err.contains("break-glass"),
        "{later:?}"
    );
    service.close().await;
}

/// Whoever has an account is told how the place is accepted, which is not by that account's sign-in
/// screen. And the sign-in screen of several practices names none of them.
#[tokio::test]
async fn a_second_practice_of_somebody_is_offered_and_no_stranger_reads_a_name() {
    let machine = Machine::new().await;
    let code = machine.practice(&["first-user"], "Hills Clinic", ALEX);
    let service = service(&machine).await;
    redeemed(&service, &code).await.unwrap();
    let greeting = service.call(None, Greet {}).await.unwrap();
    assert_eq!(greeting.practice.as_deref(), Some("Hills Clinic"));
    let named = ["--practice=Vale Clinic", "--name=Alex Lee", "--email", ALEX];
    let said = machine.run(&[&["practice", "add"], &named[..]].concat());
    assert!(said.done(), "{said:?}");
    assert!(said.out.contains("A place in another practice"), "{said:?}");
    assert!(!said.out.contains("I have an invitation"), "{said:?}");
    let greeting = service.call(None, Greet {}).await.unwrap();
    assert_eq!(greeting.practice, None);
    service.close().await;
}

/// The way back for one ends the sessions of that one, and is told in that practice alone.
#[tokio::test]
async fn break_glass_lets_one_person_back_in_and_signs_nobody_else_out() {
    let machine = Machine::new().await;
    let code = machine.practice(&["first-user"], "Hills Clinic", ALEX);
    let other = machine.practice(&["practice", "add"], "Vale Clinic", "jo@vale.example");
    let service = service(&machine).await;
    let alex = redeemed(&service, &code).await.unwrap();
    let jo = redeemed(&service, &other).await.unwrap();
    let arguments = ["break-glass", "--email", ALEX, "--reason=lost the phone"];
    let short = machine.told(&arguments, "short\nshort\n");
    assert!(
        !short.done() && short.err.contains("fewer than 12 characters"),
        "{short:?}"
    );
    assert!(is_in(&service, &alex).await);
    let said = machine.told(&arguments, &format!("{NEW}\n{NEW}\n"));
    assert!(
        said.done() && !said.out.contains("veryone") && !said.err.contains("veryone"),
        "{said:?}"
    );
    assert!(!is_in(&service, &alex).await);
    assert!(is_in(&service, &jo).await);
    for (password, let_in) in [(PASSWORD, false), (NEW, true)] {
        let call = SignIn {
            email: ALEX.into(),
            password: Secret::new(password),
            computer: None,
            remembered: None,
        };
        let answer = service.call(None, call).await;
        assert_eq!(
            matches!(answer, Ok(Outcome::SetUp(_))),
            let_in,
            "{answer:?}"
        );
    }
    assert_eq!(practices_with(&machine, "glass_broken").await, 1);
    service.close().await;
}

/// In the Activity of how many practices something stands.
async fn practices_with(machine: &Machine, kind: &str) -> usize {
    let sql = format!("SELECT DISTINCT practice_id FROM events WHERE kind = '{kind}'");
    machine.place.sql(&sql).await.len()
}

/// What was done to the whole backend stands in the Activity of everyone whom it concerns.
#[tokio::test]
async fn a_restore_and_a_rotation_are_told_in_every_practice() {
    let machine = Machine::new().await;
    let empty = machine.run(&["settle-restored"]);
    assert!(!empty.done(), "{empty:?}");
    machine.practice(&["first-user"], "Hills Clinic", ALEX);
    machine.practice(&["practice", "add"], "Vale Clinic", "jo@vale.example");
    assert!(machine.run(&["settle-restored"]).done());
    assert!(machine.run(&["make-keys", "--add", "--write"]).done());
    assert!(machine.run(&["rotate-key"]).done());
    for kind in ["restored", "key_rotated"] {
        assert_eq!(practices_with(&machine, kind).await, 2, "{kind}");
    }
}
