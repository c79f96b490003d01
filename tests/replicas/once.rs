//! What is tried at many replicas at once: how much of it is looked at, and how often it opens.

use std::sync::Arc;

use futures_core::Future;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use vestibule::api::{Error, MakeRecoveryCodes, Secret, StepUp, Token, TurnOff, WhoAmI};

use crate::lost::away;
use crate::person::{PASSWORD, Person, recover, submit};
use crate::replica::{Signal, until};
use crate::rounds;
use crate::stage::Stage;
use crate::way::Way;

/// All at once, as far as that goes; what each was answered.
async fn at_once<T, F>(all: impl ExactSizeIterator<Item = F>) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let start = Arc::new(Barrier::new(all.len()));
    let mut set = JoinSet::new();
    for one in all {
        let start = start.clone();
        set.spawn(async move {
            start.wait().await;
            one.await
        });
    }
    set.join_all().await
}

async fn dues(person: &Person<'_>, many: usize) -> Vec<Token> {
    let mut dues = Vec::new();
    for _ in 0..many {
        dues.push(person.code_due().await);
    }
    dues
}

fn looked_at<T>(answers: &[Result<T, Error>]) -> usize {
    let wrong = |answer: &&Result<T, Error>| matches!(answer, Err(Error::CodeWrong { .. }));
    answers.iter().filter(wrong).count()
}

/// What a guess is answered that is not looked at.
fn refused<T>(answer: &Result<T, Error>) -> bool {
    matches!(
        answer,
        Err(Error::Wait { .. }
            | Error::Busy { .. }
            | Error::ChallengeEnded
            // Those that were sent again came from one address more than sixty times.
            | Error::TooManyFailures { .. })
    )
}

/// Attack 16: of 200 guesses at once, over three replicas, several challenges and twenty addresses,
/// five are looked at, and then not even the right one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hundred_guesses_five_are_looked_at() {
    let stage = Stage::new().await;
    stage.manager().await;
    for round in 0..rounds(2, 100) {
        let person = stage.hire().await;
        let dues = dues(&person, 1 + round % 4).await;
        let ways: Vec<Way> = (0..20).map(|_| stage.way()).collect();
        let guesses = person.wrong(200).await;
        let tries = guesses.into_iter().enumerate().map(|(n, code)| {
            let (way, due) = (ways[n % 20].clone(), dues[n % dues.len()].clone());
            async move { submit(&way, &due, &code).await }
        });
        let answers = at_once(tries.collect::<Vec<_>>().into_iter()).await;
        assert_eq!(looked_at(&answers), 5, "{answers:?}");
        assert_eq!(person.failures().await, 5);
        let told = |answer| refused(answer) || matches!(answer, Err(Error::CodeWrong { .. }));
        assert!(answers.iter().all(told), "{answers:?}");
        let due = person.code_due().await;
        let right = person.submit(&due, &person.code().await).await;
        assert!(matches!(right, Err(Error::Wait { .. })), "{right:?}");
    }
    assert_eq!(stage.deadlocks().await, 0);
}

/// Attacks 16 and 17, fault 1: the same while a replica is killed and another stands still. What was
/// looked at is counted, whether its answer came back or not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_guesses_five_are_looked_at_whatever_becomes_of_a_replica() {
    let mut stage = Stage::new().await;
    stage.manager().await;
    for round in 0..rounds(3, 100) {
        let (killed, standing) = (round % 3, (round + 1) % 3);
        let person = stage.hire().await;
        let due = person.code_due().await;
        let mut set = JoinSet::new();
        for code in person.wrong(60).await {
            let (way, due) = (person.way.clone(), due.clone());
            set.spawn(async move { submit(&way, &due, &code).await });
        }
        until("something is counted", async || person.failures().await > 0).await;
        let (id, way) = (person.id, person.way);
        stage.replicas[standing].send(Signal::Stand);
        stage.replicas[killed].kill();
        let mut answers = Vec::new();
        // What the one that stands still has taken is answered when it goes on.
        for _ in 0..30 {
            answers.push(set.join_next().await.unwrap().unwrap());
        }
        stage.replicas[standing].send(Signal::GoOn);
        answers.extend(set.join_all().await);
        let counted = stage
            .number(&format!(
                "SELECT COALESCE(SUM(failures), 0)::BIGINT FROM tries
                 WHERE subject = '{id}' AND counter = 'codes'"
            ))
            .await;
        let seen = i64::try_from(looked_at(&answers)).unwrap();
        assert!(seen <= counted && counted <= 5, "{seen} {counted}");
        let told = |answer: &Result<Token, Error>| {
            refused(answer)
                || matches!(answer, Err(Error::CodeWrong { .. }))
                // Whoever stood still for longer than its database waits has lost its connection.
                || matches!(answer, Err(error) if away(error))
        };
        assert!(answers.iter().all(told), "{answers:?}");
        // The waiting sign-in goes on at another replica, as far as its tries do.
        let last = submit(&way, &due, "000000").await;
        assert!(
            refused(&last) || looked_at(std::slice::from_ref(&last)) == 1,
            "{last:?}"
        );
        stage.replicas[killed].start();
        stage.replicas[killed].ready().await;
    }
}

