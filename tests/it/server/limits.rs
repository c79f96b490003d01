//! What is limited by address, and what is done once.

use reqwest::StatusCode;
use serde_json::json;
use vestibule::api::{Error, wire};

use super::Edge;
use crate::clinic::PASSWORD;

/// Attack 4: 60 failures a minute from one address, whatever a header says of it; with a proxy of
/// ours, from the address that it tells.
#[tokio::test]
async fn failures_are_limited_by_the_address_that_is_believed() {
    let edge = Edge::with(&[], 60).await;
    let mut limited = 0;
    for n in 0..80 {
        let strange = format!("203.0.113.{n}");
        let headers = [("x-forwarded-for", &*strange), ("x-real-ip", &*strange)];
        let body = json!({
            "email": format!("nobody{n}@hills.example"), "password": "not it at all",
            "computer": null, "remembered": null
        });
        let answer = edge.call("sign-in", &body, &headers).await;
        match answer.error() {
            Error::WrongCredentials => assert!(n < 60, "{n} were looked at"),
            Error::TooManyFailures { retry_after } => {
                assert!(
                    n >= 60 && (1..=60).contains(&retry_after),
                    "{n}, {retry_after}"
                );
                assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
                limited += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(limited, 20);
    // Nothing of whoever is signed in is held up by it, and a minute later it is over.
    let token = format!("Bearer {}", edge.clinic.founder.expose());
    let who = edge
        .call("who-am-i", &json!({}), &[("authorization", &token)])
        .await;
    assert_eq!(who.status, StatusCode::OK);
    edge.clinic.clock.advance(65);
    assert_eq!(edge.sign_in(PASSWORD, &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn behind_a_proxy_each_client_has_its_own_limit() {
    let edge = Edge::with(&["127.0.0.0/8"], 3).await;
    let wrong = async |from: &str, n: usize| {
        let body = json!({
            "email": format!("nobody{n}@hills.example"), "password": "not it at all",
            "computer": null, "remembered": null
        });
        edge.call("sign-in", &body, &[("x-forwarded-for", from)])
            .await
            .error()
    };
    for n in 0..3 {
        assert_eq!(
            wrong("1.1.1.1, 198.51.100.7", n).await,
            Error::WrongCredentials
        );
    }
    let over = wrong("2.2.2.2, 198.51.100.7", 3).await;
    assert!(matches!(over, Error::TooManyFailures { .. }), "{over:?}");
    assert_eq!(wrong("198.51.100.8", 4).await, Error::WrongCredentials);
}

/// A practice whose people share an address is not stopped by its successes.
#[tokio::test]
async fn successes_are_not_limited() {
    let edge = Edge::with(&[], 3).await;
    for _ in 0..10 {
        assert_eq!(edge.sign_in(PASSWORD, &[]).await.status, StatusCode::OK);
    }
}

/// Fault 9: a request that comes again under its number is answered as before and done once.
#[tokio::test]
async fn a_request_that_comes_twice_is_done_once() {
    let edge = Edge::new().await;
    let due = edge.sign_in(PASSWORD, &[]).await;
    let bearer = format!("Bearer {}", due.body["token"].as_str().unwrap());
    let body = json!({ "code": edge.phone.code(), "remember": false });
    let number = "00112233445566778899aabbccddeeff";
    let headers = [("authorization", &*bearer), (wire::REQUEST, number)];
    let first = edge.call("submit-code", &body, &headers).await;
    assert_eq!(first.status, StatusCode::OK, "{first:?}");
    let again = edge.call("submit-code", &body, &headers).await;
    assert_eq!(again.body, first.body);
    let sessions = "SELECT COUNT(*) FROM sessions WHERE ended_at IS NULL";
    assert_eq!(edge.clinic.number(sessions).await, 2);
    // It is nobody else's, and no other call's.
    let stranger = [("authorization", "Bearer nobody"), (wire::REQUEST, number)];
    let stranger = edge.call("submit-code", &body, &stranger).await;
    assert_eq!(stranger.error(), Error::ChallengeEnded);
    // Under another number it is another try.
    let other = "ffeeddccbbaa99887766554433221100";
    let headers = [("authorization", &*bearer), (wire::REQUEST, other)];
    let other = edge.call("submit-code", &body, &headers).await;
    assert_eq!(other.error(), Error::ChallengeEnded);
    // What is kept of an answer shows no token.
    let token = first.body["token"].as_str().unwrap();
    let kept = edge
        .clinic
        .sql("SELECT id, CAST(answer AS TEXT) FROM requests")
        .await;
    assert!(!kept.is_empty() && !format!("{kept:?}").contains(token));
    // In other words it is another request, also of whoever has seen the number.
    let number = [(wire::REQUEST, "aabbccddeeff00112233445566778899")];
    let right = edge.sign_in(PASSWORD, &number).await;
    assert_eq!(right.status, StatusCode::OK, "{right:?}");
    let wrong = edge.sign_in("not it at all", &number).await;
    assert_eq!(wrong.error(), Error::WrongCredentials);
}

/// The same at the same moment: one is done, and both hear of it.
#[tokio::test]
async fn of_two_requests_under_one_number_one_is_done() {
    let edge = Edge::new().await;
    let number = "0123456789abcdef0123456789abcdef";
    let headers = [(wire::REQUEST, number)];
    let (one, two) = tokio::join!(
        edge.sign_in("not it at all", &headers),
        edge.sign_in("not it at all", &headers)
    );
    assert_eq!(
        (one.error(), two.error()),
        (Error::WrongCredentials, Error::WrongCredentials)
    );
    let failures = "SELECT SUM(failures) FROM tries WHERE counter = 'passwords'";
    assert_eq!(edge.clinic.number(failures).await, 1);
}

/// A stranger fills no table: neither by tokens that are made up nor beyond the limit.
#[tokio::test]
async fn nothing_is_kept_of_whoever_is_nobody() {
    let edge = Edge::with(&[], 1).await;
    let kept = "SELECT COUNT(*) FROM requests";
    let before = edge.clinic.number(kept).await;
    let numbered = |n: u32| format!("{n:032x}");
    for n in 0..3 {
        let number = numbered(n);
        let headers = [
            ("authorization", "Bearer made-up"),
            (wire::REQUEST, &*number),
        ];
        let answer = edge.call("sign-out", &json!({}), &headers).await;
        assert_eq!(answer.error(), Error::NotSignedIn);
    }
    assert_eq!(edge.clinic.number(kept).await, before);
    // Nor of what is not even looked at: no address, no password.
    for n in 0..3 {
        let number = numbered(n);
        let body = json!({
            "email": "", "password": "x", "computer": null, "remembered": null
        });
        let headers = [(wire::REQUEST, &*number)];
        let answer = edge.call("sign-in", &body, &headers).await.error();
        assert!(matches!(answer, Error::Invalid { .. }), "{answer:?}");
    }
    assert_eq!(edge.clinic.number(kept).await, before);
    // Nor of a token that was somebody's.
    let due = edge.sign_in(PASSWORD, &[]).await;
    let bearer = format!("Bearer {}", due.body["token"].as_str().unwrap());
    let leave = async |number: &str| {
        let headers = [("authorization", &*bearer), (wire::REQUEST, number)];
        edge.call("sign-out", &json!({}), &headers).await
    };
    assert_eq!(leave(&numbered(1)).await.status, StatusCode::OK);
    assert_eq!(edge.clinic.number(kept).await, before + 1);
    assert_eq!(leave(&numbered(2)).await.error(), Error::NotSignedIn);
    assert_eq!(edge.clinic.number(kept).await, before + 1);
    let before = before + 1;
    // The one that is looked at is kept, so that it can come again.
    for n in 3..6 {
        let number = numbered(n);
        let answer = edge.sign_in("not it", &[(wire::REQUEST, &*number)]).await;
        assert!(!answer.status.is_success());
    }
    assert_eq!(edge.clinic.number(kept).await, before + 1);
}

/// Attack 5: one password tried on five hundred accounts from one address is slowed for all of them
/// together, and is one alarm.
#[tokio::test]
async fn one_password_on_many_accounts_is_slowed_and_told_of_once() {
    let edge = Edge::with(&[], 60).await;
    let mut looked_at = 0;
    for n in 0..500 {
        let email = format!("somebody-{n}@hills.example");
        let body = json!({
            "email": email, "password": "Winter2026!!", "computer": null, "remembered": null
        });
        match edge.call("sign-in", &body, &[]).await.error() {
            Error::WrongCredentials => looked_at += 1,
            Error::TooManyFailures { retry_after } => assert!((1..=60).contains(&retry_after)),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(looked_at, 60);
    let told = "SELECT COUNT(*) FROM events WHERE kind = 'address_limited' AND practice_id <> ''";
    assert_eq!(edge.clinic.number(told).await, 1);
}

/// Fault 9: what was done before its address reached the limit is answered when it comes again; the
/// code is spent, and nobody would get in by it.
#[tokio::test]
async fn a_lost_answer_is_given_again_beyond_the_limit() {
    let edge = Edge::with(&[], 1).await;
    let headers = [(wire::REQUEST, "fedcba9876543210fedcba9876543210")];
    let first = edge.sign_in(PASSWORD, &headers).await;
    assert_eq!(first.status, StatusCode::OK, "{first:?}");
    let wrong = edge.sign_in("not it", &[]).await;
    assert_eq!(wrong.error(), Error::WrongCredentials);
    let beyond = edge.sign_in(PASSWORD, &[]).await.error();
    assert!(
        matches!(beyond, Error::TooManyFailures { .. }),
        "{beyond:?}"
    );
    let again = edge.sign_in(PASSWORD, &headers).await;
    assert_eq!((again.status, again.body), (first.status, first.body));
}

/// Beyond the limit of its address nobody waits for an answer that was never kept: whoever repeats a
/// request that was cut off would hold every place of the server.
#[tokio::test]
async fn a_request_without_an_answer_is_not_waited_for_beyond_the_limit() {
    let edge = Edge::with(&[], 1).await;
    let headers = [(wire::REQUEST, "fedcba9876543210fedcba9876543210")];
    let first = edge.sign_in(PASSWORD, &headers).await;
    assert_eq!(first.status, StatusCode::OK, "{first:?}");
    // As a replica leaves it that is killed before it has answered.
    edge.clinic.sql("UPDATE requests SET answer = NULL").await;
    let wrong = edge.sign_in("not it", &[]).await;
    assert_eq!(wrong.error(), Error::WrongCredentials);
    let again = edge.sign_in(PASSWORD, &headers).await.error();
    assert!(matches!(again, Error::TooManyFailures { .. }), "{again:?}");
}

/// A forgotten password is asked for as often as anything else is guessed at: each leaves an entry in
/// Activity, and its answer never tells whether anything came of it.
#[tokio::test]
async fn a_forgotten_password_is_asked_for_within_the_limit() {
    let edge = Edge::with(&[], 60).await;
    let mut limited = 0;
    for n in 0..80 {
        let body = json!({ "email": format!("nobody{n}@hills.example") });
        let answer = edge.call("forgot-password", &body, &[]).await;
        match answer.status {
            StatusCode::OK => assert!(n < 60, "{n} were taken"),
            StatusCode::TOO_MANY_REQUESTS => limited += 1,
            _ => panic!("{answer:?}"),
        }
    }
    assert_eq!(limited, 20);
}
