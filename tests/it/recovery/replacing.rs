//! What becomes of the rest once a lost method is replaced.

use vestibule::api::{Error, Outcome, RecoveryDue, Secret, StartAuthenticator, SubmitCode};

use super::{submit, with_codes, wrong};

/// Attack 49: with the new phone proven, the lost one, what waited for its code, the rest of the
/// paper and every other session are dead; a new set is offered.
#[tokio::test]
async fn what_is_recovered_from_is_dead_once_the_new_method_is_proven() {
    let (clinic, lost, codes) = with_codes().await;
    let waiting = clinic.manager().code_due().await;
    let due = clinic.manager().code_due().await;
    let (token, _) = submit(&clinic, &due, codes[0].expose()).await.unwrap();
    // Until then everything is as it was: the set-up may be left.
    let key = clinic.call(&token, StartAuthenticator {}).await.unwrap();
    let found = clinic.phone(&key);
    let other = clinic.manager().session_by(&lost).await;
    clinic.clock.advance(60);

    let proven = clinic.prove(&token, &key, &found.code()).await;
    assert_eq!(proven, Ok(None));
    let voided = "SELECT COUNT(*) FROM events WHERE kind = 'recovery_codes_voided'";
    assert_eq!(clinic.number(voided).await, 1);
    clinic.clock.advance(60);
    let ended = clinic.submit(&waiting, &lost.code()).await;
    assert_eq!(ended.err(), Some(Error::ChallengeEnded));
    assert_eq!(clinic.admits(&other).await, Err(Error::NotSignedIn));
    let due = clinic.manager().code_due().await;
    assert!(!due.challenge.recovery);
    assert!(wrong(&clinic.submit(&due, &lost.code()).await));
    for code in &codes[1..3] {
        assert!(wrong(&submit(&clinic, &due, code.expose()).await));
    }
    let code = Secret::new(found.code());
    let call = SubmitCode {
        code,
        remember: false,
    };
    match clinic.call(&due.token, call).await {
        Ok(Outcome::In(admitted)) => assert_eq!(admitted.recovery, Some(RecoveryDue::NoSet)),
        other => panic!("not let in: {other:?}"),
    }
}

/// A set of which nothing was used goes on with a new phone.
#[tokio::test]
async fn a_new_phone_leaves_an_unused_set() {
    let (clinic, _, codes) = with_codes().await;
    clinic.enrol(&clinic.founder.clone()).await;
    let voided = "SELECT COUNT(*) FROM events WHERE kind = 'recovery_codes_voided'";
    assert_eq!(clinic.number(voided).await, 0);
    let due = clinic.manager().code_due().await;
    submit(&clinic, &due, codes[0].expose()).await.unwrap();
}
