//! The file of an embedded practice: its permissions, who holds it open, what is in it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use super::sqlite::MIGRATIONS;
use super::{BUSY_TIMEOUT, Fault};
use crate::disk;

/// A proof that no program has the database open, for as long as it is held.
#[derive(Debug)]
pub struct Alone(#[expect(dead_code, reason = "held for its lock")] File);

impl Alone {
    /// Takes the database for oneself.
    ///
    /// # Errors
    ///
    /// [`Fault::Busy`] while a program has it open.
    pub fn with(database: &Path) -> Result<Self, Fault> {
        make_folder(database)?;
        let file = lock_file(database)?;
        locked(file.try_lock())?;
        Ok(Self(file))
    }
}

/// Tells others that the database is open, as long as what is answered is held.
pub(super) fn lock_open(database: &Path) -> Result<File, Fault> {
    let file = lock_file(database)?;
    locked(file.try_lock_shared())?;
    Ok(file)
}

/// SQLite's own locks guard what is in a file; this one guards which file it is.
fn lock_file(database: &Path) -> Result<File, Fault> {
    disk::private(OpenOptions::new().write(true).create(true))
        .open(beside(database, ".lock"))
        .map_err(io_fault)
}

fn locked(taken: Result<(), TryLockError>) -> Result<(), Fault> {
    taken.map_err(|error| match error {
        TryLockError::WouldBlock => Fault::Busy,
        TryLockError::Error(error) => io_fault(error),
    })
}

/// Whether there is a practice in a database, whatever the version of its schema. Changes nothing.
///
/// # Errors
///
/// A [`Fault`].
pub async fn holds_practice(database: &Path) -> Result<bool, Fault> {
    inspect(database).await?;
    let mut connection = read_only(database).await?;
    let (tables,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'practices'")
            .fetch_one(&mut connection)
            .await?;
    let practices: i64 = match tables {
        0 => 0,
        _ => {
            sqlx::query_scalar("SELECT COUNT(*) FROM practices")
                .fetch_one(&mut connection)
                .await?
        }
    };
    connection.close().await?;
    Ok(practices > 0)
}

/// Whether the practice in a database moved to a server, whatever the version of its schema.
///
/// # Errors
///
/// A [`Fault`]; what is damaged tells nothing.
pub async fn moved(database: &Path) -> Result<bool, Fault> {
    match inspect(database).await {
        Ok(()) | Err(Fault::Newer { .. }) => {}
        Err(fault) => return Err(fault),
    }
    let mut connection = read_only(database).await?;
    let columns: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM pragma_table_info('practices') WHERE name = 'moved_at'",
    )
    .fetch_one(&mut connection)
    .await?;
    let moved: i64 = match columns {
        0 => 0,
        _ => {
            sqlx::query_scalar("SELECT COUNT(*) FROM practices WHERE moved_at IS NOT NULL")
                .fetch_one(&mut connection)
                .await?
        }
    };
    connection.close().await?;
    Ok(moved > 0)
}

/// Puts a database in the place of another, which is kept under the name that is answered. Both
/// are closed, as the proof says; nothing of the old one's side files is left to the new one.
///
/// # Errors
///
/// A [`Fault`]. Whatever had been moved by then lies under its new name.
pub fn replace(
    Alone(_): &Alone,
    database: &Path,
    new: &Path,
    aside: &str,
) -> Result<Option<PathBuf>, Fault> {
    const FILES: [&str; 3] = ["", "-wal", "-shm"];
    let there = |path: &Path, ending| beside(path, ending).exists();
    if there(new, "-wal") {
        return Err(Fault::Other("the new database is not closed".into()));
    }
    let mut kept = None;
    if FILES.iter().any(|ending| there(database, ending)) {
        let mut names = (1..).map(|number| match number {
            1 => database.with_file_name(format!("{aside}.db")),
            _ => database.with_file_name(format!("{aside} {number}.db")),
        });
        let free = names
            .find(|name| !FILES.iter().any(|ending| there(name, ending)))
            .ok_or(Fault::Taken)?;
        for ending in FILES.iter().filter(|ending| there(database, ending)) {
            std::fs::rename(beside(database, ending), beside(&free, ending)).map_err(io_fault)?;
        }
        kept = Some(free);
    }
    std::fs::rename(new, database).map_err(io_fault)?;
    disk::sync_folder(database).map_err(io_fault)?;
    Ok(kept)
}

/// A name beside the database's: its own with an ending.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

pub(super) async fn read_only(path: &Path) -> Result<SqliteConnection, sqlx::Error> {
    SqliteConnectOptions::new()
        .filename(path)
        .read_only(true)
        .busy_timeout(BUSY_TIMEOUT)
        .connect()
        .await
}

/// Looks at a file that is there already, through a connection that cannot write: what is damaged,
/// newer or not ours is refused and left as it is.
pub(super) async fn inspect(path: &Path) -> Result<(), Fault> {
    look(path, "PRAGMA quick_check(1)").await?;
    look_at_what_decides(path).await
}

/// What a sign-in is decided by. One bit that changed in an index of it would hide somebody's
/// method, or a rule: these are held against their indices at every start.
const DECIDES: [&str; 10] = [
    "practices",
    "rules",
    "allowed_methods",
    "users",
    "memberships",
    "requirements",
    "methods",
    "recovery_sets",
    "waiting",
    "sessions",
];

async fn look_at_what_decides(path: &Path) -> Result<(), Fault> {
    if std::fs::metadata(path).is_ok_and(|file| file.len() == 0) {
        return Ok(());
    }
    let mut connection = read_only(path).await?;
    for table in DECIDES {
        let there: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_schema WHERE name = $1")
            .bind(table)
            .fetch_one(&mut connection)
            .await?;
        // An older schema has not all of them yet.
        if there == 1 {
            let check = format!("PRAGMA integrity_check({table})");
            let check = sqlx::query_scalar(sqlx::AssertSqlSafe(check));
            let said: String = check.fetch_one(&mut connection).await?;
            if said != "ok" {
                return Err(Fault::Damaged(said));
            }
        }
    }
    Ok(connection.close().await?)
}

/// As at every start, and at the indices too: slower, for a file that comes from elsewhere.
///
/// # Errors
///
/// A [`Fault`]; the file is left as it is.
pub async fn inspect_whole(path: &Path) -> Result<(), Fault> {
    look(path, "PRAGMA integrity_check(1)").await
}

async fn look(path: &Path, check: &'static str) -> Result<(), Fault> {
    if std::fs::metadata(path).is_ok_and(|file| file.len() == 0) {
        return Ok(());
    }
    let mut connection = read_only(path).await?;
    let said: String = sqlx::query_scalar(check).fetch_one(&mut connection).await?;
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
    schema_is_text(&mut connection).await?;
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

/// What tells of the tables has to be UTF-8, which SQLite does not check: sqlx 0.9 panics on a
/// column's type that is not, and may then leave a statement without an answer for ever.
async fn schema_is_text(connection: &mut SqliteConnection) -> Result<(), Fault> {
    let told: Vec<(Vec<u8>,)> = sqlx::query_as(
        "SELECT CAST(name || tbl_name || COALESCE(sql, '') AS BLOB) FROM sqlite_schema",
    )
    .fetch_all(connection)
    .await?;
    let text = |(told,): &(Vec<u8>,)| std::str::from_utf8(told).is_ok();
    if told.iter().all(text) {
        Ok(())
    } else {
        Err(Fault::Damaged("the schema is no text".into()))
    }
}

/// The address of the file: every letter that an address takes for its own is written in hex, or
/// a folder's name could choose another file or a database in memory.
pub(super) fn url(path: &Path) -> Result<String, Fault> {
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

/// Makes the folder 0700 and the file 0600 before SQLite opens them: its side files take the
/// permissions of the database (SECURITY.md, attack 87).
pub(super) fn make_private(path: &Path) -> Result<(), Fault> {
    make_folder(path)?;
    let file = disk::private(OpenOptions::new().write(true).create(true))
        .open(path)
        .map_err(io_fault)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(std::fs::Permissions::from_mode(0o600))
            .map_err(io_fault)?;
    }
    drop(file);
    Ok(())
}

/// Whether as much can be written beside the database as SQLite needs to begin.
pub(super) fn make_room(database: &Path) -> Result<(), Fault> {
    let path = beside(database, ".room");
    let written = disk::private(OpenOptions::new().write(true).create(true).truncate(true))
        .open(&path)
        .and_then(|mut file| file.write_all(&[0; 32 * 1_024]));
    // What stays is written over the next time.
    let _ = std::fs::remove_file(&path);
    written.map_err(io_fault)
}

fn make_folder(path: &Path) -> Result<(), Fault> {
    let Some(folder) = path.parent() else {
        return Ok(());
    };
    std::fs::create_dir_all(folder).map_err(io_fault)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
            .map_err(io_fault)?;
    }
    Ok(())
}

fn io_fault(error: io::Error) -> Fault {
    match error.kind() {
        io::ErrorKind::StorageFull => Fault::DiskFull,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Fault::ReadOnly,
        // EIO.
        _ if cfg!(unix) && error.raw_os_error() == Some(5) => Fault::DiskFails(error.to_string()),
        _ => Fault::Other(error.to_string()),
    }
}
