//! What is kept in the OS keyring.
//!
//! Knows the names of the entries and what the platform's answers mean. Must not know what the
//! secrets are for. Its calls block on the desktop's services, so each runs off the async
//! threads and gives up after 4 seconds.

mod personal;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use keyring_core::{CredentialStore, Entry, Error};
use secrecy::{ExposeSecret, SecretString};

use crate::disk;

pub use personal::Personal;

/// How long the keyring may take to answer: nothing hangs for over 5 s (SECURITY.md, fault 18).
const PATIENCE: Duration = Duration::from_secs(4);

/// The name that all entries stand under.
const SERVICE: &str = "vestibule";

/// An entry of the keyring. The names are fixed for ever: they are on people's computers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// The data key and the pepper of the embedded practice of this OS account.
    EmbeddedKeys,
}

impl Item {
    fn name(self) -> &'static str {
        match self {
            Self::EmbeddedKeys => "embedded keys",
        }
    }
}

/// Why the keyring gives no answer that can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is no keyring on this desktop.
    #[error("there is no keyring")]
    Missing,
    /// It is locked, or its prompt was dismissed.
    #[error("the keyring is locked")]
    Locked,
    /// It does not answer, or answers with a fault.
    #[error("the keyring does not answer")]
    Silent,
}

/// Where a secret is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// In the OS keyring.
    Keyring,
    /// In a file that the OS account alone can read: this desktop has no keyring.
    File,
}

/// The OS keyring, with a private file in its place where the desktop has none.
#[derive(Clone)]
pub struct Keychain {
    /// Connects for one question. The connection never leaves the thread that made it: the
    /// Secret Service client blocks even when it is dropped.
    connect: Arc<Connect>,
    fallback: PathBuf,
}

type Connect = dyn Fn() -> Result<Arc<CredentialStore>, Fault> + Send + Sync;

impl Keychain {
    /// The keyring of this desktop. `fallback` is the file to be used where there is none.
    pub fn new(fallback: PathBuf) -> Self {
        Self {
            connect: Arc::new(|| {
                platform_store().map_err(|error| {
                    tracing::warn!(%error, "no keyring");
                    absence(&error)
                })
            }),
            fallback,
        }
    }

    /// A keychain over a given store, for tests of what a keyring may answer.
    pub fn over(store: Arc<CredentialStore>, fallback: PathBuf) -> Self {
        Self {
            connect: Arc::new(move || Ok(store.clone())),
            fallback,
        }
    }

    /// A keychain that keeps what it is given until the last of its clones is gone.
    ///
    /// # Errors
    ///
    /// None, as the crate is today.
    pub fn in_memory() -> Result<Self, Fault> {
        let store = keyring_core::mock::Store::new().map_err(|error| meaning(&error))?;
        Ok(Self::over(store, PathBuf::new()))
    }

    /// What is kept under this name, and where. A keyring that is locked or silent is a fault:
    /// it never looks like an entry that is not there.
    ///
    /// # Errors
    ///
    /// [`Fault::Locked`]; [`Fault::Silent`], also for a file in its place that cannot be read.
    pub async fn read(&self, item: Item) -> Result<Option<(SecretString, Home)>, Fault> {
        let kept = self
            .ask(item, |entry| match entry.get_password() {
                Ok(secret) => Ok(Some(SecretString::from(secret))),
                Err(Error::NoEntry) => Ok(None),
                Err(error) => Err(meaning(&error)),
            })
            .await;
        match kept {
            Ok(Some(secret)) => Ok(Some((secret, Home::Keyring))),
            Ok(None) | Err(Fault::Missing) => {
                Ok(self.read_file()?.map(|secret| (secret, Home::File)))
            }
            Err(fault) => Err(fault),
        }
    }

    /// Keeps a secret, and reads it back: a keyring that forgets is no keyring.
    ///
    /// # Errors
    ///
    /// [`Fault::Locked`]; [`Fault::Silent`], also if something else is read back, or the file in
    /// its place cannot be written.
    pub async fn write(&self, item: Item, secret: &SecretString) -> Result<Home, Fault> {
        let kept = secret.clone();
        let written = self
            .ask(item, move |entry| {
                let text = kept.expose_secret();
                entry.set_password(text).map_err(|error| meaning(&error))?;
                match entry.get_password() {
                    Ok(kept) if kept == text => Ok(Home::Keyring),
                    Ok(_) => Err(Fault::Silent),
                    Err(error) => Err(meaning(&error)),
                }
            })
            .await;
        match written {
            Err(Fault::Missing) => {
                write_private(&self.fallback, secret).map_err(|error| {
                    tracing::error!(%error, "the key file cannot be written");
                    Fault::Silent
                })?;
                Ok(Home::File)
            }
            other => other,
        }
    }

