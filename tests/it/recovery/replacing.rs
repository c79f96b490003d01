//! What becomes of the rest once a lost method is replaced.

use vestibule::api::{
    CancelSetUp, Error, MyMethods, Outcome, RecoveryDue, Secret, StartAuthenticator, SubmitCode,
    Token,
};
use vestibule::domain::{Channel, MethodKind, NotAllowed};

use super::{keep, make, submit, with_codes, wrong};
use crate::clinic::Clinic;
use crate::sends::Sends;

/// Attack 49: with the new phone proven, the lost one, what waited for its code, the rest of the
/// paper and every other session are dead; a new set is offered.
#[tokio::test]
async fn what_is_recovered_from_is_dead_once_the_new_method_is_proven() {
    let (clinic, lost, codes) = with_codes().await;
    let waiting = clinic.manager().code_due().await;
    let due = clinic.manager().code_due().await;
    let (token, _) = submit(&clinic, &due, codes[0].expose()).await.unwrap();
    // Until then everything is as it was: the set-up may be left.
    let key = clinic
        .call(&token, StartAuthenticator::default())
        .await
        .unwrap();
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

/// Attack 49: a lost phone that SMS went to gives way to the app, which is of another kind.
#[tokio::test]
async fn a_lost_method_gives_way_to_one_of_another_kind() {
    let stage = Sends::new().await;
    let clinic = &stage.clinic;
    let sam = stage.sam(Channel::Sms).await;
    let due = sam.code_due().await;
    let code = stage.code(Channel::Sms).await;
    let session = stage.submit(&due, &code).await.unwrap();
    let made = make(clinic, &session).await;
    keep(clinic, &session, &made).await.unwrap();
    let waiting = sam.code_due().await;
    let sent_to_the_lost = stage.code(Channel::Sms).await;
    let due = sam.code_due().await;
    let (token, _) = submit(clinic, &due, made.codes[0].expose()).await.unwrap();

    let replaces = Some(MethodKind::Sms);
    let call = StartAuthenticator { replaces };
    clinic.call(&token, call.clone()).await.unwrap();
    assert_eq!(kinds(clinic, &token).await, [MethodKind::Sms]);
    // Given up, it takes nothing along.
    clinic.call(&token, CancelSetUp {}).await.unwrap();
    assert_eq!(kinds(clinic, &token).await, [MethodKind::Sms]);
    let key = clinic.call(&token, call).await.unwrap();
    let phone = clinic.phone(&key);
    clinic.prove(&token, &key, &phone.code()).await.unwrap();

    assert_eq!(kinds(clinic, &token).await, [MethodKind::Authenticator]);
    for kind in ["method_removed", "method_proven"] {
        let entry =
            format!("SELECT factor FROM events WHERE kind = '{kind}' ORDER BY n DESC LIMIT 1");
        let of = match kind {
            "method_removed" => "sms",
            _ => "authenticator",
        };
        assert_eq!(clinic.sql(&entry).await, [[of]], "{kind}");
    }
    let ended = stage.submit(&waiting, &sent_to_the_lost).await;
    assert_eq!(ended.err(), Some(Error::ChallengeEnded));
    assert_eq!(clinic.admits(&session).await, Err(Error::NotSignedIn));
    clinic.clock.advance(60);
    let due = sam.code_due().await;
    assert!(!due.challenge.recovery);
    assert!(wrong(&submit(clinic, &due, made.codes[1].expose()).await));
    let refused = stage.another(&due, MethodKind::Sms).await;
    assert_eq!(refused.err(), Some(NotAllowed::NoSuchMethod.into()));
    clinic.submit(&due, &phone.code()).await.unwrap();
}

/// What is to give way has to be there, and a new generation replaces its own kind alone.
#[tokio::test]
async fn only_a_proven_method_gives_way() {
    let (clinic, _) = Clinic::enabled().await;
    let replaces = |kind| StartAuthenticator {
        replaces: Some(kind),
    };
    let token = clinic.founder.clone();
    for kind in [MethodKind::Sms, MethodKind::Email] {
        let refused = clinic.call(&token, replaces(kind)).await;
        assert_eq!(refused.err(), Some(NotAllowed::NoSuchMethod.into()));
    }
    let own_kind = clinic.call(&token, replaces(MethodKind::Authenticator));
    assert!(own_kind.await.is_ok());
}

async fn kinds(clinic: &Clinic, token: &Token) -> Vec<MethodKind> {
    let facts = clinic.call(token, MyMethods {}).await.unwrap();
    facts.methods.iter().map(|method| method.kind).collect()
}
