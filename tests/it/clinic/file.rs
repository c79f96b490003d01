//! The database past the product, as a thief or a fault would see it.

use std::path::PathBuf;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Column, ConnectOptions, Connection, Row};

use super::Clinic;

impl Clinic {
    /// A connection past the product: the one way in which a scenario touches the file.
    pub(crate) async fn raw(&self) -> SqliteConnection {
        SqliteConnectOptions::new()
            .filename(self.database())
            .busy_timeout(Duration::from_secs(20))
            .connect()
            .await
            .unwrap()
    }

    /// Runs SQL past the product; every value as text, bytes in hex, NULL as the empty text.
    pub(crate) async fn sql(&self, sql: &str) -> Vec<Vec<String>> {
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
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table'";
        for table in self.sql(tables).await {
            let table = &table[0];
            // What a server keeps of requests is no part of what a call does.
            if ["requests", "failures_by_origin"].contains(&table.as_str()) {
                continue;
            }
            let columns = self
                .sql(&format!("SELECT name FROM pragma_table_info('{table}')"))
                .await;
            for row in self.sql(&format!("SELECT * FROM \"{table}\"")).await {
                for (column, value) in columns.iter().zip(row) {
                    dump.push((format!("{table}.{}", column[0]), value));
                }
            }
        }
        dump
    }

    /// The bytes of every file beside the database, and of itself.
    pub(crate) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), std::fs::read(path).unwrap()))
            .collect()
    }
}
