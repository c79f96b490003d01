//! The lock: a fact on the backend, and the password that opens it again.

use vestibule::api::{
    Error, Fault, Field, KnowComputer, Lasting, Lasts, Lock, MyMethods, Secret, SessionRule,
    SessionTimeOuts, SetSessionRule, SignOut, StartAuthenticator, StepUp, Token, Unlock, Unlocked,
    WhoAmI,
};
use vestibule::domain::{MembershipId, PracticeId, Role, Timestamp};
use vestibule::service::SystemRandom;

use crate::clinic::{Clinic, PASSWORD};
use crate::staff::Desk;

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

/// The figures 5 to 60 minutes and 1 to 24 hours, at their edges.
#[tokio::test]
async fn session_limits_are_set_within_their_bounds() {
    let mut desk = Desk::new().await;
    for (idle, absolute, field) in [
        (4, 12, Some(Field::IdleMinutes)),
        (5, 12, None),
        (60, 12, None),
        (61, 12, Some(Field::IdleMinutes)),
        (15, 0, Some(Field::AbsoluteHours)),
        (15, 1, None),
        (15, 24, None),
        (15, 25, Some(Field::AbsoluteHours)),
    ] {
        desk.freshen().await;
        let before = desk.clinic.call(&desk.manager, SessionRule {}).await;
        let asked = limits(idle, absolute);
        let answer = set(&desk.clinic, &desk.manager, asked).await;
        let now = desk.clinic.call(&desk.manager, SessionRule {}).await;
        match field {
            None => assert_eq!((answer, now), (Ok(asked), Ok(asked))),
            Some(field) => {
                let fault = Fault::OutOfBounds;
                assert_eq!(answer, Err(Error::Invalid { field, fault }));
                assert_eq!(now, before);
            }
        }
    }
    let log = "SELECT reason FROM events WHERE kind = 'session_rule_changed' ORDER BY at, id";
    assert_eq!(
        desk.clinic.sql(log).await,
        [
            ["15 min, 12 h to 5 min, 12 h"],
            ["5 min, 12 h to 60 min, 12 h"],
            ["60 min, 12 h to 15 min, 1 h"],
            ["15 min, 1 h to 15 min, 24 h"]
        ]
    );
}

/// Full access with a step-up sets them, and nobody else; they act on open sessions at once.
#[tokio::test]
async fn session_limits_need_full_access_and_a_step_up_and_act_at_once() {
    let mut desk = Desk::new().await;
    let sam = desk.colleague("sam@hills.example", Role::Reception).await;
    for answer in [
        set(&desk.clinic, &sam.token, limits(5, 1)).await,
        desk.clinic.call(&sam.token, SessionRule {}).await,
    ] {
        assert_eq!(answer, Err(Error::Forbidden));
    }
    desk.clinic.clock.advance(5 * MINUTE);
    let answer = set(&desk.clinic, &desk.manager, limits(5, 1)).await;
    assert_eq!(answer, Err(Error::StepUpNeeded));
    desk.freshen().await;
    set(&desk.clinic, &desk.manager, limits(5, 1))
        .await
        .unwrap();
    assert_eq!(desk.clinic.admits(&sam.token).await, Err(Error::Locked));
    desk.clinic.admits(&desk.manager).await.unwrap();
    desk.clinic.clock.advance(5 * MINUTE);
    let answer = desk.clinic.admits(&desk.manager).await;
    assert_eq!(answer, Err(Error::Locked));
    desk.clinic.clock.advance(HOUR);
    let answer = desk.clinic.admits(&desk.manager).await;
    assert_eq!(answer, Err(Error::NotSignedIn));
}

/// Attack 72: a session that nobody has asked for since it ended or locked is as one that was seen
/// to, whatever the limits are made later.
#[tokio::test]
async fn longer_limits_bring_no_session_to_life() {
    let mut desk = Desk::new().await;
    let sam = desk.colleague("sam@hills.example", Role::Reception).await;
    let kim = desk.colleague("kim@hills.example", Role::Reception).await;
    desk.clinic.clock.advance(12 * HOUR - 20 * MINUTE);
    let idle = desk.at_the_door(&kim).session().await;
    desk.clinic.clock.advance(20 * MINUTE);
    desk.return_manager().await;
    set(&desk.clinic, &desk.manager, limits(60, 24))
        .await
        .unwrap();
    assert_eq!(
        desk.clinic.admits(&sam.token).await,
        Err(Error::NotSignedIn)
    );
    assert_eq!(desk.clinic.admits(&idle).await, Err(Error::Locked));
    // Those that are made from now on last as long as is said now.
    let new = desk.at_the_door(&sam).session().await;
    desk.clinic.clock.advance(30 * MINUTE);
    assert_eq!(desk.clinic.admits(&new).await, Ok(()));
}

/// Of several practices of a person the shortest limits hold, each by itself.
#[tokio::test]
async fn the_strictest_practice_of_a_person_holds() {
    let clinic = Clinic::new().await;
    let (practice, place) = (
        PracticeId::new(clinic.now(), &SystemRandom),
        MembershipId::new(clinic.now(), &SystemRandom),
    );
    for sql in [
        format!(
            "INSERT INTO practices (id, name, time_zone, made_at, wrapped_keys, key_id,
                                    idle_minutes, absolute_hours)
             SELECT '{practice}', 'Vale Clinic', time_zone, made_at + 1, wrapped_keys, key_id, 5, 24
             FROM practices"
        ),
        format!(
            "INSERT INTO rules (id, practice_id, kind, from_at)
             VALUES ('{practice}', '{practice}', 'optional', 1)"
        ),
        format!(
            "INSERT INTO memberships (id, practice_id, user_id, role, from_at)
             SELECT '{place}', '{practice}', id, 'reception', 1 FROM users"
        ),
    ] {
        clinic.sql(&sql).await;
    }
    let lasting = clinic.call(&clinic.founder, Lasts {}).await.unwrap();
    assert_eq!(lasting.locks, after(clinic.now(), 5 * MINUTE));
    assert_eq!(lasting.ends, after(clinic.now(), 12 * HOUR));
    clinic.clock.advance(5 * MINUTE);
    assert_eq!(clinic.admits(&clinic.founder).await, Err(Error::Locked));
}
