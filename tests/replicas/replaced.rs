//! What a code opened a moment ago is replaced, reset or turned off at another replica, at the same
//! moment (attacks 46 and 92).

use std::future::Future;
use std::time::Duration;

use sqlx::Row;
use tokio::time::sleep;
use vestibule::api::{Error, Reset, Token, TurnOff, WhoAmI};

use crate::person::{Person, recover, submit};
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
        let code = async move { recover(&way, &due, &code).await };
        let keep = async { person.keep_codes(&made).await.unwrap() };
        let used = Order::of(round).of_both(code, keep).await;
        let due = person.code_due().await;
        let after = recover(&person.way, &due, &old[1]).await;
        assert!(matches!(after, Err(Error::CodeWrong { .. })), "{after:?}");
        let order = match used {
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

/// Which of two begins, and by how much; another order in each round.
#[derive(Clone, Copy, Debug)]
enum Order {
    /// The code is answered before anything else begins.
    CodeFirst,
    /// The other way round.
    CodeLast,
    /// Side by side, the code so much later or earlier.
    Later(Duration),
    Earlier(Duration),
}

impl Order {
    fn of(round: usize) -> Self {
        let [some, more] = [15, 60].map(Duration::from_millis);
        match round % 6 {
            0 => Self::CodeFirst,
            1 => Self::CodeLast,
            2 => Self::Later(some),
            3 => Self::Later(more),
            4 => Self::Earlier(some),
            _ => Self::Earlier(more),
        }
    }

    /// Does both; what the code was answered.
    async fn of_both<T: Send + 'static>(
        self,
        code: impl Future<Output = T> + Send + 'static,
        other: impl Future<Output = ()>,
    ) -> T {
        let begun = match self {
            Self::CodeFirst => {
                let told = code.await;
                other.await;
                return told;
            }
            Self::CodeLast => {
                other.await;
                return code.await;
            }
            Self::Later(by) => tokio::spawn(async move {
                sleep(by).await;
                code.await
            }),
            Self::Earlier(by) => {
                let begun = tokio::spawn(code);
                sleep(by).await;
                begun
            }
        };
        other.await;
        begun.await.unwrap()
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
        let code = async move { submit(&way, &due, &code).await };
        let acted = async {
            act.by(&mut manager, &person).await;
            // From its answer on there is none.
            assert_eq!(person.open_sessions().await, 0);
        };
        let submitted = Order::of(round).of_both(code, acted).await;
        match submitted {
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
