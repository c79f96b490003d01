//! A server that starts before its database, and a schema that is made while somebody kills or
//! hurries (faults 6, 24 and 25).

use std::time::{Duration, Instant};

use vestibule::api::{Dependency, Error, Greet};

use crate::postgres::Database;
use crate::replica::{Replica, until};
use crate::rounds;
use crate::stage::{Stage, postgres};

/// Within how long a replica serves once its database is there.
const FOUND: Duration = Duration::from_secs(10);

/// Fault 6: the database is started after the replicas. They live, are not ready, deny, and serve
/// without anybody's hand once it is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_wait_for_their_database() {
    let mut stage = Stage::at_rest().await;
    postgres("stop");
    for replica in &mut stage.replicas {
        replica.start();
    }
    for replica in &stage.replicas {
        let way = replica.way();
        let lives = async || way.get("/live").await == Some((200, "live\n".into()));
        until("it lives", lives).await;
        assert_eq!(way.get("/ready").await, Some((503, "no database\n".into())));
        let refused = way.call(None, Greet {}).await.err();
        let what = Dependency::Database;
        assert_eq!(refused, Some(Error::Unavailable { what }));
    }
    // It has asked more than once.
    let asked = async || {
        let said = stage.replicas[0].said();
        said.matches("waiting for the database").count() >= 3
    };
    until("it asks again", asked).await;
    postgres("start");
    let begun = Instant::now();
    stage.open().await;
    assert!(begun.elapsed() < FOUND, "{:?}", begun.elapsed());
    let manager = stage.manager().await;
    manager.session().await;
}

/// What there is in a database: tables, and steps of the schema.
async fn found(database: &Database) -> [i64; 2] {
    let number = async |sql: &str| database.sql(sql).await[0][0].parse::<i64>().unwrap();
    let tables = "SELECT CAST(COUNT(*) AS TEXT) FROM pg_class
                  WHERE relkind = 'r' AND relnamespace = CAST('public' AS regnamespace)";
    match number(tables).await {
        0 => [0, 0],
        tables => {
            let steps = "SELECT CAST(COUNT(*) AS TEXT) FROM _sqlx_migrations";
            [tables, number(steps).await]
        }
    }
}

/// Runs `migrate` to its end, or kills it after so long.
fn migrate(replica: &Replica, killed_after: Option<Duration>) {
    let mut process = replica.begin(&["migrate"]);
    let begun = Instant::now();
    while killed_after.is_some_and(|after| begun.elapsed() < after) {
        std::hint::spin_loop();
    }
    if killed_after.is_some() {
        process.kill().unwrap();
    }
    let done = process.wait_with_output().unwrap();
    assert!(done.status.success() || killed_after.is_some(), "{done:?}");
}

/// Fault 24: a `migrate` that is killed has done all or nothing, and the next one does it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_that_is_killed_is_whole_or_has_not_been() {
    let stage = Stage::at_rest().await;
    let whole = found(&stage.database).await;
    let mut cut = 0;
    for round in 0..rounds(10, 200) {
        let database = Database::empty().await;
        let replica = stage.another(&database);
        let after = Duration::from_millis(30) * u32::try_from(round % 10).unwrap();
        migrate(&replica, Some(after));
        let there = found(&database).await;
        assert!(there == [0, 0] || there == whole, "{there:?} of {whole:?}");
        cut += usize::from(there == [0, 0]);
        migrate(&replica, None);
        assert_eq!(found(&database).await, whole);
    }
    assert!(cut > 0, "never cut off in the midst");
}

/// Fault 25: five that migrate at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_five_migrations_at_once_one_is_done() {
    let stage = Stage::at_rest().await;
    for _ in 0..rounds(1, 50) {
        let database = Database::empty().await;
        let replica = stage.another(&database);
        let all: Vec<_> = (0..5).map(|_| replica.begin(&["migrate"])).collect();
        for one in all {
            let done = one.wait_with_output().unwrap();
            assert!(done.status.success(), "{done:?}");
        }
        assert_eq!(found(&database).await, found(&stage.database).await);
    }
}
