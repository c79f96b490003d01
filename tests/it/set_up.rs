//! Setting up a method: who may, until when, and what is left of it.

use std::collections::HashSet;

use vestibule::api::{CancelSetUp, Error, MyMethods, StartAuthenticator, WhoAmI};
use vestibule::domain::Status;

use crate::clinic::{Clinic, used, wrong};

/// Attack 32: whoever waits for a code reaches no set-up, and a due set-up that somebody else
/// finished first is dead.
#[tokio::test]
async fn no_new_method_while_the_old_one_is_asked_for() {
    let clinic = Clinic::new().await;
    clinic.make_mandatory().await;
    let (first, second) = (
        clinic.manager().set_up_due().await,
        clinic.manager().set_up_due().await,
    );
    let phone = clinic.enrol(&first.token).await;
    let answer = clinic
        .call(&second.token, StartAuthenticator::default())
        .await;
    assert_eq!(answer.err(), Some(Error::NotSignedIn));
    clinic.clock.advance(30);
    let due = clinic.manager().code_due().await;
    let answer = clinic.call(&due.token, StartAuthenticator::default()).await;
    assert_eq!(answer.err(), Some(Error::NotSignedIn));
    clinic.submit(&due, &phone.code()).await.unwrap();
}

/// What is required: finishing a due set-up signs in, and its token and code are spent by it.
#[tokio::test]
async fn finishing_a_due_set_up_completes_that_sign_in() {
    let clinic = Clinic::new().await;
    clinic.make_mandatory().await;
    let due = clinic.manager().set_up_due().await;
    let key = clinic
        .call(&due.token, StartAuthenticator::default())
        .await
        .unwrap();
    let phone = clinic.phone(&key);
    let session = clinic.prove(&due.token, &key, &phone.code()).await.unwrap();
    clinic.admits(&session.unwrap()).await.unwrap();
    let again = clinic.prove(&due.token, &key, &phone.code()).await;
    assert_eq!(again, Err(Error::NotSignedIn));
    // The sessions from before the method are over: G6.
    assert_eq!(
        clinic.admits(&clinic.founder).await,
        Err(Error::NotSignedIn)
    );
    let next = clinic.manager().code_due().await;
    assert!(used(&clinic.submit(&next, &phone.code()).await));
}

/// The figure "waiting tokens": 15 minutes for a due set-up.
#[tokio::test]
async fn a_due_set_up_waits_fifteen_minutes() {
    for (seconds, in_time) in [(899, true), (900, false)] {
        let clinic = Clinic::new().await;
        clinic.make_mandatory().await;
        let due = clinic.manager().set_up_due().await;
        clinic.clock.advance(1);
        let key = clinic
            .call(&due.token, StartAuthenticator::default())
            .await
            .unwrap();
        clinic.clock.advance(seconds - 1);
        let code = clinic.phone(&key).code();
        let answer = clinic.prove(&due.token, &key, &code).await;
        if in_time {
            assert!(answer.unwrap().is_some());
        } else {
            assert_eq!(answer, Err(Error::NotSignedIn));
        }
    }
}

/// Attack 33: a set-up works at 14:59, is gone at 15:00, and gives and takes nothing meanwhile.
#[tokio::test]
async fn a_set_up_is_gone_after_fifteen_minutes() {
    for (seconds, in_time) in [(899, true), (900, false)] {
        let clinic = Clinic::new().await;
        let key = clinic
            .call(&clinic.founder, StartAuthenticator::default())
            .await
            .unwrap();
        clinic.clock.advance(seconds);
        let token = clinic.manager().session().await;
        let facts = clinic.call(&token, MyMethods {}).await.unwrap();
        let expected = if in_time {
            Status::Pending
        } else {
            Status::NotSetup
        };
        assert_eq!(facts.status, expected);
        let code = clinic.phone(&key).code();
        let answer = clinic.prove(&token, &key, &code).await;
        assert_eq!(answer.is_ok(), in_time, "{answer:?}");
        if !in_time {
            assert_eq!(answer, Err(Error::ChallengeEnded));
            clinic.manager().session().await;
        }
    }
}

/// Attack 33: while a new phone is being set up the old one opens, and the new one does not.
#[tokio::test]
async fn the_old_method_opens_until_the_new_one_is_proven() {
    let (clinic, old) = Clinic::enabled().await;
    let session = clinic.manager().session_by(&old).await;
    let key = clinic
        .call(&session, StartAuthenticator::default())
        .await
        .unwrap();
    let new = clinic.phone(&key);
    clinic.clock.advance(30);
    let due = clinic.manager().code_due().await;
    assert!(wrong(&clinic.submit(&due, &new.code()).await));
    clinic.submit(&due, &old.code()).await.unwrap();
    clinic.prove(&session, &key, &new.code()).await.unwrap();
    clinic.clock.advance(30);
    let due = clinic.manager().code_due().await;
    assert!(wrong(&clinic.submit(&due, &old.code()).await));
    clinic.submit(&due, &new.code()).await.unwrap();
    let kept = "SELECT COUNT(*), COUNT(secret) FROM methods";
    assert_eq!(
        clinic.sql(kept).await,
        [["2", "1"]],
        "a closed secret is erased"
    );
}

/// Attack 33: leaving the set-up brings the former state back.
#[tokio::test]
async fn a_cancelled_set_up_leaves_nothing() {
    let clinic = Clinic::new().await;
    let key = clinic
        .call(&clinic.founder, StartAuthenticator::default())
        .await
        .unwrap();
    clinic.call(&clinic.founder, CancelSetUp {}).await.unwrap();
    let code = clinic.phone(&key).code();
    let answer = clinic.prove(&clinic.founder, &key, &code).await;
    assert_eq!(answer, Err(Error::ChallengeEnded));
    assert_eq!(clinic.number("SELECT COUNT(secret) FROM methods").await, 0);
    clinic.manager().session().await;
}

