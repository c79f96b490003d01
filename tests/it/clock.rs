//! A clock that is wrong: nothing spent comes back to life, nothing lasts longer.

use vestibule::api::{
    CancelSetUp, Error, MyMethods, Secret, SignOut, StartAuthenticator, StepUp, Token,
};
use vestibule::domain::Timestamp;

use crate::clinic::{Clinic, PASSWORD, used, wrong};

fn ago(at: Timestamp, seconds: i64) -> Timestamp {
    at - jiff::SignedDuration::from_secs(seconds)
}

/// Faults 14 and 17: 5 minutes behind the newest record is the last moment that is believed.
#[tokio::test]
async fn a_clock_over_five_minutes_behind_signs_nobody_in() {
    let clinic = Clinic::new().await;
    clinic.clock.advance(3_600);
    clinic.manager().session().await;
    let newest = clinic.now();
    clinic.clock.set(ago(newest, 300));
    clinic.manager().session().await;
    for seconds in [301, 3_600, 86_400, 10 * 365 * 86_400] {
        let now = ago(newest, seconds);
        clinic.clock.set(now);
        let before = clinic.dump().await;
        for password in [PASSWORD, "not it at all"] {
            let answer = clinic.manager().try_password(password).await.map(|_| ());
            assert_eq!(answer, Err(Error::ClockBehind { now, newest }));
        }
        assert_eq!(clinic.dump().await, before);
    }
    clinic.clock.set(newest);
    clinic.manager().session().await;
}

/// Fault 17: a sign-in that waits for its code is no way round.
#[tokio::test]
async fn a_clock_set_back_between_the_steps_signs_nobody_in() {
    let (clinic, phone) = Clinic::enabled().await;
    let due = clinic.manager().code_due().await;
    clinic.clock.advance(300);
    clinic.manager().session_by(&phone).await;
    let newest = clinic.now();
    let now = ago(newest, 301);
    clinic.clock.set(now);
    let answer = clinic.submit(&due, &phone.code()).await;
    assert_eq!(answer, Err(Error::ClockBehind { now, newest }));
    assert_eq!(clinic.code_failures().await, 0);
}

/// Fault 17, for a sign-in that waits for its set-up.
#[tokio::test]
async fn a_clock_set_back_during_a_due_set_up_signs_nobody_in() {
    let clinic = Clinic::new().await;
    clinic.make_mandatory().await;
    let due = clinic.manager().set_up_due().await;
    let key = clinic
        .call(&due.token, StartAuthenticator::default())
        .await
        .unwrap();
    let newest = clinic.now();
    let now = ago(newest, 301);
    clinic.clock.set(now);
    let behind = Some(Error::ClockBehind { now, newest });
    let code = clinic.phone(&key).code();
    assert_eq!(clinic.prove(&due.token, &key, &code).await.err(), behind);
    let start = clinic.call(&due.token, StartAuthenticator::default()).await;
    assert_eq!(start.err(), behind);
}

/// Fault 14: a session gains no time by a clock that is set back, and can still be left.
#[tokio::test]
async fn a_clock_set_back_stretches_no_session() {
    let clinic = Clinic::new().await;
    clinic.clock.advance(60);
    let token = clinic.manager().session().await;
    let newest = clinic.now();
    clinic.clock.set(ago(newest, 300));
    clinic.admits(&token).await.unwrap();
    let now = ago(newest, 301);
    clinic.clock.set(now);
    let behind = Some(Error::ClockBehind { now, newest });
    assert_eq!(clinic.admits(&token).await.err(), behind);
    for answer in every(&clinic, &token).await {
        assert_eq!(answer, behind);
    }
    clinic.call(&token, SignOut {}).await.unwrap();
}

async fn every(clinic: &Clinic, token: &Token) -> Vec<Option<Error>> {
    let step_up = StepUp {
        password: Secret::new(PASSWORD),
        code: None,
        by: None,
    };
    vec![
        clinic.call(token, MyMethods {}).await.err(),
        clinic
            .call(token, StartAuthenticator::default())
            .await
            .err(),
        clinic.call(token, CancelSetUp {}).await.err(),
        clinic.call(token, step_up).await.err(),
    ]
}

