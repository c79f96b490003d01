//! Opening the embedded practice: a database and the keys to it, which live apart.

mod export;
mod keeping;
mod restore;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Backend, Kept};
use crate::delivery::{Patience, Post};
use crate::keychain::{self, Home, Item, Keychain};
use crate::service::{Clock, HashCost, Keys, Service, SystemClock, SystemRandom};
use crate::store::{self, SealedPractice, Store};

pub use export::{Export, Exported};
pub use keeping::{KeepFault, Recovery, UnlockFault};
pub use restore::{Restore, Restored};

/// Where the practice of this OS account lives, and what it relies on beside its file.
#[derive(Clone)]
pub struct Embedded {
    /// The SQLite file.
    pub database: PathBuf,
    /// Where its keys are kept, apart from it.
    pub keychain: Keychain,
    /// The clock that decides.
    pub clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Embedded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Embedded")
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}

/// What was found at the start.
#[allow(
    clippy::large_enum_variant,
    reason = "one is made at each start, and taken apart at once"
)]
#[derive(Clone, Debug)]
pub enum Opened {
    /// No practice yet, and nothing that hints at a lost one.
    FirstRun,
    /// The practice is open.
    Ready(Backend, Home),
}

/// Why the practice could not be opened. Nothing was made in its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenFault {
    /// The keyring is locked or does not answer.
    #[error("{0}")]
    Keyring(keychain::Fault),
    /// There is a database, but no key to it.
    #[error("the key to {0} is missing")]
    KeyMissing(PathBuf),
    /// There is a database, and the key is another's.
    #[error("the key does not fit {0}")]
    KeyWrong(PathBuf),
    /// There is a key, but no database.
    #[error("{0} is missing")]
    DatabaseMissing(PathBuf),
    /// The file is damaged or is not ours.
    #[error("{0} is damaged")]
    DatabaseDamaged(PathBuf),
    /// The file was made by a newer version.
    #[error("the database is newer ({found} > {known})")]
    DatabaseNewer {
        /// Its version.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// Another program holds the file.
    #[error("{0} is in use")]
    DatabaseBusy(PathBuf),
    /// The copy before a change of the schema could not be made; nothing was changed.
    #[error("{0} cannot be copied")]
    NotCopied(PathBuf),
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull,
    /// The folder cannot be written.
    #[error("{0} cannot be written")]
    ReadOnly(PathBuf),
    /// The disk does not read or write.
    #[error("the disk fails")]
    DiskFails,
    /// The folder lies on another computer.
    #[error("{0} lies on another computer")]
    Elsewhere(PathBuf),
    /// The practice moved to a server.
    #[error("the practice moved to a server")]
    Moved {
        /// The server's address, where it was told.
        to: Option<String>,
    },
    /// Anything else; the log has the details.
    #[error("the practice cannot be opened")]
    Other,
}

impl Embedded {
    /// The usual places of this OS account; none where it has no home.
    pub fn usual() -> Option<Self> {
        let folders = directories::ProjectDirs::from("", "", "vestibule")?;
        // Outside the data folder, where the desktop has no keyring.
        let key_file = folders.config_local_dir().join("embedded-keys");
        Some(Self {
            database: folders.data_local_dir().join("vestibule.db"),
            keychain: Keychain::new(key_file),
            clock: Arc::new(SystemClock),
        })
    }

    /// What the keyring of this OS account keeps of people, for no backend yet.
    pub fn kept(&self) -> Kept {
        Kept::new(self.keychain.clone())
    }

    /// Opens the practice, if there is one. Makes nothing.
    ///
    /// # Errors
    ///
    /// An [`OpenFault`]: of the keyring, of the file, of a key that is missing or another's, or
    /// [`OpenFault::DatabaseMissing`] where there is a key alone.
    pub async fn open(&self) -> Result<Opened, OpenFault> {
        Ok(match self.find().await? {
            Some((service, home)) => Opened::Ready(working(service), home),
            None => Opened::FirstRun,
        })
    }

    /// The practice, if there is one; nothing works in the background yet.
    async fn find(&self) -> Result<Option<(Service, Home)>, OpenFault> {
        let kept = self
            .keychain
            .read(Item::EmbeddedKeys)
            .await
            .map_err(OpenFault::Keyring)?;
        let present = std::fs::metadata(&self.database).is_ok_and(|file| file.len() > 0);
        if !present {
            return match kept {
                None => Ok(None),
                Some(_) => Err(OpenFault::DatabaseMissing(self.database.clone())),
            };
        }
        let store = self.store().await?;
        let Some(practice) = self.practice(&store).await? else {
            // A first run that was cut short: nothing is in it yet.
            store.close().await;
            return Ok(None);
        };
        let (text, home) = kept.ok_or_else(|| OpenFault::KeyMissing(self.database.clone()))?;
        let keys = Keys::parse(&text)
            .filter(|keys| keys.holds(&practice.key_id))
            .ok_or_else(|| OpenFault::KeyWrong(self.database.clone()))?;
        let service = service(store, keys, self.clock.clone())?;
        Ok(Some((service, home)))
    }

