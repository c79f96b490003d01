//! The lock: a fact on the backend, and the password that opens it again.

mod limits;

use vestibule::api::{
    Error, KnowComputer, Lasting, Lasts, Lock, MyMethods, Secret, SessionRule, SessionTimeOuts,
    SetSessionRule, SignOut, StartAuthenticator, StepUp, Token, Unlock, Unlocked, WhoAmI,
};
use vestibule::domain::Timestamp;

use crate::clinic::{Clinic, PASSWORD};

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;

async fn lock(clinic: &Clinic, token: &Token) -> Result<(), Error> {
    clinic.call(token, Lock {}).await.map(|_| ())
}

async fn unlock(clinic: &Clinic, token: &Token, password: &str) -> Result<Unlocked, Error> {
    let password = Secret::new(password);
    clinic.call(token, Unlock { password }).await
}

fn limits(idle_minutes: u32, absolute_hours: u32) -> SessionTimeOuts {
    SessionTimeOuts {
        idle_minutes,
        absolute_hours,
    }
}

async fn set(
    clinic: &Clinic,
    token: &Token,
    limits: SessionTimeOuts,
) -> Result<SessionTimeOuts, Error> {
    clinic.call(token, SetSessionRule { limits }).await
}

fn after(at: Timestamp, seconds: i64) -> Timestamp {
    at + jiff::SignedDuration::from_secs(seconds)
}

/// Attacks 71 and 97: a locked session answers every call but the unlock and the sign-out alike.
#[tokio::test]
async fn a_locked_session_answers_locked_to_every_call_but_its_own() {
    let clinic = Clinic::new().await;
    let token = &clinic.founder;
    lock(&clinic, token).await.unwrap();
    let step_up = StepUp {
        password: Secret::new(PASSWORD),
        code: None,
        by: None,
    };
    let know = KnowComputer { computer: None };
    let set_up = StartAuthenticator::default();
    let set_rule = SetSessionRule {
        limits: limits(15, 12),
    };
    for answer in [
        clinic.call(token, WhoAmI {}).await.err(),
        clinic.call(token, MyMethods {}).await.err(),
        clinic.call(token, set_up).await.err(),
        clinic.call(token, step_up).await.err(),
        clinic.call(token, Lasts {}).await.err(),
        clinic.active(token).await.err(),
        clinic.call(token, know).await.err(),
        clinic.call(token, SessionRule {}).await.err(),
        clinic.call(token, set_rule).await.err(),
    ] {
        assert_eq!(answer, Some(Error::Locked));
    }
    // To lock what is locked changes nothing.
    let before = clinic.sql("SELECT locked_at FROM sessions").await;
    clinic.clock.advance(1);
    lock(&clinic, token).await.unwrap();
    let after = clinic.sql("SELECT locked_at FROM sessions").await;
    assert_eq!(before, after);
    clinic.call(token, SignOut {}).await.unwrap();
    let answer = unlock(&clinic, token, PASSWORD).await;
    assert_eq!(answer.err(), Some(Error::NotSignedIn));
}

/// Attacks 68 and 97: an unlock makes a new token and kills the old one; what was stepped up is
/// not any more.
#[tokio::test]
async fn an_unlock_makes_a_new_token_and_is_no_step_up() {
    let clinic = Clinic::new().await;
    let old = clinic.founder.clone();
    let set_up = StartAuthenticator::default();
    clinic.call(&old, set_up.clone()).await.unwrap();
    lock(&clinic, &old).await.unwrap();
    let unlocked = unlock(&clinic, &old, PASSWORD).await.unwrap();
    assert_eq!(unlocked.me.name, "Alex Lee");
    assert_eq!(unlocked.token.expose().len(), 43);
    assert_eq!(clinic.admits(&old).await, Err(Error::NotSignedIn));
    assert_eq!(lock(&clinic, &old).await, Err(Error::NotSignedIn));
    clinic.admits(&unlocked.token).await.unwrap();
    let answer = clinic.call(&unlocked.token, set_up).await;
    assert_eq!(answer.err(), Some(Error::StepUpNeeded));
    // An open session has nothing to unlock, and a password there is not looked at.
    let answer = unlock(&clinic, &unlocked.token, "not it at all").await;
    assert_eq!(answer.err(), Some(Error::Stale));
    assert!(clinic.tries().await.iter().all(|row| row[2] == "0"));
}