/// Fault 14 and attack 10: inside the five minutes no spent step comes back to life.
#[tokio::test]
async fn a_clock_set_back_brings_no_spent_code_back() {
    let (clinic, phone) = Clinic::enabled().await;
    let mut seen = vec![phone.code_at(phone.step() - 1)];
    for _ in 0..4 {
        seen.push(phone.code());
        clinic.manager().session_by(&phone).await;
        clinic.clock.advance(60);
    }
    clinic.clock.advance(-300);
    let due = clinic.manager().code_due().await;
    for _ in 0..4 {
        clinic.clock.advance(30);
        let answer = clinic.submit(&due, &phone.code()).await;
        assert!(used(&answer) || wrong(&answer), "{answer:?}");
    }
    // With the time the codes come back that were never spent.
    clinic.clock.advance(330);
    clinic.manager().session_by(&phone).await;
}

/// Fault 14: a step-up that lies ahead does not count.
#[tokio::test]
async fn a_clock_set_back_stretches_no_step_up() {
    let clinic = Clinic::new().await;
    clinic.clock.advance(-10);
    let answer = clinic
        .call(&clinic.founder, StartAuthenticator::default())
        .await;
    assert_eq!(answer.err(), Some(Error::StepUpNeeded));
}

/// Fault 14: a jump forward ends what had an end, and stops nobody beyond that.
#[tokio::test]
async fn a_clock_set_forward_only_ends_what_had_an_end() {
    let (clinic, phone) = Clinic::enabled().await;
    let session = clinic.manager().session_by(&phone).await;
    let due = clinic.manager().code_due().await;
    for days in [1, 365, 3_650] {
        clinic.clock.advance(days * 86_400);
        assert_eq!(clinic.admits(&session).await, Err(Error::NotSignedIn));
        let late = clinic.submit(&due, &phone.code()).await;
        assert_eq!(late, Err(Error::ChallengeEnded));
        let again = clinic.manager().session_by(&phone).await;
        clinic.admits(&again).await.unwrap();
    }
}

/// Guarantee G7: the rule in force is the one that was set last, whatever the clock said then.
#[tokio::test]
async fn a_clock_set_back_brings_no_former_rule_back() {
    let clinic = Clinic::new().await;
    clinic.clock.advance(-60);
    let now = clinic.now().as_millisecond();
    clinic
        .sql(&format!("UPDATE rules SET until_at = {now}"))
        .await;
    clinic
        .sql(&format!(
            "INSERT INTO rules (id, practice_id, kind, bites_at, from_at)
             SELECT 'later', id, 'mandatory', {now}, {now} FROM practices"
        ))
        .await;
    clinic.manager().set_up_due().await;
}

/// Fault 15: a phone whose clock is 31 to 90 seconds off. Its code is taken within one step;
/// beyond that it is a wrong one, of which the screen speaks (`gui::tests::code`), until the phone
/// is set right.
#[tokio::test]
async fn a_phone_that_is_off_is_taken_within_one_step_and_told_beyond() {
    let (clinic, phone) = Clinic::enabled().await;
    let (mut taken, mut told) = (0, 0);
    for off in [31, 45, 60, 75, 90, -31, -45, -60, -75, -90] {
        clinic.clock.advance(300);
        let shown = vestibule::domain::step_at(ago(clinic.now(), -off));
        let due = clinic.manager().code_due().await;
        let answer = clinic.submit(&due, &phone.code_at(shown)).await;
        if shown.abs_diff(phone.step()) <= 1 {
            assert!(answer.is_ok(), "{off}: {answer:?}");
            taken += 1;
        } else {
            assert!(wrong(&answer), "{off}: {answer:?}");
            clinic.submit(&due, &phone.code()).await.unwrap();
            told += 1;
        }
    }
    assert!(taken > 1 && told > 4, "{taken}, {told}");
}
