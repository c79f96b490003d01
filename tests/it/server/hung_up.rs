//! Clients that hang up before they are answered.

use std::time::Duration;

use serde_json::json;
use vestibule::api::{Error, wire};
use vestibule::server::Proxies;
use vestibule::service::HashCost;

use super::Edge;
use crate::clinic::Clinic;
use crate::clinic::window::served::listen;

/// Takes a good part of a second, in which a client can go away.
const SLOW: HashCost = HashCost {
    memory: 64 * 1024,
    passes: 16,
};

/// Asks until it holds.
async fn until(clinic: &Clinic, sql: &str) {
    for _ in 0..2_000 {
        if clinic.number(sql).await > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it never came: {sql}");
}

/// Attacks 4 and 59: a guess whose client has gone is counted for its address and written down as any
/// other is, and the request that comes again is answered what it was answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_guess_whose_client_hangs_up_is_looked_at_and_counted() {
    let mut edge = Edge::new().await;
    let slow = edge.clinic.another_cost(SLOW).await;
    let (at, serving) = listen(&slow.service, Proxies::default(), u32::MAX);
    (edge.at, edge._serving) = (at, serving);

    let number = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
    let body = json!({
        "email": "nobody@hills.example", "password": "not it at all",
        "computer": null, "remembered": null
    });
    let begun = async || {
        edge.call("sign-in", &body, &[(wire::REQUEST, number)])
            .await
    };
    tokio::select! {
        answer = begun() => panic!("answered before anybody could hang up: {answer:?}"),
        // What is dropped then takes its connection with it.
        () = until(&edge.clinic, "SELECT COUNT(*) FROM tries WHERE counter = 'passwords'") => {}
    }
    until(&edge.clinic, "SELECT COUNT(*) FROM failures_by_origin").await;
    let told = "SELECT COUNT(*) FROM events WHERE kind = 'password_wrong'";
    assert_eq!(edge.clinic.number(told).await, 1);
    let again = begun().await;
    assert_eq!(again.error(), Error::WrongCredentials);
    let failures = "SELECT SUM(failures) FROM tries WHERE counter = 'passwords'";
    assert_eq!(edge.clinic.number(failures).await, 1);
}
