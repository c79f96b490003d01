//! A known computer: strangers who guess cannot hold its person, and it may not guess freely.

use vestibule::api::{
    Computers, Error, KnowComputer, Outcome, Secret, SetComputerRule, SignIn, SignOut, Token,
    UnreadNotices,
};
use vestibule::domain::Role;

use crate::clinic::{Clinic, MANAGER, PASSWORD};
use crate::staff::Desk;

async fn know(clinic: &Clinic, token: &Token, computer: Option<&Secret>) -> Option<Secret> {
    let computer = computer.cloned();
    let call = KnowComputer { computer };
    clinic.call(token, call).await.unwrap().computer
}

async fn sign_in(
    clinic: &Clinic,
    email: &str,
    password: &str,
    computer: Option<&Secret>,
) -> Result<Token, Error> {
    let call = SignIn {
        email: email.into(),
        password: Secret::new(password),
        computer: computer.cloned(),
        remembered: None,
    };
    match clinic.backend.call(None, call).await? {
        Outcome::In(admitted) => Ok(admitted.token),
        other => panic!("not in: {other:?}"),
    }
}

/// Moves the count of an address to where 10,000 wrong passwords would have brought it, the last
/// of them a moment ago: to hash them all would take minutes and show nothing more.
async fn ten_thousand_wrong(clinic: &Clinic) {
    for _ in 0..5 {
        let answer = sign_in(clinic, MANAGER, "not it at all", None).await;
        assert_eq!(answer.err(), Some(Error::WrongCredentials));
    }
    let next = clinic.now().as_millisecond() + 900_000;
    let sql = format!("UPDATE tries SET failures = 10000, next_at = {next}");
    clinic.sql(&sql).await;
}

/// Attack 6.
#[tokio::test]
async fn a_stranger_who_guesses_does_not_hold_a_known_computer() {
    let clinic = Clinic::new().await;
    let computer = know(&clinic, &clinic.founder, None).await.unwrap();
    assert_eq!(computer.expose().len(), 43);
    ten_thousand_wrong(&clinic).await;
    // Elsewhere even the right password waits.
    let answer = sign_in(&clinic, MANAGER, PASSWORD, None).await;
    assert!(matches!(answer, Err(Error::Wait { .. })), "{answer:?}");
    let token = sign_in(&clinic, MANAGER, PASSWORD, Some(&computer))
        .await
        .unwrap();
    // What is done in its sessions is not held either.
    assert_eq!(know(&clinic, &token, Some(&computer)).await, None);
    clinic.step_up(&token, None).await.unwrap();
    clinic.step_up(&clinic.founder, None).await.unwrap();
    // And the stranger still waits.
    let answer = sign_in(&clinic, MANAGER, PASSWORD, None).await;
    assert!(matches!(answer, Err(Error::Wait { .. })), "{answer:?}");
}

/// Attack 6: the computer's own guesses wait from the fifth on, at every door.
#[tokio::test]
async fn a_known_computer_may_not_guess_freely() {
    let clinic = Clinic::new().await;
    let computer = know(&clinic, &clinic.founder, None).await.unwrap();
    for wait in [30, 60, 120] {
        loop {
            match sign_in(&clinic, MANAGER, "not it at all", Some(&computer)).await {
                Err(Error::WrongCredentials) => {}
                Err(Error::Wait { until }) => {
                    let left = until.duration_since(clinic.now()).as_secs();
                    assert_eq!(left, wait);
                    let answer = clinic.step_up(&clinic.founder, None).await;
                    assert_eq!(answer.err(), Some(Error::Wait { until }));
                    clinic.clock.set(until);
                    break;
                }
                other => panic!("{other:?}"),
            }
        }
    }
    // Nobody else is held by it.
    sign_in(&clinic, MANAGER, PASSWORD, None).await.unwrap();
}

