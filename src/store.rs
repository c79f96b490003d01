//! The database: SQL, migrations, transactions.
//!
//! Knows statements and rows. Must not know the rules: what a failure costs, when a code ends or
//! who may ask is decided by [`crate::domain`] and [`crate::service`] and handed in as values.
//!
//! Every check-and-act is one conditional statement, and its caller learns whether it took
//! effect. One SQL text serves SQLite and PostgreSQL; what differs stays in this file.

mod addresses;
mod codes;
mod deliveries;
mod locks;
mod log;
mod methods;
mod notices;
mod outbox;
mod people;
mod practices;
mod recovery;
mod sessions;
mod tries;
mod users;

use std::path::Path;
use std::sync::Once;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Any, AnyPool, ConnectOptions, Connection, Executor, Transaction};

use crate::domain::Timestamp;

pub use codes::{Bond, CodeRow, NewCode};
pub use deliveries::{DeliveryRow, NewDelivery};
pub use log::Event;
pub use methods::{MethodRow, NewMethod};
pub use notices::NoticeRow;
pub use outbox::{Limit, Limits, NewMessage, SendingRow, SendingState, Taken};
pub use people::{Filter, PersonRow, TurnedOn};
pub use practices::{NewRule, PracticeRow, RuleRow};
pub use recovery::{NewRecoverySet, RecoverySetRow};
pub use sessions::{NewSession, SessionRow, WaitingKind, WaitingRow};
pub use users::{MembershipRow, RequirementRow, RequirementSource, UserRow};

static MIGRATIONS: Migrator = sqlx::migrate!("src/store/migrations");

/// How long a statement waits for another writer before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// What the database could not do.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The file or its folder cannot be written.
    #[error("the database cannot be written")]
    ReadOnly,
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
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// The database of an embedded practice.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
}

/// A transaction. Nothing of it stands unless it is committed.
pub struct Tx {
    inner: Transaction<'static, Any>,
}

impl Store {
    /// Opens the SQLite file, making it (readable by its owner alone) where there is none, and
    /// brings its schema up to date.
    pub async fn open(path: &Path) -> Result<Self, Fault> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(sqlx::any::install_default_drivers);

        make_private(path)?;
        inspect(path).await?;
        let options: AnyConnectOptions = url(path)?.parse()?;
        let options =
            options.log_slow_statements(tracing::log::LevelFilter::Debug, Duration::from_secs(1));
        let pool = AnyPoolOptions::new()
            .max_connections(4)
            .acquire_timeout(BUSY_TIMEOUT)
            .after_connect(|connection, _| {
                Box::pin(async move {
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
                })
            })
            .connect_with(options)
            .await?;
        let store = Self { pool };
        store.migrate().await?;
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
        self.pool.close().await;
    }

    /// In one transaction under the writer's lock: of two programs that start at once the second
    /// finds the work done, and one that is killed leaves nothing half made.
    async fn migrate(&self) -> Result<(), Fault> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        MIGRATIONS
            .run_direct(None, &mut *tx, false)
            .await
            .map_err(|error| match error {
                MigrateError::Execute(error) => error.into(),
                other => Fault::Other(other.to_string()),
            })?;
        Ok(tx.commit().await?)
    }
}

/// Looks at a file that is there already, through a connection that cannot write: what is damaged,
/// newer or not ours is refused and left as it is.
async fn inspect(path: &Path) -> Result<(), Fault> {
    if std::fs::metadata(path).is_ok_and(|file| file.len() == 0) {
        return Ok(());
    }
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(BUSY_TIMEOUT)
        .connect()
        .await?;
    let said: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(&mut connection)
        .await?;
    if said != "ok" {
        return Err(Fault::Damaged(said));
    }
    let (all, ours): (i64, i64) = sqlx::query_as(
        "SELECT COUNT(*), COUNT(CASE WHEN name = '_sqlx_migrations' THEN 1 END)
         FROM sqlite_schema",
    )
    .fetch_one(&mut connection)
    .await?;
    if ours == 0 {
        return match all {
            0 => Ok(()),
            _ => Err(Fault::Damaged("a database of another program".into())),
        };
    }
    let found: Option<i64> = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations")
        .fetch_one(&mut connection)
        .await?;
    let known = MIGRATIONS.iter().map(|step| step.version).max();
    connection.close().await?;
    match (found, known) {
        (Some(found), Some(known)) if found > known => Err(Fault::Newer { found, known }),
        _ => Ok(()),
    }
}

/// The address of the file: every letter that an address takes for its own is written in hex, or
/// a folder's name could choose another file or a database in memory.
fn url(path: &Path) -> Result<String, Fault> {
    let text = path
        .to_str()
        .ok_or_else(|| Fault::Other("the path is not Unicode".into()))?;
    let mut url = String::from("sqlite:");
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    url.push_str("?mode=rwc");
    Ok(url)
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
                other => Self::Other(other.to_string()),
            };
        };
        if said.is_unique_violation() {
            return Self::Taken;
        }
        // SQLite's primary result code is the low byte of the extended one.
        let code = said.code().and_then(|code| code.parse::<u32>().ok());
        match code.map(|code| code & 0xff) {
            Some(5 | 6) => Self::Busy,
            Some(13) => Self::DiskFull,
            Some(3 | 8 | 14) => Self::ReadOnly,
            Some(11 | 26) => Self::Damaged(said.message().to_owned()),
            _ => Self::Other(said.to_string()),
        }
    }
}

/// Makes the folder 0700 and the file 0600 before SQLite opens them: its side files take the
/// permissions of the database (security.md 87).
fn make_private(path: &Path) -> Result<(), Fault> {
    let io = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::StorageFull => Fault::DiskFull,
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
            Fault::ReadOnly
        }
        _ => Fault::Other(error.to_string()),
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(io)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).map_err(io)?;
        }
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let file = options.open(path).map_err(io)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(std::fs::Permissions::from_mode(0o600))
            .map_err(io)?;
    }
    drop(file);
    Ok(())
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
