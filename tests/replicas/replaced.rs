//! What a code opened a moment ago is replaced, reset or turned off at another replica, at the same
//! moment (attacks 46 and 92).

use std::time::{Duration, Instant};

use sqlx::Row;
use vestibule::api::{Error, Reset, Token, TurnOff, WhoAmI};

use crate::person::{Person, recover, submit};
use crate::replica::PATIENCE;
use crate::rounds;
use crate::stage::Stage;

const REASON: &str = "lost the phone";

/// Attack 46: once the tick of a new set is answered, no code of the old one opens anything.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_set_and_an_old_code_never_both_hold() {
    let stage = Stage::new().await;
    stage.manager().await;
    let (mut first, all) = (0, rounds(12, 500));
    for round in 0..all {
        let person = stage.hire().await;
        let old = person.recovery_codes().await;
        let due = person.code_due().await;
        let made = person.make_codes().await.unwrap();
        let (way, code) = (person.way.clone(), old[0].clone());
        let used = tokio::spawn(async move { recover(&way, &due, &code).await });
        later(round, &used).await;
        person.keep_codes(&made).await.unwrap();
        let due = person.code_due().await;
        let after = recover(&person.way, &due, &old[1]).await;
        assert!(matches!(after, Err(Error::CodeWrong { .. })), "{after:?}");
        let order = match used.await.unwrap() {
            Ok(_) => {
                first += 1;
                vec![
                    "recovery_codes_made",
                    "recovery_code_used",
                    "recovery_codes_made",
                ]
            }
            Err(Error::CodeWrong { .. }) => vec!["recovery_codes_made", "recovery_codes_made"],
            other => panic!("{other:?}"),
        };
        let acts = format!(
            "SELECT kind FROM events WHERE subject = '{}'
             AND kind IN ('recovery_codes_made', 'recovery_code_used') ORDER BY n",
            person.id
        );
        let acts = stage.sql(&acts).await;
        let acts: Vec<&str> = acts.iter().map(|row| row.get(0)).collect();
        assert_eq!(acts, order);
    }
    assert!(0 < first && first < all, "{first} of {all} came first");
}

/// Lets what was begun have a start: none, some, until it has been answered; another one in each
/// round.
async fn later<T>(round: usize, begun: &tokio::task::JoinHandle<T>) {
    let start = Instant::now();
    let so_long = match round % 6 {
        5 => PATIENCE,
        fifths => Duration::from_millis(15) * u32::try_from(fifths).unwrap(),
    };
    while !begun.is_finished() && start.elapsed() < so_long {
        tokio::task::yield_now().await;
    }
}

/// What the manager does.
#[derive(Clone, Copy)]
enum Act {
    Reset,
    TurnOff,
}

impl Act {
    async fn by(self, manager: &mut Person<'_>, person: &Person<'_>) {
        loop {
            let (user, reason) = (person.id.clone(), REASON.to_owned());
            let (way, token) = (&manager.way, Some(&manager.token));
            let done = match self {
                Self::Reset => way.call(token, Reset { user, reason }).await,
                Self::TurnOff => way.call(token, TurnOff { user, reason }).await,
            };
            match done {
                Ok(_) => return,
                // Five minutes have passed since the last.
                Err(Error::StepUpNeeded) => manager.token = manager.session().await,
                other => panic!("{other:?}"),
            }
        }
    }
}

/// Attack 92: from the answer of a reset on there is no session by the old factor.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_code_opens_once_a_reset_is_answered() {
    races(Act::Reset).await;
}

/// The same of a turning off.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_code_opens_once_a_turning_off_is_answered() {
    races(Act::TurnOff).await;
}

async fn races(act: Act) {
    let stage = Stage::new().await;
    let mut manager = stage.manager().await;
    let (mut first, all) = (0, rounds(12, 500));
    for round in 0..all {
        let person = stage.hire().await;
        let due = person.code_due().await;
        let (way, code) = (person.way.clone(), person.code().await);
        let submitted = tokio::spawn(async move { submit(&way, &due, &code).await });
        later(round, &submitted).await;
        act.by(&mut manager, &person).await;
        assert_eq!(person.open_sessions().await, 0);
        match submitted.await.unwrap() {
            Ok(token) => {
                first += 1;
                let goes_on = person.way.call(Some(&token), WhoAmI {}).await;
                assert_eq!(goes_on.err(), Some(Error::NotSignedIn));
            }
            Err(Error::ChallengeEnded) => {}
            other => panic!("{other:?}"),
        }
        assert_eq!(person.open_sessions().await, 0);
        dead_everywhere(&stage, &person.token).await;
    }
    assert!(0 < first && first < all, "{first} of {all} came first");
    assert_eq!(stage.deadlocks().await, 0);
}

/// A session that has ended has ended at every replica (G6).
async fn dead_everywhere(stage: &Stage, token: &Token) {
    for replica in &stage.replicas {
        let answer = replica.way().call(Some(token), WhoAmI {}).await;
        assert_eq!(answer.err(), Some(Error::NotSignedIn));
    }
}
