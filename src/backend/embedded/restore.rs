//! Putting a backup in the place of what is there. What was there is kept.

use std::path::{Path, PathBuf};

use super::keeping::{KeepFault, UnlockFault, not_written, present, unwrapped};
use super::{Embedded, OpenFault, service};
use crate::api::Secret;
use crate::disk;
use crate::domain::RecoveryKey;
use crate::keychain::{Home, Item};
use crate::service::Keys;
use crate::store::{self, Alone, SealedPractice, Store};

/// The folder, beside the database, in which a backup is made ready.
const READY: &str = "restoring";

/// The name under which a database that was there is kept.
const ASIDE: &str = "vestibule before restore";

/// A backup that was looked at and made ready. Nothing of the practice is changed before
/// [`Restore::finish`].
pub struct Restore {
    embedded: Embedded,
    alone: Alone,
    ready: Ready,
    store: Store,
    practice: SealedPractice,
    keys: Option<Keys>,
    /// The key that the keyring has is another's and gives way.
    replaces: bool,
    /// The keyring lacks the key.
    keep: bool,
    place: Embedded,
}

/// What a restore did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The practice that was restored, by name.
    pub practice: String,
    /// Where the database that was there is kept.
    pub aside: Option<PathBuf>,
    /// Whether another practice's key stood in the keyring and is not there any more.
    pub key_replaced: bool,
    /// Where the key is kept, if it was not kept already.
    pub home: Option<Home>,
}

impl std::fmt::Debug for Restore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Restore").finish_non_exhaustive()
    }
}

/// The folder of a backup that is made ready; gone with its owner.
struct Ready {
    folder: PathBuf,
    database: PathBuf,
}

impl Ready {
    /// A copy of the backup, and of the write-ahead log that belongs to it, if one does.
    fn new(embedded: &Embedded, file: &Path) -> Result<Self, KeepFault> {
        let folder = embedded.database.with_file_name(READY);
        // What a restore left behind that was cut short.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).map_err(|error| not_written(&folder, &error))?;
        let database = folder.join("vestibule.db");
        let ready = Self { folder, database };
        let log = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push("-wal");
            PathBuf::from(name)
        };
        private_copy(file, &ready.database)?;
        if log(file).exists() {
            private_copy(&log(file), &log(&ready.database))?;
        }
        Ok(ready)
    }
}

impl Drop for Ready {
    fn drop(&mut self) {
        // What stays is taken away by the next restore.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Copies a file that somebody chose to one that its owner alone can read.
fn private_copy(from: &Path, to: &Path) -> Result<(), KeepFault> {
    let not_read = |error: std::io::Error| KeepFault::NotRead {
        file: from.to_owned(),
        why: error.to_string(),
    };
    let mut source = std::fs::File::open(from).map_err(not_read)?;
    // A device or a pipe has no end that could be waited for.
    if !source.metadata().map_err(not_read)?.is_file() {
        return Err(KeepFault::NotABackup(from.to_owned()));
    }
    let mut copy = disk::create_new(to).map_err(|error| not_written(to, &error))?;
    std::io::copy(&mut source, &mut copy).map_err(|error| not_written(to, &error))?;
    copy.sync_all().map_err(|error| not_written(to, &error))
}

impl Embedded {
    /// Looks at a backup and makes it ready. The practice must not be open in a window: the
    /// window would go on with the file that is moved away.
    ///
    /// # Errors
    ///
    /// A [`KeepFault`]; nothing was changed, the backup neither.
    pub async fn restore(&self, file: &Path) -> Result<Restore, KeepFault> {
        let alone = Alone::with(&self.database).map_err(|fault| match fault {
            store::Fault::Busy => KeepFault::InUse(self.database.clone()),
            fault => self.fault(&self.database, fault).into(),
        })?;
        let kept = self.keychain.read(Item::EmbeddedKeys).await;
        let kept = kept.map_err(OpenFault::Keyring)?.map(|(text, _)| text);
        let ready = Ready::new(self, file)?;
        // What moved to a server goes on there: an older copy of it would take the same codes.
        let moved = match present(&self.database) {
            true => match store::moved(&self.database).await {
                // What cannot be read is what a backup is for.
                Err(store::Fault::Damaged(_) | store::Fault::DiskFails(_)) => false,
                moved => moved.map_err(|fault| self.fault(&self.database, fault))?,
            },
            false => false,
        };
        if moved {
            return Err(OpenFault::Moved { to: None }.into());
        }
        let not_ours = |fault: store::Fault| match fault {
            store::Fault::Newer { found, known } => KeepFault::Newer {
                file: file.to_owned(),
                found,
                known,
            },
            store::Fault::Damaged(_) => KeepFault::NotABackup(file.to_owned()),
            fault => self.fault(&self.database, fault).into(),
        };
        if !present(&ready.database) {
            return Err(KeepFault::NotABackup(file.to_owned()));
        }
        let whole = store::inspect_whole(&ready.database).await;
        whole.map_err(not_ours)?;
        let holds = store::holds_practice(&ready.database).await;
        if !holds.map_err(not_ours)? {
            return Err(KeepFault::NotABackup(file.to_owned()));
        }
        let store = Store::open(&ready.database).await.map_err(not_ours)?;
        let practice = self.practice(&store).await?;
        let practice = practice.ok_or_else(|| KeepFault::NotABackup(file.to_owned()))?;
        let keys = kept
            .as_ref()
            .and_then(Keys::parse)
            .filter(|keys| keys.holds(&practice.key_id));
        Ok(Restore {
            embedded: self.clone(),
            alone,
            ready,
            store,
            practice,
            replaces: kept.is_some() && keys.is_none(),
            keep: keys.is_none(),
            keys,
            place: self.clone(),
        })
    }
}

impl Restore {
    /// Whether the key in the keyring does not fit, so that [`Self::unlock`] is needed.
    pub fn needs_recovery_key(&self) -> bool {
        self.keys.is_none()
    }

    /// Takes the key out of the backup with the recovery key of its time.
    ///
    /// # Errors
    ///
    /// An [`UnlockFault`].
    pub fn unlock(&mut self, typed: &Secret) -> Result<(), UnlockFault> {
        let key = RecoveryKey::parse(typed.expose())?;
        self.keys = Some(unwrapped(&key, &self.practice)?);
        Ok(())
    }

    /// Ends what must not come back to life, puts the backup in its place and keeps its key.
    ///
    /// # Errors
    ///
    /// A [`KeepFault`]: the practice is as it was, or under the name that it is kept by. After
    /// [`KeepFault::KeyNotKept`] all but the keeping of the key is done.
    pub async fn finish(self) -> Result<Restored, KeepFault> {
        let database = &self.embedded.database;
        let keys = self.keys.ok_or(UnlockFault::Wrong)?;
        let text = keys.to_text();
        let service = service(self.store, keys, self.place.clock.clone())?;
        service.settle_restored().await?;
        // Closed, the file stands alone.
        service.close().await;
        let aside = store::replace(&self.alone, database, &self.ready.database, ASIDE)
            .map_err(|fault| self.embedded.fault(database, fault))?;
        let mut home = None;
        if self.keep {
            let kept = self.place.keychain.write(Item::EmbeddedKeys, &text).await;
            home = Some(kept.map_err(KeepFault::KeyNotKept)?);
        }
        Ok(Restored {
            practice: self.practice.practice.name,
            aside,
            key_replaced: self.replaces,
            home,
        })
    }
}
