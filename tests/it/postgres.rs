//! What is PostgreSQL's alone: several replicas over one database, a server that restarts, holds a
//! lock, is not reached.
//!
//! `tests/run postgres` starts the server that these need, and says that the run is over it. In any
//! other run most of them end at once and show nothing: who is asked for a server that is not
//! there, and who takes locks in the wrong order, is shown over a file too.

mod reached;
mod replicas;
mod restored;
mod schema;

use std::future::Future;
use std::time::Duration;

use vestibule::store::Store;

use crate::clinic::over_postgres;
use crate::clinic::postgres::Database;

/// A database of this run's server, migrated; none where the run is over files.
async fn database() -> Option<(Database, Store)> {
    if !over_postgres() {
        return None;
    }
    let database = Database::new().await;
    let store = database.store().await.unwrap();
    Some((database, store))
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
