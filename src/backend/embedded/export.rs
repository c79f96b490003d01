//! A practice that outgrows one computer: it is retired here, and written into one sealed file that
//! a server takes in.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::keeping::{KeepFault, not_written, present};
use super::{Embedded, OpenFault, service};
use crate::api::{Error, Outcome, Secret, SignIn, SubmitCode, Token};
use crate::disk;
use crate::domain::{Reason, RecoveryKey};
use crate::keychain::Item;
use crate::service::{Keys, Service, SystemRandom, pack};
use crate::store::{self, CopyFault, Store};

/// The copy that is sealed, beside the database; gone when the file is written.
const READY: &str = "exporting.db";

/// A practice that is to be exported, by somebody who still has to sign in.
pub struct Export {
    embedded: Embedded,
    service: Service,
    keys: SecretString,
    practice: String,
    retired: bool,
}

/// What was exported.
#[derive(Debug)]
pub struct Exported {
    /// The practice.
    pub practice: String,
    /// Opens the file; it is kept nowhere.
    pub key: Secret,
}

impl std::fmt::Debug for Export {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Export").finish_non_exhaustive()
    }
}

impl Embedded {
    /// Opens the practice to export it, also one that was retired before and whose file was never
    /// written, or is lost.
    ///
    /// # Errors
    ///
    /// A [`KeepFault`]; nothing was changed.
    pub async fn export(&self) -> Result<Export, KeepFault> {
        if !present(&self.database) {
            return Err(KeepFault::NoPractice);
        }
        let kept = self.keychain.read(Item::EmbeddedKeys).await;
        let kept = kept.map_err(OpenFault::Keyring)?;
        let cannot = |fault| self.fault(&self.database, fault);
        let store = Store::open_to_move(&self.database).await.map_err(cannot)?;
        let practice = self.practice(&store).await?;
        let practice = practice.ok_or(KeepFault::NoPractice)?;
        let (text, _) = kept.ok_or_else(|| OpenFault::KeyMissing(self.database.clone()))?;
        let keys = Keys::parse(&text)
            .filter(|keys| keys.holds(&practice.key_id))
            .ok_or_else(|| OpenFault::KeyWrong(self.database.clone()))?;
        let moved = async { store.read().await?.moved().await };
        let retired = moved.await.map_err(cannot)?.is_some();
        let service = service(store, keys, self.clock.clone())?;
        // A code by e-mail or SMS goes out meanwhile.
        tokio::spawn(service.clone().run_outbox());
        Ok(Export {
            embedded: self.clone(),
            service,
            keys: text,
            practice: practice.practice.name,
            retired,
        })
    }
}

impl Export {
    /// The practice, by name.
    #[must_use]
    pub fn practice(&self) -> &str {
        &self.practice
    }

    /// Whether it was retired before.
    #[must_use]
    pub fn is_retired(&self) -> bool {
        self.retired
    }

    /// The first step of a sign-in, and what follows from it.
    ///
    /// # Errors
    ///
    /// As of [`SignIn`].
    pub async fn sign_in(&self, email: &str, password: &Secret) -> Result<Outcome, Error> {
        let call = SignIn {
            email: email.to_owned(),
            password: password.clone(),
            computer: None,
            remembered: None,
        };
        self.service.call(None, call).await
    }

    /// The second.
    ///
    /// # Errors
    ///
    /// As of [`SubmitCode`].
    pub async fn submit(&self, due: &Token, code: &Secret) -> Result<Outcome, Error> {
        let call = SubmitCode {
            code: code.clone(),
            remember: false,
        };
        self.service.call(Some(due), call).await
    }

    /// Retires the practice, if that was not done before, and writes it into a file that is its
    /// owner's alone. `to` is the server's address, for whoever opens the practice here again.
    ///
    /// # Errors
    ///
    /// A [`KeepFault`]. Where the file cannot be written after the practice was retired, it may be
    /// exported once more.
    pub async fn finish(
        self,
        token: &Token,
        reason: &Reason,
        to: Option<&str>,
        file: &Path,
    ) -> Result<Exported, KeepFault> {
        let claimed = Claimed::new(file);
        let retired = async {
            let claimed = claimed?;
            self.service.retire(token, reason, to).await?;
            self.service.seal_due().await?;
            Ok::<_, KeepFault>(claimed)
        };
        let retired = retired.await;
        self.service.close().await;
        let claimed = retired?;
        let database = self.copied().await?;
        let keys = Keys::parse(&self.keys)
            .ok_or_else(|| OpenFault::KeyWrong(self.embedded.database.clone()))?;
        let key = RecoveryKey::generate(&SystemRandom);
        claimed.write(&pack(&keys, &database, &key, &SystemRandom))?;
        Ok(Exported {
            practice: self.practice,
            key: Secret::new(key.to_text().expose_secret()),
        })
    }

    /// Leaves the practice as it is.
    pub async fn close(self) {
        self.service.close().await;
    }

    async fn copied(&self) -> Result<Zeroizing<Vec<u8>>, KeepFault> {
        let database = &self.embedded.database;
        let ready = database.with_file_name(READY);
        // What an export left behind that was cut short.
        let _ = std::fs::remove_file(&ready);
        let copied = store::copy(database, &ready).await;
        let read = match copied {
            Ok(()) => std::fs::read(&ready).map(Zeroizing::new),
            Err(CopyFault::Source(fault)) => {
                return Err(self.embedded.fault(database, fault).into());
            }
            Err(fault) => Err(std::io::Error::other(fault.to_string())),
        };
        let _ = std::fs::remove_file(&ready);
        read.map_err(|error| not_written(&ready, &error))
    }
}

/// A name that nobody else has, with nothing under it yet; gone again unless it is written.
struct Claimed {
    file: PathBuf,
    written: bool,
}

impl Claimed {
    fn new(file: &Path) -> Result<Self, KeepFault> {
        match disk::create_new(file) {
            Ok(_) => Ok(Self {
                file: file.to_owned(),
                written: false,
            }),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(KeepFault::Exists(file.to_owned()))
            }
            Err(error) => Err(not_written(file, &error)),
        }
    }

    fn write(mut self, bytes: &[u8]) -> Result<(), KeepFault> {
        let written = OpenOptions::new().write(true).open(&self.file);
        let written = written.and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.map_err(|error| not_written(&self.file, &error))?;
        self.written = true;
        Ok(())
    }
}

impl Drop for Claimed {
    fn drop(&mut self) {
        if !self.written {
            // Empty, or half written; nothing is lost with it.
            let _ = std::fs::remove_file(&self.file);
        }
    }
}
