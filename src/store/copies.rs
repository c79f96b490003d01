//! Copies of a database: the backup, and the one before a migration.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use sqlx::Connection;

use super::Fault;
use super::files::{beside, inspect, inspect_whole, lock_open, read_only};
use crate::disk;

/// Copies that migrations left beside the database and that are kept.
const COPIES_KEPT: usize = 3;

/// What stands in the name of such a copy before the version of its schema.
const BEFORE: &str = "schema-";

/// Why no copy was made. Nothing stands where it was to be.
#[derive(Debug, thiserror::Error)]
pub enum CopyFault {
    /// There is a file of that name, and it stays.
    #[error("there is a file of that name")]
    Exists,
    /// What is to be copied cannot be read.
    #[error("{0}")]
    Source(Fault),
    /// The copy cannot be written.
    #[error("{0}")]
    Target(String),
}

/// Makes a consistent copy of a database that others may be using, readable by its owner alone.
/// It appears under its name when it is whole.
///
/// # Errors
///
/// A [`CopyFault`].
pub async fn copy(database: &Path, to: &Path) -> Result<(), CopyFault> {
    // SQLite takes a name that begins with `file:` for an address.
    let to = std::path::absolute(to).map_err(target)?;
    let _open = lock_open(database).map_err(CopyFault::Source)?;
    inspect(database).await.map_err(CopyFault::Source)?;
    let claimed = Unfinished::claim(to.clone())?;
    let part = (1..)
        .map(|number| beside(&to, &format!(".part{number}")))
        .map(Unfinished::claim)
        .find(|claim| !matches!(claim, Err(CopyFault::Exists)))
        .unwrap_or(Err(CopyFault::Exists))?;
    let name = part
        .path
        .to_str()
        .ok_or_else(|| CopyFault::Target("the path is not Unicode".into()))?;

    let mut source = read_only(database)
        .await
        .map_err(|error| CopyFault::Source(error.into()))?;
    let copied = sqlx::query("VACUUM INTO $1")
        .bind(name)
        .execute(&mut source)
        .await;
    copied.map_err(|error| match Fault::from(error) {
        fault @ (Fault::Damaged(_) | Fault::Busy) => CopyFault::Source(fault),
        fault => CopyFault::Target(fault.to_string()),
    })?;
    source
        .close()
        .await
        .map_err(|error| CopyFault::Source(error.into()))?;

    inspect_whole(&part.path)
        .await
        .map_err(|fault| CopyFault::Target(fault.to_string()))?;
    // SQLite does not wait for the disk here.
    let written = File::open(&part.path).and_then(|file| file.sync_all());
    written.map_err(target)?;
    std::fs::rename(&part.path, &to).map_err(target)?;
    claimed.finish();
    part.finish();
    disk::sync_folder(&to).map_err(target)
}

fn target(error: io::Error) -> CopyFault {
    match error.kind() {
        io::ErrorKind::AlreadyExists => CopyFault::Exists,
        _ => CopyFault::Target(error.to_string()),
    }
}

/// A file of ours that is taken away again unless it is finished.
struct Unfinished {
    path: PathBuf,
    finished: bool,
}

impl Unfinished {
    /// Makes it, where there is none of that name.
    fn claim(path: PathBuf) -> Result<Self, CopyFault> {
        disk::private(OpenOptions::new().write(true).create_new(true))
            .open(&path)
            .map_err(target)?;
        Ok(Self {
            path,
            finished: false,
        })
    }

    fn finish(mut self) {
        self.finished = true;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.finished {
            // Empty or half written; where it cannot be taken away, no name of a copy is lost.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// The copy that stands before a change of the schema. The newest few are kept.
pub(super) async fn copy_before_migration(database: &Path, version: i64) -> Result<(), Fault> {
    let no_copy = |fault: CopyFault| match fault {
        CopyFault::Source(fault) => fault,
        other => Fault::NotCopied(other.to_string()),
    };
    let mut number = 1;
    loop {
        let ending = match number {
            1 => format!(".{BEFORE}{version}"),
            _ => format!(".{BEFORE}{version}-{number}"),
        };
        match copy(database, &beside(database, &ending)).await {
            Err(CopyFault::Exists) => number += 1,
            done => break done.map_err(no_copy)?,
        }
    }
    // One that cannot be taken away costs room and nothing else.
    if let Err(error) = forget_old_copies(database) {
        tracing::warn!(%error, "old copies stay");
    }
    Ok(())
}

fn forget_old_copies(database: &Path) -> io::Result<()> {
    let (Some(folder), Some(name)) = (database.parent(), database.file_name()) else {
        return Ok(());
    };
    let beginning = format!("{}.{BEFORE}", name.to_string_lossy());
    let mut copies = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(&beginning) {
            copies.push((entry.metadata()?.modified()?, entry.path()));
        }
    }
    copies.sort();
    let old = copies.len().saturating_sub(COPIES_KEPT);
    for (_, path) in &copies[..old] {
        std::fs::remove_file(path)?;
    }
    Ok(())
}