/// Attack 6: what is not this person's token, or no token at all, is as none.
#[tokio::test]
async fn a_token_of_somebody_else_is_as_none() {
    let desk = Desk::new().await;
    let clinic = &desk.clinic;
    let sam = desk.colleague("sam@hills.example", Role::Reception).await;
    let computer = know(clinic, &sam.token, None).await.unwrap();
    ten_thousand_wrong(clinic).await;
    let hash = clinic.sql("SELECT token_hash FROM computers").await[0][0].clone();
    for other in [&computer, &Secret::new(""), &Secret::new(hash)] {
        let answer = sign_in(clinic, MANAGER, PASSWORD, Some(other)).await;
        assert!(matches!(answer, Err(Error::Wait { .. })), "{answer:?}");
    }
    // A wrong password with it is counted on the address, as anybody's.
    sign_in(clinic, &sam.email, PASSWORD, Some(&computer))
        .await
        .unwrap();
    let rows = clinic.tries().await.len();
    let answer = sign_in(clinic, "nobody@hills.example", PASSWORD, Some(&computer)).await;
    assert_eq!(answer.err(), Some(Error::WrongCredentials));
    assert_eq!(clinic.tries().await.len(), rows + 1);
}

/// A stolen session makes no new counters to guess through.
#[tokio::test]
async fn a_session_says_once_where_it_is_used() {
    let clinic = Clinic::new().await;
    know(&clinic, &clinic.founder, None).await.unwrap();
    for computer in [None, Some(Secret::new("made up"))] {
        let answer = clinic
            .call(&clinic.founder, KnowComputer { computer })
            .await;
        assert_eq!(answer.err(), Some(Error::Stale));
    }
    assert_eq!(clinic.number("SELECT COUNT(*) FROM computers").await, 1);
}

/// The figure: 20 computers of a person, the oldest forgotten.
#[tokio::test]
async fn the_oldest_of_many_computers_is_forgotten() {
    let clinic = Clinic::new().await;
    let first = know(&clinic, &clinic.founder, None).await.unwrap();
    for n in 1..=20 {
        clinic.clock.advance(1);
        let token = sign_in(&clinic, MANAGER, PASSWORD, Some(&first))
            .await
            .unwrap();
        know(&clinic, &token, None).await.unwrap();
        clinic.call(&token, SignOut {}).await.unwrap();
        let kept = clinic.number("SELECT COUNT(*) FROM computers").await;
        assert_eq!(kept, (n + 1).min(20));
    }
    ten_thousand_wrong(&clinic).await;
    let answer = sign_in(&clinic, MANAGER, PASSWORD, Some(&first)).await;
    assert!(matches!(answer, Err(Error::Wait { .. })), "{answer:?}");
}

/// Whoever is known on a computer is told of a sign-in on another, at the next sign-in; with the
/// setting off the audit log alone has it.
#[tokio::test]
async fn a_sign_in_on_a_new_computer_is_told() {
    let desk = Desk::new().await;
    let clinic = &desk.clinic;
    let sam = desk.colleague("sam@hills.example", Role::Reception).await;
    let told = async || {
        let told = desk.notices(&sam.id).await;
        told.iter()
            .filter(|(kind, _)| kind == "new_computer")
            .count()
    };
    let added = "SELECT COUNT(*) FROM events WHERE kind = 'computer_added'";
    // The first of all is no news.
    let first = know(clinic, &sam.token, None).await.unwrap();
    assert_eq!((told().await, clinic.number(added).await), (0, 1));
    clinic.clock.advance(1);
    let elsewhere = sign_in(clinic, &sam.email, PASSWORD, None).await.unwrap();
    know(clinic, &elsewhere, None).await.unwrap();
    assert_eq!((told().await, clinic.number(added).await), (1, 2));
    let unread = clinic.call(&elsewhere, UnreadNotices {}).await;
    assert_eq!(unread, Ok(0), "what one did oneself just now");
    clinic.clock.advance(1);
    let back = sign_in(clinic, &sam.email, PASSWORD, Some(&first)).await;
    let back = back.unwrap();
    assert_eq!(know(clinic, &back, Some(&first)).await, None);
    assert_eq!(clinic.call(&back, UnreadNotices {}).await, Ok(1));
    assert_eq!(told().await, 1);

    // Attack 96: a client that says nothing of its computer hides nothing.
    clinic.clock.advance(1);
    sign_in(clinic, &sam.email, PASSWORD, None).await.unwrap();
    assert_eq!(told().await, 2);

    let computers = Computers {
        remember_days: None,
        tell_new: false,
        keep_names: true,
    };
    let call = SetComputerRule { computers };
    clinic.call(&desk.manager, call).await.unwrap();
    let third = sign_in(clinic, &sam.email, PASSWORD, None).await.unwrap();
    know(clinic, &third, None).await.unwrap();
    assert_eq!((told().await, clinic.number(added).await), (2, 3));
}