    /// Makes the database and its keys for a first run. Until a practice is founded in it, a
    /// start finds a first run again, so that no crash between the two is a dead end.
    ///
    /// # Errors
    ///
    /// [`OpenFault::DatabaseBusy`] if there is a practice already; [`OpenFault::KeyWrong`] if what
    /// the keyring keeps is no key; otherwise an [`OpenFault`] of the keyring or of the file.
    pub async fn create(&self) -> Result<(Backend, Home), OpenFault> {
        let store = self.store().await?;
        if self.practice(&store).await?.is_some() {
            return Err(OpenFault::DatabaseBusy(self.database.clone()));
        }
        // Under the writer's lock: of two first runs at once the second takes the first one's
        // key. A key that is kept is never written over: it may be the only one to something.
        let lock = store
            .write()
            .await
            .map_err(|fault| self.fault(&self.database, fault))?;
        let kept = self
            .keychain
            .read(Item::EmbeddedKeys)
            .await
            .map_err(OpenFault::Keyring)?;
        let (keys, home) = match kept {
            Some((text, home)) => {
                let keys =
                    Keys::parse(&text).ok_or_else(|| OpenFault::KeyWrong(self.database.clone()))?;
                (keys, home)
            }
            None => {
                let keys = Keys::generate(&SystemRandom);
                let home = self
                    .keychain
                    .write(Item::EmbeddedKeys, &keys.to_text())
                    .await
                    .map_err(OpenFault::Keyring)?;
                (keys, home)
            }
        };
        drop(lock);
        let service = service(store, keys, self.clock.clone())?;
        Ok((working(service), home))
    }

    async fn store(&self) -> Result<Store, OpenFault> {
        Store::open(&self.database)
            .await
            .map_err(|fault| self.fault(&self.database, fault))
    }

    async fn practice(&self, store: &Store) -> Result<Option<SealedPractice>, OpenFault> {
        let read = async { store.read().await?.first_practice().await };
        read.await
            .map_err(|fault| self.fault(&self.database, fault))
    }

    pub(super) fn fault(&self, database: &Path, fault: store::Fault) -> OpenFault {
        tracing::error!(%fault, "the practice cannot be opened");
        let database = database.to_owned();
        match fault {
            store::Fault::DiskFull => OpenFault::DiskFull,
            store::Fault::ReadOnly => OpenFault::ReadOnly(database),
            store::Fault::DiskFails(_) => OpenFault::DiskFails,
            store::Fault::Elsewhere(_) => OpenFault::Elsewhere(database),
            store::Fault::Busy => OpenFault::DatabaseBusy(database),
            store::Fault::Damaged(_) => OpenFault::DatabaseDamaged(database),
            store::Fault::NotCopied(_) => OpenFault::NotCopied(database),
            store::Fault::Newer { found, known } => OpenFault::DatabaseNewer { found, known },
            store::Fault::Moved { to } => OpenFault::Moved { to },
            // Faults of a server's database, those that opening a file cannot give, and what has
            // no name.
            store::Fault::Taken
            | store::Fault::NoText
            | store::Fault::Older { .. }
            | store::Fault::Address(_)
            | store::Fault::Unreachable(_)
            | store::Fault::Pooled
            | store::Fault::Other(_) => OpenFault::Other,
        }
    }
}

/// A backend with what works in the background, which does so until the database is closed.
fn working(service: Service) -> Backend {
    tokio::spawn(service.clone().run_outbox());
    tokio::spawn(service.clone().run_sealing());
    Backend::Embedded(service)
}

fn service(store: Store, keys: Keys, clock: Arc<dyn Clock>) -> Result<Service, OpenFault> {
    let courier = Post::new(Patience::default()).map_err(|error| {
        tracing::error!(%error, "nothing can be sent");
        OpenFault::Other
    })?;
    let (random, cost) = (Arc::new(SystemRandom), HashCost::OWASP);
    Service::new(store, keys, clock, random, cost, Arc::new(courier)).map_err(|_| OpenFault::Other)
}
