//! The database past the product, as a thief or a fault would see it.

use std::path::PathBuf;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Connection, Row};

use super::place::over_postgres;
use super::{Clinic, Place};

impl Place {
    /// A connection past the product, where the database is a file.
    async fn raw(&self) -> SqliteConnection {
        SqliteConnectOptions::new()
            .filename(self.file())
            .busy_timeout(Duration::from_secs(20))
            .connect()
            .await
            .unwrap()
    }

    /// Runs SQL past the product; every value as text, bytes in hex, NULL as the empty text.
    pub(crate) async fn sql(&self, sql: &str) -> Vec<Vec<String>> {
        #[cfg(feature = "server")]
        if let Some(database) = &self.server {
            return database.sql(sql).await;
        }
        let mut connection = self.raw().await;
        let rows = sqlx::query(AssertSqlSafe(sql.to_owned()))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        let text = |row: &sqlx::sqlite::SqliteRow, at: usize| {
            None.or_else(|| row.try_get::<Option<String>, _>(at).ok())
                .or_else(|| {
                    let number = row.try_get::<Option<i64>, _>(at).ok()?;
                    Some(number.map(|number| number.to_string()))
                })
                .or_else(|| {
                    let bytes = row.try_get::<Option<Vec<u8>>, _>(at).ok()?;
                    Some(bytes.map(|bytes| data_encoding::HEXUPPER.encode(&bytes)))
                })
                .unwrap()
                .unwrap_or_default()
        };
        rows.iter()
            .map(|row| {
                row.columns()
                    .iter()
                    .map(|c| text(row, c.ordinal()))
                    .collect()
            })
            .collect()
    }
}

impl Clinic {
    /// A connection past the product, where the database is a file.
    pub(crate) async fn raw(&self) -> SqliteConnection {
        self.place.raw().await
    }

    /// Runs SQL past the product, as [`Place::sql`].
    pub(crate) async fn sql(&self, sql: &str) -> Vec<Vec<String>> {
        self.place.sql(sql).await
    }

    /// Lets no row into a table, as where the disk fails in the midst of an act.
    pub(crate) async fn refuse_rows(&self, table: &str) {
        let fault = match over_postgres() {
            true => format!(
                "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql
                 AS 'BEGIN RAISE EXCEPTION ''no''; END';
                 CREATE TRIGGER fault BEFORE INSERT ON {table} EXECUTE FUNCTION fault()"
            ),
            false => format!(
                "CREATE TRIGGER fault BEFORE INSERT ON {table}
                 BEGIN SELECT RAISE(ABORT, 'no'); END"
            ),
        };
        self.sql(&fault).await;
    }

    /// Ends that.
    pub(crate) async fn take_rows(&self, table: &str) {
        let mended = match over_postgres() {
            true => format!("DROP TRIGGER fault ON {table}; DROP FUNCTION fault"),
            false => "DROP TRIGGER fault".to_owned(),
        };
        self.sql(&mended).await;
    }

    /// The single number that a query answers; 0 for none.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let rows = self.sql(sql).await;
        rows.first().map_or(0, |row| row[0].parse().unwrap_or(0))
    }

    /// All that is counted against anybody.
    pub(crate) async fn tries(&self) -> Vec<Vec<String>> {
        self.sql("SELECT subject, counter, failures, next_at FROM tries ORDER BY 1, 2")
            .await
    }

    /// The failures counted against codes.
    pub(crate) async fn code_failures(&self) -> i64 {
        self.number("SELECT SUM(failures) FROM tries WHERE counter = 'codes'")
            .await
    }

    /// Every value of every table, by its table and column.
    pub(crate) async fn dump(&self) -> Vec<(String, String)> {
        let mut dump = Vec::new();
        // What an update moves within a table has not changed its place here.
        let (tables, columns, order) = match over_postgres() {
            true => (
                "SELECT table_name FROM information_schema.tables
                 WHERE table_schema = 'public' ORDER BY 1",
                "SELECT column_name FROM information_schema.columns
                 WHERE table_name = $1 ORDER BY ordinal_position",
                "ORDER BY 1, 2",
            ),
            false => (
                "SELECT name FROM sqlite_schema WHERE type = 'table'",
                "SELECT name FROM pragma_table_info($1)",
                "",
            ),
        };
        for table in self.sql(tables).await {
            let table = &table[0];
            // What a server keeps of requests is no part of what a call does.
            if ["requests", "failures_by_origin"].contains(&table.as_str()) {
                continue;
            }
            let columns = self
                .sql(&columns.replace("$1", &format!("'{table}'")))
                .await;
            let rows = format!("SELECT * FROM \"{table}\" {order}");
            for row in self.sql(&rows).await {
                for (column, value) in columns.iter().zip(row) {
                    dump.push((format!("{table}.{}", column[0]), value));
                }
            }
        }
        dump
    }

    /// The bytes of every file beside the database, and of itself.
    pub(crate) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        std::fs::read_dir(self.place.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), std::fs::read(path).unwrap()))
            .collect()
    }
}
