//! What is PostgreSQL's alone: several replicas over one database, a server that restarts, holds a
//! lock, is not reached.
//!
//! `tests/run postgres` starts the server that these need, after it has run the scenarios over it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

#[path = "../it/long.rs"]
mod long;
mod queued;
mod reached;
mod replaced_address;
mod replicas;
mod restored;
/// The stages of the scenarios.
#[path = "../it"]
#[allow(
    dead_code,
    unused_imports,
    reason = "the scenarios need the rest of it"
)]
mod scenarios {
    pub(crate) mod clinic;
    pub(crate) mod post;
    pub(crate) mod sends;
}
mod schema;

use std::future::Future;
use std::time::Duration;

use vestibule::store::Store;

use clinic::postgres::Database;
use long::rounds;
use scenarios::{clinic, post, sends};

/// A database of this run's server, migrated.
async fn database() -> (Database, Store) {
    let database = Database::new().await;
    let store = database.store().await.unwrap();
    (database, store)
}

/// Waits until the database says so, for ten seconds at most.
async fn until<F: Future<Output = bool>>(what: &str, holds: impl Fn() -> F) {
    let waited = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(10), waited).await;
    assert!(waited.is_ok(), "{what}");
}