/// Attack 34: of two set-ups the newer counts, and of two proofs at once one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_set_ups_at_once_leave_one_method() {
    let clinic = std::sync::Arc::new(Clinic::new().await);
    let mut token = clinic.founder.clone();
    for round in 0..20 {
        let mut keys = Vec::new();
        for _ in 0..2 {
            keys.push(
                clinic
                    .call(&token, StartAuthenticator::default())
                    .await
                    .unwrap(),
            );
        }
        if round % 2 == 1 {
            keys.reverse();
        }
        let mut set = tokio::task::JoinSet::new();
        for key in keys.iter().cloned().chain([keys[round % 2].clone()]) {
            let (clinic, token) = (clinic.clone(), token.clone());
            set.spawn(async move {
                let code = clinic.phone(&key).code();
                (key.method.clone(), clinic.prove(&token, &key, &code).await)
            });
        }
        let answers = set.join_all().await;
        let proven: Vec<_> = answers
            .iter()
            .filter(|(_, answer)| answer.is_ok())
            .collect();
        assert_eq!(proven.len(), 1, "{answers:?}");
        let active = clinic
            .sql("SELECT id FROM methods WHERE until_at IS NULL AND proven_at IS NOT NULL")
            .await;
        assert_eq!(active, [[proven[0].0.to_string()]]);
        let phone = keys
            .iter()
            .find(|key| key.method == proven[0].0)
            .map(|key| clinic.phone(key))
            .unwrap();
        clinic.clock.advance(60);
        token = clinic.manager().session_by(&phone).await;
        clinic.clock.advance(60);
    }
}

/// Attack 35: no later answer holds the secret in any spelling, nor does the database.
#[tokio::test]
async fn the_secret_is_shown_once() {
    let clinic = Clinic::new().await;
    let key = clinic
        .call(&clinic.founder, StartAuthenticator::default())
        .await
        .unwrap();
    let shown = format!("{key:?}");
    let phone = clinic.phone(&key);
    let mut said = vec![shown];
    let methods = clinic.call(&clinic.founder, MyMethods {}).await.unwrap();
    said.push(format!("{methods:?}"));
    clinic
        .prove(&clinic.founder, &key, &phone.code())
        .await
        .unwrap();
    clinic.clock.advance(30);
    let due = clinic.manager().code_due().await;
    said.push(format!("{due:?}"));
    let session = clinic.submit(&due, &phone.code()).await.unwrap();
    let who = clinic.call(&session, WhoAmI {}).await.unwrap();
    let methods = clinic.call(&session, MyMethods {}).await.unwrap();
    said.push(format!("{who:?} {methods:?}"));
    let next = clinic
        .call(&session, StartAuthenticator::default())
        .await
        .unwrap();
    said.push(format!("{} {}", next.uri.expose(), next.text.expose()));
    said.extend(clinic.dump().await.into_iter().map(|(_, value)| value));
    let base32 = data_encoding::BASE32_NOPAD.encode(phone.secret());
    let spellings = [
        key.text.expose().to_owned(),
        base32.to_lowercase(),
        base32,
        data_encoding::HEXLOWER.encode(phone.secret()),
        data_encoding::HEXUPPER.encode(phone.secret()),
        data_encoding::BASE64_NOPAD.encode(phone.secret()),
        key.uri.expose().to_owned(),
    ];
    for text in said {
        assert!(
            spellings.iter().all(|secret| !text.contains(secret)),
            "{text}"
        );
    }
    for (path, bytes) in clinic.files() {
        for secret in spellings
            .iter()
            .map(|text| text.as_bytes())
            .chain([phone.secret()])
        {
            let found = bytes.windows(secret.len()).any(|window| window == secret);
            assert!(!found, "{}", path.display());
        }
    }
}

/// Attack 36: the server makes every secret, 160 bits of its own.
#[tokio::test]
async fn five_hundred_secrets_are_distinct() {
    let clinic = Clinic::new().await;
    let mut secrets = HashSet::new();
    for _ in 0..500 {
        let key = clinic
            .call(&clinic.founder, StartAuthenticator::default())
            .await
            .unwrap();
        let phone = clinic.phone(&key);
        assert_eq!(phone.secret().len(), 20);
        let half = phone.secret()[..10].to_vec();
        assert!(secrets.insert(half), "the beginnings of two are the same");
        assert!(
            key.uri
                .expose()
                .contains(&key.text.expose().replace(' ', ""))
        );
    }
    let open = "SELECT COUNT(*) FROM methods WHERE secret IS NOT NULL";
    assert_eq!(clinic.number(open).await, 1);
}

/// Guarantee G5: the owner is told, and the password that opened a session is not enough to
/// keep one that had no part in it.
#[tokio::test]
async fn a_proven_method_ends_other_sessions_and_leaves_a_notice() {
    let clinic = Clinic::new().await;
    clinic.clock.advance(1);
    let other = clinic.manager().session().await;
    let phone = clinic.enrol(&clinic.founder).await;
    assert_eq!(clinic.admits(&other).await, Err(Error::NotSignedIn));
    clinic.admits(&clinic.founder).await.unwrap();
    let notices = "SELECT kind FROM notices ORDER BY id";
    assert_eq!(clinic.sql(notices).await, [["enabled"]]);
    clinic.clock.advance(60);
    let session = clinic.manager().session_by(&phone).await;
    clinic.enrol(&session).await;
    assert_eq!(clinic.sql(notices).await, [["enabled"], ["replaced"]]);
}
