//! The schema: who makes it, who serves over it.

use vestibule::store::{Fault, Store};

use super::database;
use crate::clinic::postgres::{Database, connections};
use crate::rounds;

/// Everything that there is to be changed.
async fn tables(database: &Database) -> Vec<Vec<String>> {
    let mut all = database.sql("SELECT * FROM _sqlx_migrations").await;
    let columns = "SELECT table_name, column_name, data_type, collation_name
                   FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2";
    all.extend(database.sql(columns).await);
    all
}

/// Fault 25: of five that start at once one makes the schema, and all of them serve.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_starts_at_once_migrate_once() {
    let steps = std::fs::read_dir("src/store/migrations/postgres");
    let steps = steps.unwrap().count();
    for _ in 0..rounds(2, 50) {
        let database = Database::empty().await;
        let mut starts = tokio::task::JoinSet::new();
        for _ in 0..5 {
            let url = database.url();
            starts.spawn(async move {
                Store::migrate(&url).await?;
                let store = Store::connect(&url, connections(1)).await?;
                store.write().await?.commit().await
            });
        }
        for start in starts.join_all().await {
            start.unwrap();
        }
        let applied = "SELECT COUNT(*) FROM _sqlx_migrations WHERE success";
        assert_eq!(database.sql(applied).await, [[steps.to_string()]]);
    }
}

/// Fault 26: an older program does not serve over a newer schema, nor change it.
#[tokio::test]
async fn a_newer_schema_is_refused_and_left_as_it_is() {
    let (database, store) = database().await;
    store.close().await;
    database
        .sql(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (99991231, 'of another time', TRUE, '', 0)",
        )
        .await;
    let before = tables(&database).await;
    let served = Store::connect(&database.url(), connections(1)).await.err();
    let migrated = Store::migrate(&database.url()).await.err();
    for fault in [served, migrated] {
        let Some(Fault::Newer { found, known }) = &fault else {
            panic!("{fault:?}")
        };
        assert_eq!((*found, *known < *found), (99_991_231, true));
        let told = fault.unwrap().to_string();
        assert!(
            told.starts_with("the database is newer (99991231 > "),
            "{told}"
        );
    }
    assert_eq!(tables(&database).await, before);
}

/// Nobody serves over an older schema, or none, unless migrating was asked for.
#[tokio::test]
async fn an_older_schema_is_not_served_and_anothers_is_not_touched() {
    let database = Database::empty().await;
    let refused = Store::connect(&database.url(), connections(1)).await.err();
    let Some(Fault::Older { found: 0, .. }) = refused else {
        panic!("{refused:?}")
    };
    assert!(tables_of(&database).await.is_empty());

    database.sql("CREATE TABLE appointments (id BIGINT)").await;
    for refused in [
        Store::connect(&database.url(), connections(1)).await.err(),
        Store::migrate(&database.url()).await.err(),
    ] {
        assert!(matches!(refused, Some(Fault::Damaged(_))), "{refused:?}");
    }
    assert_eq!(tables_of(&database).await, [["appointments"]]);
}

async fn tables_of(database: &Database) -> Vec<Vec<String>> {
    let names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'";
    database.sql(names).await
}

/// Every text compares byte by byte, whatever the locale of the database: the next page of people,
/// and the beginnings of words, are found by it.
#[tokio::test]
async fn no_text_has_an_order_of_its_own() {
    let (database, _store) = database().await;
    let others = "SELECT table_name, column_name FROM information_schema.columns
                  WHERE table_schema = 'public' AND data_type = 'text'
                    AND table_name <> '_sqlx_migrations' AND collation_name IS DISTINCT FROM 'C'";
    assert!(database.sql(others).await.is_empty());
    let types = "SELECT DISTINCT data_type FROM information_schema.columns
                 WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations' ORDER BY 1";
    assert_eq!(database.sql(types).await, [["bigint"], ["bytea"], ["text"]]);
}
