//! The database: SQL, migrations, transactions.
//!
//! Knows statements and rows. Must not know the rules: what a failure costs, when a code ends or
//! who may ask is decided by [`crate::domain`] and [`crate::service`] and handed in as values.
//!
//! Every check-and-act is one conditional statement, and its caller learns whether it took
//! effect. One SQL text serves SQLite and PostgreSQL; what differs stays in this file.

mod activity;
mod addresses;
mod agreements;
mod allowed;
mod codes;
mod copies;
mod deliveries;
mod dry_run;
mod files;
mod history;
mod invitations;
mod keeping;
mod locks;
mod log;
mod memberships;
mod methods;
mod new_addresses;
mod notices;
mod offered_places;
mod origins;
mod outbox;
mod people;
mod place;
mod practices;
mod recovery;
mod remembered;
mod requests;
mod rounds;
mod seals;
mod sessions;
mod statement;
mod tries;
mod users;
mod waiting;

use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Once};
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions, AnyTransactionManager};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Any, AnyConnection, AnyPool, ConnectOptions, Connection, Executor, Transaction};
use sqlx_core::transaction::TransactionManager;

use crate::domain::Timestamp;

pub use activity::{EntryFilter, EntryRow};
pub use agreements::NewAgreement;
pub use allowed::NewAllowance;
pub use codes::{Bond, CodeRow, NewCode};
pub use copies::{CopyFault, copy};
pub use deliveries::{DeliveryRow, NewDelivery};
pub use dry_run::{AwayRow, Plan, StopCounts, StoppedRow};
pub use files::{Alone, holds_practice, inspect_whole, replace};
pub use invitations::NewInvitation;
pub use log::Event;
pub use memberships::{MembershipRow, NewPlace, PlaceRow};
pub use methods::{MethodRow, NewMethod};
pub use new_addresses::NewAddressRow;
pub use notices::NoticeRow;
pub use offered_places::{NewOffer, OfferedPlace};
pub use outbox::{Limit, Limits, NewMessage, SendingRow, SendingState, Taken};
pub use people::{Filter, PersonRow, TurnedOn};
pub use practices::{NewRule, PracticeRow, RuleRow, SealedPractice};
pub use recovery::{NewRecoverySet, RecoverySetRow};
pub use remembered::{NewRemembered, RememberedRow, Turn};
pub use rounds::{ReachedRow, RoundRow, TargetRow};
pub use seals::{EntryAsKept, Head, Segment};
pub use sessions::{DeskSession, NewSession, SessionRow};
pub use statement::{MemberThen, MethodThen};
pub use users::{RequirementRow, RequirementSource, UserRow};
pub use waiting::{WaitingKind, WaitingRow};

static MIGRATIONS: Migrator = sqlx::migrate!("src/store/migrations/sqlite");

/// How long a statement waits for another writer before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// SQLite's code for a file of shared memory that cannot grow.
const IOERR_SHMSIZE: u32 = 4874;

/// What the database could not do.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The file or its folder cannot be written.
    #[error("the database cannot be written")]
    ReadOnly,
    /// The disk does not do what it is told: an I/O error, or one that the system does not let
    /// anybody write to any more.
    #[error("the disk fails: {0}")]
    DiskFails(String),
    /// The folder lies on another computer, where locks are not to be relied on.
    #[error("the database would lie on another computer ({0})")]
    Elsewhere(String),
    /// Another writer held the database for longer than we wait.
    #[error("the database is busy")]
    Busy,
    /// A row that must be unique exists already.
    #[error("there is one already")]
    Taken,
    /// The file is not a database of ours, or is damaged.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// The schema was made by a newer version.
    #[error("the database is newer ({found} > {known})")]
    Newer {
        /// The version of the schema in the file.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// The copy that stands before every change of the schema could not be made: nothing was
    /// changed.
    #[error("no copy before the migration: {0}")]
    NotCopied(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// The database of an embedded practice.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
    /// Held as long as the file is open: whoever replaces the file waits for it.
    open: Arc<File>,
}

/// A transaction. Nothing of it stands unless it is committed.
pub struct Tx {
    inner: Transaction<'static, Any>,
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

    async fn open_at(path: &Path) -> Result<Self, Fault> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(sqlx::any::install_default_drivers);

        place::refuse_elsewhere(path)?;
        files::make_private(path)?;
        let open = Arc::new(files::lock_open(path)?);
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
        let pool = AnyPoolOptions::new()
            .max_connections(4)
            .acquire_timeout(BUSY_TIMEOUT)
            // Nobody but this program ends a connection to a file, and each is looked at when it is
            // given back.
            .test_before_acquire(false)
            .after_connect(|connection, _| Box::pin(prepare(connection)))
            .before_acquire(|connection, _| Box::pin(end_transaction(connection)))
            .connect_with(options)
            .await?;
        first.close().await?;
        let store = Self { pool, open };
        store.migrate(path).await?;
        Ok(store)
    }

    /// A transaction that may write. There is one writer at a time.
    pub async fn write(&self) -> Result<Tx, Fault> {
        let inner = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        Ok(Tx { inner })
    }

    /// A transaction that reads one consistent state.
    pub async fn read(&self) -> Result<Tx, Fault> {
        let inner = self.pool.begin().await?;
        Ok(Tx { inner })
    }

    /// Whether the connections were closed.
    pub fn is_closed(&self) -> bool {
        self.pool.is_closed()
    }

    /// Closes the connections, so that the file stands alone.
    pub async fn close(&self) {
        // A call that was given up for want of an answer may have a connection still.
        let closed = tokio::time::timeout(BUSY_TIMEOUT, self.pool.close()).await;
        if closed.is_err() {
            tracing::warn!("a connection to the database was not given back");
        }
        // Others that were made of this one share the connections, which are closed for all.
        if let Err(error) = self.open.unlock() {
            tracing::warn!(%error, "the database counts as open until this program ends");
        }
    }

    /// In one transaction under the writer's lock: of two programs that start at once the second
    /// finds the work done, and one that is killed leaves nothing half made.
    ///
    /// What an existing database held before stays beside it: the copy is taken of what is
    /// committed, under the lock, so that it is what the migration begins with.
    async fn migrate(&self, path: &Path) -> Result<(), Fault> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        if let Some(version) = outdated(&mut tx).await? {
            copies::copy_before_migration(path, version).await?;
        }
        MIGRATIONS
            .run_direct(None, &mut *tx, false)
            .await
            .map_err(|error| match error {
                MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                    error.into()
                }
                // What was applied is not what we ever made.
                other => Fault::Damaged(other.to_string()),
            })?;
        Ok(tx.commit().await?)
    }
}

