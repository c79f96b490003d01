//! What is written without waiting for the disk is on it no later than what follows.

use vestibule::domain::Timestamp;
use vestibule::store::{Fault, Store, TakenRequest, Tx};

use crate::postgres::Database;
use crate::replica::until;
use crate::stage::postgres;

async fn take(tx: Result<Tx, Fault>, id: &str) -> TakenRequest {
    let mut tx = tx.unwrap();
    let taken = tx.take_request(id, None, Timestamp::UNIX_EPOCH).await;
    tx.commit().await.unwrap();
    taken.unwrap()
}

/// Takes one request after the other, each of which is to be durable.
async fn takes(store: Store) {
    for n in 0.. {
        take(store.write_beside().await, &format!("durable-{n}")).await;
    }
}

/// Whether a commit waits for a standby.
async fn waits(database: &Database) -> bool {
    let waiting = "SELECT pid FROM pg_stat_activity
                   WHERE wait_event = 'SyncRep' AND datname = current_database()";
    !database.sql(waiting).await.is_empty()
}

async fn standby(database: &Database, name: &str) {
    let set = format!("ALTER SYSTEM SET synchronous_standby_names = '{name}'");
    database.sql(&set).await;
    database.sql("SELECT pg_reload_conf()").await;
}

/// Faults 7 and 9: a request is taken while a durable commit waits; and where the database ends
/// without a word it is there, since something durable came after it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_waited_for_lasts_as_long_as_what_follows() {
    let database = Database::new().await;
    let store = database.store().await.unwrap();
    standby(&database, "nobody").await;
    let durable = tokio::spawn(takes(database.store().await.unwrap()));
    until("a durable commit waits", async || waits(&database).await).await;
    let taken = take(store.write_soon().await, "soon").await;
    let waited = waits(&database).await;
    standby(&database, "").await;
    assert_eq!(taken, TakenRequest::First);
    assert!(waited, "the durable commit was over before");
    until("it waits no longer", async || !waits(&database).await).await;
    durable.abort();

    take(store.write_beside().await, "after").await;
    tokio::task::spawn_blocking(|| postgres("restart"))
        .await
        .unwrap();
    let ids = "SELECT id FROM requests WHERE id IN ('soon', 'after') ORDER BY id";
    assert_eq!(database.sql(ids).await, [["after"], ["soon"]]);
}
