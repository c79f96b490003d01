//! SQLite: a file that this program alone has open for writing, brought up to date as it is opened.

use std::path::Path;
use std::sync::{Arc, Once};
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions, AnyTransactionManager};
use sqlx::migrate::Migrator;
use sqlx::{Any, AnyConnection, ConnectOptions, Connection, Executor, Transaction};
use sqlx_core::transaction::TransactionManager;

use super::engine::Engine;
use super::{BUSY_TIMEOUT, Fault, Opened, Store, copies, fault, files, place};

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("src/store/migrations/sqlite");

/// Makes both kinds of database known to sqlx, once.
pub(super) fn install_drivers() {
    static DRIVERS: Once = Once::new();
    DRIVERS.call_once(sqlx::any::install_default_drivers);
}

impl Store {
    /// Opens the SQLite file, making it (readable by its owner alone) where there is none, and
    /// brings its schema up to date.
    pub async fn open(path: &Path) -> Result<Self, Fault> {
        let opened = Self::open_at(path).await;
        if let Err(Fault::DiskFull) = opened {
            // SQLite does not say why the file that connections share cannot grow.
            files::make_room(path)?;
        }
        opened
    }

    /// Opens the file of a practice that is on its way to a server, or has gone there: what moves
    /// it may still read and write it, when nobody else may.
    ///
    /// # Errors
    ///
    /// As of [`Self::open`].
    pub async fn open_to_move(path: &Path) -> Result<Self, Fault> {
        let mut store = Self::open(path).await?;
        match Arc::get_mut(&mut store.opened) {
            Some(opened) => opened.moved_too = true,
            None => return Err(Fault::Other("the database is shared already".into())),
        }
        Ok(store)
    }

    async fn open_at(path: &Path) -> Result<Self, Fault> {
        install_drivers();
        place::refuse_elsewhere(path)?;
        files::make_private(path)?;
        let open = files::lock_open(path)?;
        files::inspect(path).await?;
        let options: AnyConnectOptions = files::url(path)?.parse()?;
        let options =
            options.log_slow_statements(tracing::log::LevelFilter::Debug, Duration::from_secs(1));
        // The pool hides why a connection cannot be made, and tries again until it says busy.
        let mut first: AnyConnection = options.connect().await?;
        let ready = async {
            prepare(&mut first).await?;
            first.execute("SELECT 1 FROM sqlite_schema").await
        };
        match ready.await.map_err(Fault::from) {
            // Another start changes the file to WAL: the pool waits for that.
            Ok(_) | Err(Fault::Busy) => {}
            Err(fault) => return Err(fault),
        }
        let writers = pool(1).connect_with(options.clone()).await?;
        first.close().await?;
        let readers = pool(3).connect_lazy_with(options);
        let file = Some(open);
        let opened = Opened {
            file,
            ..Opened::of(Engine::Sqlite)
        };
        let store = Self::over(readers, writers, opened);
        store.bring_up_to_date(path).await?;
        Ok(store)
    }

    /// In one transaction under the writer's lock: of two programs that start at once the second
    /// finds the work done, and one that is killed leaves nothing half made.
    ///
    /// What an existing database held before stays beside it: the copy is taken of what is
    /// committed, under the lock, so that it is what the migration begins with.
    async fn bring_up_to_date(&self, path: &Path) -> Result<(), Fault> {
        let mut tx = self.writers.begin_with("BEGIN IMMEDIATE").await?;
        if let Some(version) = outdated(&mut tx).await? {
            copies::copy_before_migration(path, version).await?;
        }
        MIGRATIONS
            .run_direct(None, &mut *tx, false)
            .await
            .map_err(fault::of_migration)?;
        Ok(tx.commit().await?)
    }
}

/// At most so many connections that only this program closes; a transaction that SQLite ended by
/// itself is cleared before a connection is handed out again.
fn pool(most: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(BUSY_TIMEOUT)
        .test_before_acquire(false)
        .after_connect(|connection, _| Box::pin(prepare(connection)))
        .before_acquire(|connection, _| Box::pin(end_transaction(connection)))
}

async fn prepare(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    // FULL: with NORMAL a power loss could bring a spent code back to life.
    for pragma in [
        "PRAGMA busy_timeout = 5000",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        "PRAGMA secure_delete = ON",
        // In KiB: what the table of ten thousand people walks through stays; 2 MB is less.
        "PRAGMA cache_size = -16384",
    ] {
        connection.execute(pragma).await?;
    }
    Ok(())
}

/// SQLite ends a transaction by itself where the disk is full or fails
/// (sqlite.org/lang_transaction.html, "Response To Errors Within A Transaction"). sqlx 0.9 then
/// takes its own rollback for failed, counts the transaction as open for ever, and begins no other
/// on that connection: one is begun for it to end.
async fn end_transaction(connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        connection.execute("BEGIN").await?;
        AnyTransactionManager::rollback(connection).await?;
    }
    Ok(true)
}

/// The version of a schema that is there and lacks a migration of ours.
async fn outdated(tx: &mut Transaction<'static, Any>) -> Result<Option<i64>, Fault> {
    let (ours,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'")
            .fetch_one(&mut **tx)
            .await?;
    if ours == 0 {
        return Ok(None);
    }
    let applied: Vec<(i64,)> =
        sqlx::query_as("SELECT version FROM _sqlx_migrations ORDER BY version DESC")
            .fetch_all(&mut **tx)
            .await?;
    let all = MIGRATIONS
        .iter()
        .all(|step| applied.contains(&(step.version,)));
    Ok(applied.first().map(|(newest,)| *newest).filter(|_| !all))
}
