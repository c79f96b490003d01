//! Guessing at codes: five in a challenge, fifty on an account, waits between.

use vestibule::api::{Error, Outcome, Secret, SubmitCode, Token, TryState};

use crate::clinic::{Clinic, Phone, seconds_to, wrong};
use crate::rounds;

/// Fails once with a wrong code, in a challenge of its own, waiting for as long as it takes.
async fn fail_once(clinic: &Clinic, phone: &Phone) {
    let mut due = clinic.manager().code_due().await;
    if let TryState::From { until } = due.challenge.tries {
        clinic.clock.set(until);
        due = clinic.manager().code_due().await;
    }
    let answer = clinic.submit(&due, &phone.wrong(0)).await;
    assert!(wrong(&answer), "{answer:?}");
}

async fn fail(clinic: &Clinic, phone: &Phone, times: usize) {
    for _ in 0..times {
        fail_once(clinic, phone).await;
    }
}

/// The figure "tries": the 5th of a challenge is looked at, the 6th is not.
#[tokio::test]
async fn a_challenge_takes_five_tries() {
    let (clinic, phone) = Clinic::enabled().await;
    let due = clinic.manager().code_due().await;
    for (n, tries_left) in [4, 3, 2, 1, 0].into_iter().enumerate() {
        let answer = clinic.submit(&due, &phone.wrong(n)).await;
        assert_eq!(answer, Err(Error::CodeWrong { tries_left }));
    }
    clinic.clock.advance(30);
    // No wait any more: it is the challenge that has ended, for the right code too.
    let answer = clinic.submit(&due, &phone.code()).await;
    assert_eq!(answer, Err(Error::ChallengeEnded));
    assert_eq!(clinic.code_failures().await, 5);
    clinic.manager().session_by(&phone).await;
    assert_eq!(clinic.code_failures().await, 0);
}

/// The figure "tries": the right code as the 5th try still opens.
#[tokio::test]
async fn the_fifth_try_may_be_the_right_one() {
    let (clinic, phone) = Clinic::enabled().await;
    let due = clinic.manager().code_due().await;
    for n in 0..4 {
        assert!(wrong(&clinic.submit(&due, &phone.wrong(n)).await));
    }
    clinic.submit(&due, &phone.code()).await.unwrap();
}

/// Attack 13, and the waits of the figure "tries" at their seconds.
#[tokio::test]
async fn waits_grow_over_all_challenges_from_30_seconds_to_an_hour() {
    let (clinic, phone) = Clinic::enabled().await;
    fail(&clinic, &phone, 5).await;
    for wait in [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600] {
        let due = clinic.manager().code_due().await;
        let TryState::From { until } = due.challenge.tries else {
            panic!("no wait: {due:?}")
        };
        assert_eq!(seconds_to(until, &clinic), wait);
        clinic.clock.advance(wait - 1);
        // One second early: nothing is looked at, nothing is counted, the wait does not move.
        let due = clinic.manager().code_due().await;
        let before = clinic.tries().await;
        let answer = clinic.submit(&due, &phone.code()).await;
        assert_eq!(answer, Err(Error::Wait { until }));
        assert_eq!(clinic.tries().await, before);
        clinic.clock.advance(1);
        assert!(wrong(&clinic.submit(&due, &phone.wrong(0)).await));
    }
}

/// Attacks 13, 15 and 24: 50 are looked at over weeks, and then not even the right one.
#[tokio::test]
async fn the_fiftieth_failure_stops_the_account_for_good() {
    let (clinic, phone) = Clinic::enabled().await;
    fail(&clinic, &phone, 49).await;
    let early = clinic.manager().code_due().await;
    let TryState::From { until } = early.challenge.tries else {
        panic!("no wait: {early:?}")
    };
    clinic.clock.set(until);
    let (open, other) = (
        clinic.manager().code_due().await,
        clinic.manager().code_due().await,
    );
    assert_eq!(open.challenge.tries, TryState::Open);
    assert!(wrong(&clinic.submit(&open, &phone.wrong(0)).await));
    assert_eq!(clinic.code_failures().await, 50);

    // Attack 26: a challenge that began before the stop is no way round it.
    let spent = "SELECT last_step FROM methods WHERE proven_at IS NOT NULL";
    let before = (clinic.tries().await, clinic.sql(spent).await);
    for code in [phone.code(), phone.wrong(1)] {
        assert_eq!(clinic.submit(&other, &code).await, Err(Error::Stopped));
        assert_eq!(clinic.submit(&open, &code).await, Err(Error::Stopped));
    }
    for weeks in [1, 1, 10] {
        clinic.clock.advance(weeks * 7 * 24 * 3_600);
        let due = clinic.manager().code_due().await;
        assert_eq!(due.challenge.tries, TryState::Stopped);
        for code in [phone.code(), phone.wrong(1)] {
            assert_eq!(clinic.submit(&due, &code).await, Err(Error::Stopped));
        }
    }
    assert_eq!((clinic.tries().await, clinic.sql(spent).await), before);
}