/// Attack 71, at the second: 14:59 is open, 15:00 is locked, and polling does not count.
#[tokio::test]
async fn fifteen_minutes_lock_whatever_is_polled() {
    let clinic = Clinic::new().await;
    let token = clinic.founder.clone();
    let begun = clinic.now();
    let lasting = Lasting {
        locks: after(begun, 15 * MINUTE),
        ends: after(begun, 12 * HOUR),
    };
    for _ in 0..29 {
        clinic.clock.advance(30);
        assert_eq!(clinic.call(&token, Lasts {}).await, Ok(lasting));
        clinic.admits(&token).await.unwrap();
    }
    clinic.clock.advance(29);
    clinic.admits(&token).await.unwrap();
    clinic.clock.advance(1);
    assert_eq!(clinic.admits(&token).await, Err(Error::Locked));
    let token = unlock(&clinic, &token, PASSWORD).await.unwrap().token;
    // The unlock was activity, and so is what the person does.
    clinic.clock.advance(15 * MINUTE - 1);
    let lasting = clinic.active(&token).await.unwrap();
    assert_eq!(lasting.locks, after(clinic.now(), 15 * MINUTE));
    assert_eq!(lasting.ends, after(begun, 12 * HOUR));
}

/// The figure "session", at the second: locked or not, at 12 hours it has ended.
#[tokio::test]
async fn twelve_hours_end_a_locked_session_too() {
    for (early, unlocks) in [(1, true), (0, false)] {
        let clinic = Clinic::new().await;
        let token = clinic.founder.clone();
        lock(&clinic, &token).await.unwrap();
        clinic.clock.advance(12 * HOUR - early);
        let answer = unlock(&clinic, &token, PASSWORD).await;
        match answer {
            Ok(unlocked) => {
                assert!(unlocks);
                clinic.clock.advance(early);
                let answer = clinic.admits(&unlocked.token).await;
                assert_eq!(answer, Err(Error::NotSignedIn));
            }
            Err(error) => assert_eq!((error, unlocks), (Error::NotSignedIn, false)),
        }
    }
}

/// The figure "wrong passwords": the ninth wrong unlock leaves a session, the tenth ends it.
#[tokio::test]
async fn the_tenth_wrong_unlock_ends_the_session() {
    let clinic = Clinic::new().await;
    let token = clinic.founder.clone();
    lock(&clinic, &token).await.unwrap();
    let mut waited = Vec::new();
    for n in 1..=10 {
        let mut answer = unlock(&clinic, &token, "not it at all").await;
        if let Err(Error::Wait { until }) = answer {
            waited.push(until.duration_since(clinic.now()).as_secs());
            clinic.clock.set(until);
            answer = unlock(&clinic, &token, "not it at all").await;
        }
        let expected = match n {
            10 => Error::NotSignedIn,
            _ => Error::WrongCredentials,
        };
        assert_eq!(answer.err(), Some(expected), "{n}");
    }
    assert_eq!(waited, [30, 60, 120, 240, 480]);
    clinic.clock.advance(HOUR);
    for answer in [
        unlock(&clinic, &token, PASSWORD).await.err(),
        lock(&clinic, &token).await.err(),
        clinic.admits(&token).await.err(),
    ] {
        assert_eq!(answer, Some(Error::NotSignedIn));
    }
    // They count as wrong passwords of the account too.
    let failures = "SELECT SUM(failures) FROM tries WHERE counter = 'passwords'";
    assert_eq!(clinic.number(failures).await, 10);
    clinic.manager().session().await;
}

/// The right password as the tenth unlock opens, and the count begins anew.
#[tokio::test]
async fn the_tenth_unlock_may_be_the_right_one() {
    let clinic = Clinic::new().await;
    let mut token = clinic.founder.clone();
    for _ in 0..2 {
        lock(&clinic, &token).await.unwrap();
        for _ in 0..9 {
            // The account's wait and the session's may both stand in the way.
            let mut answer = unlock(&clinic, &token, "not it at all").await;
            while let Err(Error::Wait { until }) = answer {
                clinic.clock.set(until);
                answer = unlock(&clinic, &token, "not it at all").await;
            }
            assert_eq!(answer.err(), Some(Error::WrongCredentials));
        }
        clinic.clock.advance(15 * MINUTE);
        token = unlock(&clinic, &token, PASSWORD).await.unwrap().token;
    }
}