    async fn ask<T: Send + 'static>(
        &self,
        item: Item,
        question: impl FnOnce(Entry) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let connect = self.connect.clone();
        patiently(move || {
            let entry = connect()?
                .build(SERVICE, item.name(), None)
                .map_err(|error| meaning(&error))?;
            question(entry)
        })
        .await
    }

    fn read_file(&self) -> Result<Option<SecretString>, Fault> {
        match std::fs::read_to_string(&self.fallback) {
            Ok(text) => Ok(Some(SecretString::from(text))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                tracing::error!(%error, "the key file cannot be read");
                Err(Fault::Silent)
            }
        }
    }
}

fn meaning(error: &Error) -> Fault {
    match error {
        Error::NoStorageAccess(_) => Fault::Locked,
        Error::NoDefaultStore => Fault::Missing,
        _ => Fault::Silent,
    }
}

/// What it means that no connection to the keyring could be made. Only a desktop that surely has
/// none is without one: whatever else fails may hold the key, and must not look like its absence.
fn absence(error: &Error) -> Fault {
    let said = error.to_string();
    let no_bus = cfg!(target_os = "linux")
        && std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_none()
        && std::env::var_os("XDG_RUNTIME_DIR")
            .is_none_or(|folder| !Path::new(&folder).join("bus").exists());
    let nobody_answers_to_the_name = ["ServiceUnknown", "NameHasNoOwner"]
        .iter()
        .any(|word| said.contains(word));
    match meaning(error) {
        Fault::Locked => Fault::Locked,
        _ if no_bus || nobody_answers_to_the_name => Fault::Missing,
        _ => Fault::Silent,
    }
}

/// On a plain thread: the Secret Service client waits in a runtime of its own, which the
/// threads of ours do not allow.
async fn patiently<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    let (tell, told) = tokio::sync::oneshot::channel();
    std::thread::Builder::new()
        .name("keyring".into())
        .spawn(move || {
            // Whoever lost patience does not listen any more.
            let _ = tell.send(work());
        })
        .map_err(|_| Fault::Silent)?;
    match tokio::time::timeout(PATIENCE, told).await {
        Ok(Ok(answer)) => answer,
        _ => Err(Fault::Silent),
    }
}

#[cfg(target_os = "linux")]
fn platform_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn platform_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn platform_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

fn write_private(path: &Path, secret: &SecretString) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    disk::replace(path, secret.expose_secret().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing(fault: Fault, fallback: PathBuf) -> Keychain {
        Keychain {
            connect: Arc::new(move || Err(fault)),
            fallback,
        }
    }

    #[test]
    fn the_names_of_the_entries_never_change() {
        assert_eq!(SERVICE, "vestibule");
        assert_eq!(Item::EmbeddedKeys.name(), "embedded keys");
    }

    #[tokio::test]
    async fn a_secret_is_kept_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let store = keyring_core::mock::Store::new().unwrap();
        let keychain = Keychain::over(store, folder.path().join("keys"));
        assert!(keychain.read(Item::EmbeddedKeys).await.unwrap().is_none());
        let home = keychain
            .write(Item::EmbeddedKeys, &SecretString::from("kept"))
            .await
            .unwrap();
        assert_eq!(home, Home::Keyring);
        let (kept, home) = keychain.read(Item::EmbeddedKeys).await.unwrap().unwrap();
        assert_eq!((kept.expose_secret(), home), ("kept", Home::Keyring));
        assert!(!folder.path().join("keys").exists());
    }

    #[tokio::test]
    async fn without_a_keyring_a_private_file_serves() {
        let folder = tempfile::tempdir().unwrap();
        let fallback = folder.path().join("config").join("keys");
        let keychain = failing(Fault::Missing, fallback.clone());
        let home = keychain
            .write(Item::EmbeddedKeys, &SecretString::from("kept"))
            .await
            .unwrap();
        assert_eq!(home, Home::File);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fallback.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let (kept, home) = keychain.read(Item::EmbeddedKeys).await.unwrap().unwrap();
        assert_eq!((kept.expose_secret(), home), ("kept", Home::File));
    }

    #[tokio::test]
    async fn a_locked_keyring_makes_nothing_in_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let fallback = folder.path().join("keys");
        for fault in [Fault::Locked, Fault::Silent] {
            let keychain = failing(fault, fallback.clone());
            let secret = SecretString::from("kept");
            assert_eq!(
                keychain.write(Item::EmbeddedKeys, &secret).await,
                Err(fault)
            );
            assert_eq!(keychain.read(Item::EmbeddedKeys).await.err(), Some(fault));
            assert!(!fallback.exists());
        }
    }
}