/// Attack 91: one right code from many sides, in one challenge and in several.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_right_code_makes_one_session() {
    let stage = Stage::new().await;
    stage.manager().await;
    let person = stage.hire().await;
    for round in 0..rounds(6, 200) {
        person.rested().await;
        // No more than may be tried before anybody has to wait.
        let dues = dues(&person, 1 + 3 * (round % 2)).await;
        let code = person.code().await;
        let before = person.sessions().await;
        let tries = (0..4).map(|n| {
            let (way, due) = (person.way.clone(), dues[n % dues.len()].clone());
            let code = code.clone();
            async move { submit(&way, &due, &code).await }
        });
        let answers = at_once(tries.collect::<Vec<_>>().into_iter()).await;
        let inside = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(inside, 1, "{answers:?}");
        assert_eq!(person.sessions().await, before + 1);
        let told = |answer: &Result<_, Error>| {
            answer.is_ok() || refused(answer) || matches!(answer, Err(Error::CodeUsed { .. }))
        };
        assert!(answers.iter().all(told), "{answers:?}");
    }
    assert_eq!(stage.deadlocks().await, 0);
}

/// Attack 42: one recovery code in many sign-ins.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_recovery_code_makes_one_session() {
    let stage = Stage::new().await;
    stage.manager().await;
    for _ in 0..rounds(4, 100) {
        let person = stage.hire().await;
        let codes = person.recovery_codes().await;
        let dues = dues(&person, 5).await;
        let before = person.sessions().await;
        let tries = dues.iter().map(|due| {
            let (way, due, code) = (person.way.clone(), due.clone(), codes[0].clone());
            async move { recover(&way, &due, &code).await }
        });
        let answers = at_once(tries.collect::<Vec<_>>().into_iter()).await;
        let inside = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(inside, 1, "{answers:?}");
        assert_eq!(person.sessions().await, before + 1);
        let used = format!(
            "SELECT COUNT(*) FROM recovery_codes JOIN recovery_sets ON id = set_id
             WHERE user_id = '{}' AND used_at IS NOT NULL",
            person.id
        );
        assert_eq!(stage.number(&used).await, 1);
    }
}

/// Attack 11: a code that signed in at one replica opens nothing at any, also after it was killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spent_code_is_dead_at_every_door_of_every_replica() {
    let mut stage = Stage::new().await;
    stage.manager().await;
    let (id, token, code, dues) = {
        let person = stage.hire().await;
        let dues = dues(&person, 8).await;
        let code = person.code().await;
        let first = stage.replicas[0].way();
        let token = submit(&first, &dues[0], &code).await.unwrap();
        (person.id, token, code, dues)
    };
    let mut dues = dues.into_iter().skip(1);
    for killed in [false, true] {
        if killed {
            stage.replicas[0].kill();
            stage.replicas[0].start();
            stage.replicas[0].ready().await;
        }
        for replica in &stage.replicas {
            let way = replica.way();
            let again = submit(&way, &dues.next().unwrap(), &code).await;
            assert!(matches!(again, Err(Error::CodeUsed { .. })), "{again:?}");
            let step_up = StepUp {
                password: Secret::new(PASSWORD),
                code: Some(Secret::new(&*code)),
                by: None,
            };
            let again = way.call(Some(&token), step_up).await;
            assert!(matches!(again, Err(Error::CodeUsed { .. })), "{again:?}");
            // Nobody has to wait for the next.
            let forget = format!("DELETE FROM tries WHERE subject = '{id}'");
            stage.sql(&forget).await;
        }
    }
    // As if the sign-in were old: what changes a factor asks for a step-up, which that code is not.
    stage
        .sql(&format!(
            "UPDATE sessions SET stepped_up_at = NULL WHERE user_id = '{id}'"
        ))
        .await;
    for replica in &stage.replicas {
        let way = replica.way();
        way.call(Some(&token), WhoAmI {}).await.unwrap();
        let off = TurnOff {
            user: id.clone(),
            reason: String::new(),
        };
        let off = way.call(Some(&token), off).await.err();
        assert!(off.is_some(), "turned off");
        let made = way.call(Some(&token), MakeRecoveryCodes {}).await.err();
        assert_eq!(made, Some(Error::StepUpNeeded));
    }
}
