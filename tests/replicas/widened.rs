//! A server is updated one replica after the other: the schema of the next version is there while
//! replicas of this one still serve (fault 27).

use sqlx::Row;
use vestibule::api::{SessionTimeOuts, SetSessionRule};

use crate::lost::{HEALED, in_the_midst};
use crate::replica::Signal;
use crate::stage::Stage;

/// The lock that everybody who writes shares (`store/engine.rs`).
const EVERYTHING: i64 = 0x0056_4553_5449_4255;

/// All that a step of the schema may do (CONTRIBUTING.md), to every table: columns that are NULL or
/// have a default, an index; and a table more. May be done twice.
fn widening() -> String {
    format!(
        "BEGIN;
         SELECT pg_advisory_xact_lock({EVERYTHING});
         DO $$ DECLARE found RECORD; BEGIN
             FOR found IN SELECT relname AS name FROM pg_class
                 WHERE relkind = 'r' AND relnamespace = CAST('public' AS regnamespace)
                 AND relname <> '_sqlx_migrations' ORDER BY relname
             LOOP
                 EXECUTE format('ALTER TABLE %I ADD COLUMN IF NOT EXISTS later TEXT', found.name);
                 EXECUTE format('ALTER TABLE %I ADD COLUMN IF NOT EXISTS later_too BIGINT
                                 NOT NULL DEFAULT 7', found.name);
                 EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON %I (later)',
                                found.name || '_later', found.name);
             END LOOP;
         END $$;
         CREATE TABLE IF NOT EXISTS later (id TEXT PRIMARY KEY, user_id TEXT REFERENCES users);
         INSERT INTO _sqlx_migrations
                (version, description, success, checksum, execution_time)
             SELECT MAX(version) + 1, 'later', TRUE, '', 0 FROM _sqlx_migrations
             HAVING NOT EXISTS (SELECT 1 FROM _sqlx_migrations WHERE description = 'later');
         COMMIT"
    )
}

/// A challenge begun before the step is finished after it, nobody is held up for long, and what the
/// next version keeps beside is still there after this one has written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_of_this_version_serve_over_the_schema_of_the_next() {
    let mut stage = Stage::new().await;
    let manager = stage.manager().await;
    let person = stage.hire().await;
    person.rested().await;
    let due = person.code_due().await;
    let widened = async || drop(stage.sql(&widening()).await);
    let healed = in_the_midst(&stage, widened, async || {}).await;
    assert!(healed <= HEALED, "nobody got in for {healed:?}");
    let code = person.code().await;
    person.submit(&due, &code).await.unwrap();

    for table in ["practices", "users", "memberships", "methods"] {
        let kept = format!("UPDATE {table} SET later = 'kept', later_too = 8");
        stage.sql(&kept).await;
    }
    let limits = SessionTimeOuts {
        idle_minutes: 20,
        absolute_hours: 9,
    };
    let set = SetSessionRule { limits };
    let set = manager.way.call(Some(&manager.token), set).await;
    assert_eq!(set, Ok(limits));
    person.session().await;
    for table in ["practices", "users", "memberships", "methods"] {
        let found = format!("SELECT DISTINCT later, later_too FROM {table}");
        let found = stage.sql(&found).await;
        let found: Vec<(Option<String>, i64)> =
            found.iter().map(|row| (row.get(0), row.get(1))).collect();
        assert_eq!(found, [(Some("kept".into()), 8)], "{table}");
    }

    // One that is started anew does not know what it would serve over, and says so.
    drop((manager, person));
    stage.replicas[0].send(Signal::End);
    assert!(stage.replicas[0].ended().await.success());
    stage.replicas[0].start();
    assert!(!stage.replicas[0].ended().await.success());
    let said = stage.replicas[0].said();
    assert!(said.contains("newer"), "{said}");
    // The others go on.
    stage.hire().await.session().await;
}
