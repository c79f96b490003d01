//! What the database could not do, as both of them tell it.

use sqlx::migrate::MigrateError;

/// What the database could not do.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The file or its folder cannot be written, or the server does not take writes.
    #[error("the database cannot be written")]
    ReadOnly,
    /// The disk does not do what it is told: an I/O error, or one that the system does not let
    /// anybody write to any more.
    #[error("the disk fails: {0}")]
    DiskFails(String),
    /// The folder lies on another computer, where locks are not to be relied on.
    #[error("the database would lie on another computer ({0})")]
    Elsewhere(String),
    /// The address of a database does not say enough, or says what is refused.
    #[error("the address of the database: {0}")]
    Address(String),
    /// Another writer held the database for longer than we wait.
    #[error("the database is busy")]
    Busy,
    /// The server of the database is not reached, or takes nobody now.
    #[error("the database does not answer: {0}")]
    Unreachable(String),
    /// A session of the server is not as it was begun, or forgot a statement.
    #[error(
        "a pooler stands in between and gives each transaction another session: \
         set `pooler = true` in [database]"
    )]
    Pooled,
    /// A row that must be unique exists already.
    #[error("there is one already")]
    Taken,
    /// A text that no column holds: nothing is kept under it.
    #[error("a text that cannot be kept")]
    NoText,
    /// The file is not a database of ours, or is damaged.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// The schema was made by a newer version.
    #[error("the database is newer ({found} > {known})")]
    Newer {
        /// The version of the schema in the database.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// The schema was made by an older version, and nobody asked to bring it up to date.
    #[error("the database is older ({found} < {known}) and has to be migrated first")]
    Older {
        /// The version of the schema in the database; 0 where there is none.
        found: i64,
        /// The version that this program needs.
        known: i64,
    },
    /// The copy that stands before every change of the schema could not be made: nothing was
    /// changed.
    #[error("no copy before the migration: {0}")]
    NotCopied(String),
    /// The practice moved to a server: nothing is done in this database any more.
    #[error("the practice moved to a server")]
    Moved {
        /// The server's address, where it was told.
        to: Option<String>,
    },
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// SQLite's code for a file of shared memory that cannot grow.
const IOERR_SHMSIZE: u32 = 4874;

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        let Some(said) = error.as_database_error() else {
            return match error {
                sqlx::Error::PoolTimedOut => Self::Busy,
                // Only a network gives these, so this is PostgreSQL. A proxy before a dead database
                // may accept and close, which sqlx calls a protocol error.
                sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => {
                    Self::Unreachable(error.to_string())
                }
                // A value of another kind than was ever written there.
                sqlx::Error::ColumnDecode { .. } => Self::Damaged(error.to_string()),
                other => Self::Other(other.to_string()),
            };
        };
        if said.is_unique_violation() {
            return Self::Taken;
        }
        #[cfg(feature = "server")]
        if let Some(said) = said.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
            return super::postgres::fault(said);
        }
        // SQLite's primary result code is the low byte of the extended one.
        let code = said.code().and_then(|code| code.parse::<u32>().ok());
        match code.map(|code| code & 0xff) {
            // The file that connections share cannot grow.
            _ if code == Some(IOERR_SHMSIZE) => Self::DiskFull,
            Some(5 | 6) => Self::Busy,
            Some(10) => Self::DiskFails(said.message().to_owned()),
            Some(13) => Self::DiskFull,
            Some(3 | 8 | 14) => Self::ReadOnly,
            Some(11 | 26) => Self::Damaged(said.message().to_owned()),
            _ => Self::Other(said.message().to_owned()),
        }
    }
}

/// Why the schema could not be brought up to date.
pub(super) fn of_migration(error: MigrateError) -> Fault {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        // What was applied is not what we ever made.
        other => Fault::Damaged(other.to_string()),
    }
}
