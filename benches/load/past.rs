//! What was done in years: ten million rows of it.

use crate::base::Database;

/// The name of somebody who signs in a few times a year.
pub(crate) const RARE: &str = "zoe";

/// Rows of a table.
struct Rows {
    table: &'static str,
    columns: &'static str,
    values: &'static str,
    many: u32,
    /// Within which time they were made.
    minutes: u32,
}

const DAY: u32 = 24 * 60;

/// Nothing of it is old enough to be removed meanwhile, and the entries count as sealed, so that the
/// server leaves all of it alone.
const ALL: [Rows; 5] = [
    Rows {
        table: "events",
        columns: "id, practice_id, at, kind, actor, factor, seq, seal",
        values: "name, practice, made, 'signed_in', person, 'authenticator', -n, ''",
        many: 5_000_000,
        minutes: 365 * DAY,
    },
    Rows {
        table: "sessions",
        columns: "id, token_hash, user_id, practice_id, made_at, active_at, ended_at",
        values: "name, name, person, practice, made, made, made",
        many: 2_000_000,
        minutes: 25 * DAY,
    },
    Rows {
        table: "waiting",
        columns: "token_hash, user_id, kind, tries, made_at, ends_at, ended_at",
        values: "name, person, 'code', 1, made, made, made",
        many: 1_000_000,
        minutes: DAY,
    },
    Rows {
        table: "requests",
        columns: "id, made_at, answer",
        values: "name, made, decode(repeat('5a', 300), 'hex')",
        many: 1_000_000,
        minutes: 1,
    },
    Rows {
        table: "outbox",
        columns: "id, practice_id, user_id, channel, destination, state, tried, next_at, made_at,
                  changed_at, ends_at",
        values: "name, practice, person, 'email', person, 'sent', 1, made, made, made, made",
        many: 1_000_000,
        minutes: 25 * DAY,
    },
];

/// Puts it in, done by everybody in turn: without looking anything up, and with the indexes made
/// anew, which takes a part of the time.
pub(crate) async fn put_into(database: &Database) {
    let tables = ALL.map(|rows| rows.table).join("', '");
    let each_index = |does: &str| {
        format!(
            "SET maintenance_work_mem = '512MB';
             DO $$ DECLARE it RECORD; BEGIN
                 FOR it IN SELECT * FROM indexes_of_load LOOP EXECUTE {does}; END LOOP;
             END $$"
        )
    };
    database
        .sql(format!(
            "CREATE TABLE crowd AS SELECT row_number() OVER () - 1 AS place, id FROM users;
             CREATE TABLE indexes_of_load AS
             SELECT indexname, indexdef FROM pg_indexes
             WHERE schemaname = 'public' AND tablename IN ('{tables}')
               AND NOT indexname LIKE '%\\_pkey' AND NOT indexname LIKE '%\\_key'"
        ))
        .await;
    database
        .sql(each_index("'DROP INDEX ' || it.indexname"))
        .await;
    for Rows {
        table,
        columns,
        values,
        many,
        minutes,
    } in ALL
    {
        database
            .sql(format!(
                "SET session_replication_role = replica;
                 INSERT INTO {table} ({columns})
                 SELECT {values} FROM (
                     SELECT n, lpad(CAST(n AS TEXT), 9, '0') AS name, crowd.id AS person,
                            practices.id AS practice,
                            CAST(EXTRACT(EPOCH FROM now()) * 1000 AS BIGINT)
                                - ({many} - n) * {minutes} * 60000 / {many} AS made
                     FROM generate_series(CAST(1 AS BIGINT), {many}) n
                     JOIN crowd ON place = n * 7919 % (SELECT COUNT(*) FROM crowd), practices
                 ) past"
            ))
            .await;
    }
    for sql in [
        each_index("it.indexdef"),
        format!("INSERT INTO words SELECT '{RARE}', id FROM crowd WHERE place = 500000"),
        "DROP TABLE crowd, indexes_of_load".into(),
        "VACUUM ANALYZE".into(),
    ] {
        database.sql(sql).await;
    }
}