/// Attack 17: what should have ended the session was cut short after the tenth was counted.
#[tokio::test]
async fn a_tenth_wrong_unlock_that_was_cut_short_still_ends_it() {
    let clinic = Clinic::new().await;
    let token = clinic.founder.clone();
    lock(&clinic, &token).await.unwrap();
    clinic
        .sql(
            "INSERT INTO tries (subject, counter, failures, changed_at)
             SELECT id, 'unlock', 10, 0 FROM sessions",
        )
        .await;
    let answer = unlock(&clinic, &token, PASSWORD).await;
    assert_eq!(answer.err(), Some(Error::NotSignedIn));
    let open = "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL";
    assert_eq!(clinic.number(open).await, 0);
}

/// Attack 16: of many unlocks at once five are looked at.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_unlocks_at_once_five_are_looked_at() {
    let clinic = Clinic::new().await;
    lock(&clinic, &clinic.founder).await.unwrap();
    let mut set = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let (backend, token) = (clinic.backend.clone(), clinic.founder.clone());
        let password = Secret::new("not it at all");
        set.spawn(async move { backend.call(Some(&token), Unlock { password }).await.err() });
    }
    let answers = set.join_all().await;
    let wrong = Some(Error::WrongCredentials);
    let looked_at = answers.iter().filter(|answer| **answer == wrong).count();
    assert!((1..=5).contains(&looked_at), "{answers:?}");
    let counted = "SELECT failures FROM tries WHERE counter = 'unlock'";
    let counted = usize::try_from(clinic.number(counted).await).unwrap();
    assert_eq!(counted, looked_at);
}

/// Attack 72 and fault 14: what was seen locked or ended is so, wherever the clock goes.
#[tokio::test]
async fn a_clock_set_back_revives_no_session() {
    let clinic = Clinic::new().await;
    let token = clinic.founder.clone();
    let begun = clinic.now();
    clinic.clock.advance(15 * MINUTE);
    assert_eq!(clinic.admits(&token).await, Err(Error::Locked));
    clinic.clock.set(begun);
    assert_eq!(clinic.admits(&token).await, Err(Error::Locked));

    let clinic = Clinic::new().await;
    let token = clinic.founder.clone();
    let begun = clinic.now();
    clinic.clock.advance(12 * HOUR);
    assert_eq!(clinic.admits(&token).await, Err(Error::NotSignedIn));
    clinic.clock.set(begun);
    assert_eq!(clinic.admits(&token).await, Err(Error::NotSignedIn));
    let answer = unlock(&clinic, &token, PASSWORD).await;
    assert_eq!(answer.err(), Some(Error::NotSignedIn));

    // Activity that lies ahead would hold a session open for as long as it lies ahead.
    let clinic = Clinic::new().await;
    let token = clinic.founder.clone();
    clinic.clock.advance(5 * MINUTE);
    clinic.active(&token).await.unwrap();
    clinic.clock.advance(-5 * MINUTE);
    clinic.admits(&token).await.unwrap();
    clinic.clock.advance(5 * MINUTE + 1);
    clinic.active(&token).await.unwrap();
    clinic.clock.advance(-5 * MINUTE - 1);
    assert_eq!(clinic.admits(&token).await, Err(Error::Locked));
}

/// A clock that is not believed unlocks nothing and looks at no password, but it locks.
#[tokio::test]
async fn a_clock_that_is_not_believed_locks_and_unlocks_nothing() {
    let clinic = Clinic::new().await;
    let newest = clinic.now();
    clinic.clock.advance(-301);
    lock(&clinic, &clinic.founder).await.unwrap();
    for password in [PASSWORD, "not it at all"] {
        let answer = unlock(&clinic, &clinic.founder, password).await;
        let now = clinic.now();
        assert_eq!(answer.err(), Some(Error::ClockBehind { now, newest }));
    }
    assert!(clinic.tries().await.is_empty());
}