async fn prepare(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    // FULL: with NORMAL a power loss could bring a spent code back to life.
    for pragma in [
        "PRAGMA busy_timeout = 5000",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        "PRAGMA secure_delete = ON",
    ] {
        connection.execute(pragma).await?;
    }
    Ok(())
}

/// SQLite ends a transaction by itself where the disk is full or fails (sqlite.org/lang_transaction.html,
/// "Response To Errors Within A Transaction"). sqlx 0.9 then takes its own rollback for failed, counts
/// the transaction as open for ever, and begins no other on that connection: one is begun for it to end.
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

impl Tx {
    /// Makes everything of this transaction durable.
    pub async fn commit(self) -> Result<(), Fault> {
        Ok(self.inner.commit().await?)
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        let Some(said) = error.as_database_error() else {
            return match error {
                sqlx::Error::PoolTimedOut => Self::Busy,
                // A value of another kind than was ever written there.
                sqlx::Error::ColumnDecode { .. } => Self::Damaged(error.to_string()),
                other => Self::Other(other.to_string()),
            };
        };
        if said.is_unique_violation() {
            return Self::Taken;
        }
        // SQLite's primary result code is the low byte of the extended one.
        let code = said.code().and_then(|code| code.parse::<u32>().ok());
        match code.map(|code| code & 0xff) {
            // The file that connections share cannot grow.
            _ if code == Some(IOERR_SHMSIZE) => Self::DiskFull,
            Some(5 | 6) => Self::Busy,
            Some(10) => Self::DiskFails(said.to_string()),
            Some(13) => Self::DiskFull,
            Some(3 | 8 | 14) => Self::ReadOnly,
            Some(11 | 26) => Self::Damaged(said.message().to_owned()),
            _ => Self::Other(said.to_string()),
        }
    }
}

/// A time as the database keeps it.
fn ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// A time as the database kept it.
fn at(ms: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_millisecond(ms).map_err(|error| Fault::Damaged(error.to_string()))
}

fn at_maybe(ms: Option<i64>) -> Result<Option<Timestamp>, Fault> {
    ms.map(at).transpose()
}

/// A value that the database kept as text.
fn parse<T: std::str::FromStr>(text: &str) -> Result<T, Fault> {
    text.parse()
        .map_err(|_| Fault::Damaged(format!("a value of {}", std::any::type_name::<T>())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fault 3: every connection of the pool waits for the disk before it says that something is
    /// done.
    #[tokio::test]
    async fn every_connection_waits_for_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("a.db")).await.unwrap();
        let mut all = Vec::new();
        for _ in 0..4 {
            let mut connection = store.pool.acquire().await.unwrap();
            for (pragma, value) in [
                // FULL.
                ("SELECT synchronous FROM pragma_synchronous", "2"),
                ("SELECT journal_mode FROM pragma_journal_mode", "wal"),
                ("SELECT foreign_keys FROM pragma_foreign_keys", "1"),
                ("SELECT secure_delete FROM pragma_secure_delete", "1"),
            ] {
                let query = format!("SELECT CAST(({pragma}) AS TEXT)");
                let (set,): (String,) = sqlx::query_as(sqlx::AssertSqlSafe(query))
                    .fetch_one(&mut *connection)
                    .await
                    .unwrap();
                assert_eq!(set, value, "{pragma}");
            }
            all.push(connection);
        }
    }

    /// Fault 4: a transaction that SQLite ended by itself is not counted as open for ever.
    #[tokio::test]
    async fn a_transaction_that_sqlite_ended_leaves_its_connection_usable() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("a.db")).await.unwrap();
        for _ in 0..2 * 4 {
            let mut tx = store.write().await.unwrap();
            tx.inner.execute("ROLLBACK").await.unwrap();
            drop(tx);
        }
        let tx = store.write().await.unwrap();
        tx.commit().await.unwrap();
    }
}