/// Attack 13: the 50th guess is still a guess, so the right code on it opens.
#[tokio::test]
async fn the_fiftieth_try_is_still_looked_at() {
    let (clinic, phone) = Clinic::enabled().await;
    fail(&clinic, &phone, 49).await;
    let due = clinic.manager().code_due().await;
    let TryState::From { until } = due.challenge.tries else {
        panic!("no wait: {due:?}")
    };
    clinic.clock.set(until);
    clinic.manager().session_by(&phone).await;
    assert_eq!(clinic.code_failures().await, 0);
}

/// Attack 14: four wrong ones and a new password, again and again.
#[tokio::test]
async fn a_new_password_step_never_resets_the_count_of_codes() {
    let (clinic, phone) = Clinic::enabled().await;
    let mut checked = 0;
    for _ in 0..30 {
        let due = clinic.manager().code_due().await;
        for n in 0..4 {
            match clinic.submit(&due, &phone.wrong(n)).await {
                Err(Error::CodeWrong { .. }) => checked += 1,
                Err(Error::Wait { .. }) => {}
                other => panic!("{other:?}"),
            }
        }
    }
    // The clock stood still: the wait that the fifth one set is in force.
    assert_eq!((checked, clinic.code_failures().await), (5, 5));
}

/// Attacks 16 and 91.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_hundred_guesses_at_once_five_are_looked_at() {
    for _ in 0..rounds(1, 50) {
        let (clinic, phone) = Clinic::enabled().await;
        let due = clinic.manager().code_due().await;
        let answers = at_once(
            &clinic,
            (0..200).map(|n| (due.token.clone(), phone.wrong(n))),
        )
        .await;
        let wrong = answers
            .iter()
            .filter(|answer| matches!(answer, Err(Error::CodeWrong { .. })))
            .count();
        assert_eq!(wrong, 5, "{answers:?}");
        assert_eq!(clinic.code_failures().await, 5);
        let refused = |answer: &Result<_, Error>| {
            matches!(
                answer,
                Err(Error::CodeWrong { .. } | Error::Wait { .. } | Error::Busy { .. })
            )
        };
        assert!(answers.iter().all(refused), "{answers:?}");
        assert!(clinic.submit(&due, &phone.code()).await.is_err());
    }
}

/// Attack 91: the right code from many sides at once, in one challenge and in several.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_right_code_at_once_makes_one_session() {
    let (clinic, phone) = Clinic::enabled().await;
    let sessions = "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL";
    for round in 0..rounds(5, 100) {
        let mut dues = Vec::new();
        for _ in 0..4 {
            dues.push(clinic.manager().code_due().await.token);
        }
        let before = clinic.number(sessions).await;
        let right = (0..4).map(|n| (dues[n * (round % 2)].clone(), phone.code()));
        let answers = at_once(&clinic, right).await;
        let inside = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(inside, 1, "{answers:?}");
        assert_eq!(clinic.number(sessions).await, (before + 1).min(5));
        clinic.clock.advance(60);
    }
}

async fn at_once(
    clinic: &Clinic,
    tries: impl Iterator<Item = (Token, String)>,
) -> Vec<Result<Outcome, Error>> {
    let mut set = tokio::task::JoinSet::new();
    for (token, code) in tries {
        let backend = clinic.backend.clone();
        let code = Secret::new(code);
        set.spawn(async move {
            backend
                .call(
                    Some(&token),
                    SubmitCode {
                        code,
                        remember: false,
                    },
                )
                .await
        });
    }
    set.join_all().await
}

/// Attack 17: a try stands although what followed it failed, and although nobody waited for it.
#[tokio::test]
async fn a_counted_try_survives_whatever_follows_it() {
    let (clinic, phone) = Clinic::enabled().await;
    let due = clinic.manager().code_due().await;
    clinic.refuse_rows("events").await;
    let answer = clinic.submit(&due, &phone.wrong(0)).await;
    assert!(matches!(answer, Err(Error::Internal { .. })), "{answer:?}");
    assert_eq!(clinic.code_failures().await, 1);
    clinic.take_rows("events").await;
    let window = clinic.another_window().await;
    let code = Secret::new(phone.wrong(0));
    let answer = window
        .call(
            Some(&due.token),
            SubmitCode {
                code,
                remember: false,
            },
        )
        .await;
    assert!(matches!(answer, Err(Error::CodeWrong { tries_left: 3 })));
    assert_eq!(clinic.code_failures().await, 2);
}
