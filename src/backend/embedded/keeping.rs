//! Keeping a practice: the backup, the way back to a lost key, the recovery.

use std::path::{Path, PathBuf};

use super::{Embedded, OpenFault, Opened, service, working};
use crate::api::{ActivityVerified, Error, Secret};
use crate::domain::{Mistyped, RecoveryKey};
use crate::keychain::{Fault as KeychainFault, Item};
use crate::service::{Keys, RecoverFault, Recovered, Service};
use crate::store::{self, CopyFault, SealedPractice};
use secrecy::SecretString;

/// Why a practice was not backed up, restored or recovered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeepFault {
    /// The practice, or what it is to become, cannot be opened.
    #[error("{0}")]
    Open(#[from] OpenFault),
    /// There is no practice on this computer.
    #[error("there is no practice")]
    NoPractice,
    /// There is a file of that name, and it stays.
    #[error("{0} exists")]
    Exists(PathBuf),
    /// The file cannot be written, for this reason.
    #[error("{file} cannot be written: {why}")]
    NotWritten {
        /// The file.
        file: PathBuf,
        /// What the system says.
        why: String,
    },
    /// The file cannot be read, for this reason.
    #[error("{file} cannot be read: {why}")]
    NotRead {
        /// The file.
        file: PathBuf,
        /// What the system says.
        why: String,
    },
    /// The file is damaged, or no backup of a practice.
    #[error("{0} is no backup")]
    NotABackup(PathBuf),
    /// The backup was made by a newer version.
    #[error("{file} is newer ({found} > {known})")]
    Newer {
        /// The backup.
        file: PathBuf,
        /// Its version.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// The practice is open in a window, which must be closed first.
    #[error("{0} is in use")]
    InUse(PathBuf),
    /// The recovery key does not open it.
    #[error("{0}")]
    Key(#[from] UnlockFault),
    /// Nobody with full access has this address.
    #[error("nobody with full access has this address")]
    NotFullAccess,
    /// The service refused.
    #[error("{0}")]
    Call(#[from] Error),
    /// It is done, but the keyring did not take the key: the next start asks for the recovery key.
    #[error("done, but the key is not kept: {0}")]
    KeyNotKept(KeychainFault),
}

/// Why a typed recovery key opens nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnlockFault {
    /// It cannot be a recovery key.
    #[error("{0}")]
    Mistyped(#[from] Mistyped),
    /// It is another practice's, or an old one.
    #[error("it does not open this practice")]
    Wrong,
    /// The practice cannot be opened for another reason.
    #[error("{0}")]
    Open(#[from] OpenFault),
}

pub(super) fn not_written(file: &Path, error: &std::io::Error) -> KeepFault {
    KeepFault::NotWritten {
        file: file.to_owned(),
        why: error.to_string(),
    }
}

impl From<RecoverFault> for KeepFault {
    fn from(fault: RecoverFault) -> Self {
        match fault {
            RecoverFault::NoPractice => Self::NoPractice,
            RecoverFault::KeyWrong => Self::Key(UnlockFault::Wrong),
            RecoverFault::NotFullAccess => Self::NotFullAccess,
            RecoverFault::Call(error) => Self::Call(error),
        }
    }
}

/// A recovery whose key was right.
pub struct Recovery {
    service: Service,
    key: RecoveryKey,
    people: Vec<String>,
    /// To be kept, where the keyring has none that fits.
    lost: Option<SecretString>,
    place: Embedded,
}

impl std::fmt::Debug for Recovery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recovery").finish_non_exhaustive()
    }
}

impl Embedded {
    /// Makes a consistent copy of the practice at `to`, readable by its owner alone, while others
    /// may be using it. It opens with the practice recovery key of this moment.
    ///
    /// # Errors
    ///
    /// A [`KeepFault`]; nothing stands at `to` that was not there before.
    pub async fn backup(&self, to: &Path) -> Result<(), KeepFault> {
        let database = &self.database;
        if !present(database) {
            return Err(KeepFault::NoPractice);
        }
        let holds = store::holds_practice(database).await;
        if !holds.map_err(|fault| self.fault(database, fault))? {
            return Err(KeepFault::NoPractice);
        }
        let file = to.to_owned();
        store::copy(database, to)
            .await
            .map_err(|fault| match fault {
                CopyFault::Exists => KeepFault::Exists(file),
                CopyFault::Source(fault) => self.fault(database, fault).into(),
                CopyFault::Target(why) => KeepFault::NotWritten { file, why },
            })
    }

    /// Checks the seals of the practice's Activity, also while others are using it.
    ///
    /// # Errors
    ///
    /// A [`KeepFault`] if the practice cannot be opened or read.
    pub async fn verify_activity(&self) -> Result<ActivityVerified, KeepFault> {
        if !self.holds_practice().await? {
            return Err(KeepFault::NoPractice);
        }
        let found = self.find().await?;
        let (service, _) = found.ok_or(KeepFault::NoPractice)?;
        let verified = service.verify_first_practice().await;
        service.close().await;
        Ok(verified?)
    }

    /// Opens a practice whose key is lost by its recovery key, and keeps the key again.
    ///
    /// # Errors
    ///
    /// An [`UnlockFault`]; nothing was changed.
    pub async fn unlock(&self, typed: &Secret) -> Result<Opened, UnlockFault> {
        let key = RecoveryKey::parse(typed.expose())?;
        if !present(&self.database) {
            return Err(OpenFault::DatabaseMissing(self.database.clone()).into());
        }
        let store = self.store().await?;
        let practice = self
            .practice(&store)
            .await?
            .ok_or(OpenFault::DatabaseMissing(self.database.clone()))?;
        let keys = unwrapped(&key, &practice)?;
        let home = self
            .keychain
            .write(Item::EmbeddedKeys, &keys.to_text())
            .await
            .map_err(OpenFault::Keyring)?;
        let opened = working(service(store, keys, self.clock.clone())?);
        Ok(Opened::Ready(opened, home))
    }

    /// Begins a recovery with the practice recovery key.
    ///
    /// # Errors
    ///
    /// A [`KeepFault`]; nothing was changed.
    pub async fn recover(&self, typed: &Secret) -> Result<Recovery, KeepFault> {
        if !self.holds_practice().await? {
            return Err(KeepFault::NoPractice);
        }
        let key = RecoveryKey::parse(typed.expose()).map_err(UnlockFault::from)?;
        let kept = self.keychain.read(Item::EmbeddedKeys).await;
        let kept = kept.map_err(OpenFault::Keyring)?;
        let store = self.store().await?;
        let practice = self.practice(&store).await?;
        let practice = practice.ok_or(KeepFault::NoPractice)?;
        let keys = unwrapped(&key, &practice)?;
        let lost = kept
            .and_then(|(text, _)| Keys::parse(&text))
            .is_none_or(|kept| kept.id() != keys.id())
            .then(|| keys.to_text());
        let service = service(store, keys, self.clock.clone())?;
        Ok(Recovery {
            people: service.recoverable(&key).await?,
            service,
            key,
            lost,
            place: self.clone(),
        })
    }

    /// Whether there is a practice. Makes nothing and changes nothing.
    ///
    /// # Errors
    ///
    /// An [`OpenFault`].
    pub async fn holds_practice(&self) -> Result<bool, OpenFault> {
        if !present(&self.database) {
            return Ok(false);
        }
        store::holds_practice(&self.database)
            .await
            .map_err(|fault| self.fault(&self.database, fault))
    }
}

impl Recovery {
    /// The e-mail addresses of those whom it can help, the first joined first.
    pub fn people(&self) -> &[String] {
        &self.people
    }

    /// Gives the person with this address a new password, and all that follows from it.
    ///
    /// # Errors
    ///
    /// A [`KeepFault`]: nothing was changed, and it may be tried again. After
    /// [`KeepFault::KeyNotKept`] all but the keeping of the key is done.
    pub async fn finish(&self, email: &str, password: &Secret) -> Result<Recovered, KeepFault> {
        let done = self.service.recover(&self.key, email, password).await?;
        if let Some(keys) = &self.lost {
            let kept = self.place.keychain.write(Item::EmbeddedKeys, keys).await;
            kept.map_err(KeepFault::KeyNotKept)?;
        }
        Ok(done)
    }

    /// Closes the practice.
    pub async fn close(self) {
        self.service.close().await;
    }
}

pub(super) fn present(database: &Path) -> bool {
    std::fs::metadata(database).is_ok_and(|file| file.len() > 0)
}

/// The keys out of their copy in the practice.
pub(super) fn unwrapped(key: &RecoveryKey, sealed: &SealedPractice) -> Result<Keys, UnlockFault> {
    Keys::unwrap(key, sealed.practice.id.as_str(), &sealed.wrapped_keys)
        .ok()
        .filter(|keys| keys.holds(&sealed.key_id))
        .ok_or(UnlockFault::Wrong)
}
