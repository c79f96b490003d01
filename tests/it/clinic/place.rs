//! Where a clinic's database is: a file in a folder of its own, or a database of its own on a
//! PostgreSQL server.
//!
//! Which one is the run's to choose (`VESTIBULE_TEST_WAY=postgres`, and the server in
//! `VESTIBULE_TEST_POSTGRES`: the URL of a database that others can be made from).

use std::path::PathBuf;

use vestibule::store::{Fault, Store};

#[cfg(feature = "server")]
use super::postgres;

/// Whether this run is over a PostgreSQL server.
pub(crate) fn over_postgres() -> bool {
    std::env::var("VESTIBULE_TEST_WAY").is_ok_and(|way| way == "postgres")
}

/// What tells the order of writing, in tables whose rows are not changed.
pub(crate) fn as_written() -> &'static str {
    if over_postgres() { "ctid" } else { "rowid" }
}

/// Bytes in a statement, by their digits in hex.
pub(crate) fn bytes(hex: &str) -> String {
    match over_postgres() {
        true => format!(r"CAST('\x{hex}' AS BYTEA)"),
        false => format!("X'{hex}'"),
    }
}

/// Two values of bytes, one after the other.
pub(crate) fn joined(one: &str, other: &str) -> String {
    match over_postgres() {
        true => format!("({one} || {other})"),
        // What SQLite makes of two blobs is a text.
        false => format!("CAST({one} || {other} AS BLOB)"),
    }
}

/// Where the database of a clinic is.
pub(crate) struct Place {
    pub(crate) folder: tempfile::TempDir,
    #[cfg(feature = "server")]
    pub(crate) server: Option<postgres::Database>,
}

impl Place {
    pub(crate) async fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            #[cfg(feature = "server")]
            server: match over_postgres() {
                true => Some(postgres::Database::new().await),
                false => None,
            },
        }
    }

    /// A file, whatever the run is over.
    pub(crate) fn on_one_computer() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            #[cfg(feature = "server")]
            server: None,
        }
    }

    /// The file, where it is one.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("vestibule.db")
    }

    /// Opens it once more.
    pub(crate) async fn store(&self) -> Result<Store, Fault> {
        #[cfg(feature = "server")]
        if let Some(database) = &self.server {
            return database.store().await;
        }
        Store::open(&self.file()).await
    }

    /// How many replicas do the calls of a window.
    fn replicas(&self) -> usize {
        #[cfg(feature = "server")]
        if self.server.is_some() {
            return 3;
        }
        1
    }

    /// Opens it for each replica of the server; once, where it is a file.
    pub(crate) async fn stores(&self) -> Vec<Store> {
        let mut stores = Vec::new();
        for _ in 0..self.replicas() {
            stores.push(self.store().await.unwrap());
        }
        stores
    }
}
