//! The practice as the program finds it on a computer: its file, its key in a keyring.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::ExposeSecret;
use vestibule::api::Secret;
use vestibule::backend::{Embedded, KeepFault, Means, Restored};
use vestibule::keychain::{Item, Keychain};
use vestibule::service::{Keys, SystemRandom};

use super::{CHEAP, Clinic, Hand, Window, usual};

/// A computer's keyring and clock.
pub(crate) fn computer(clinic: &Clinic, clock: &Arc<Hand>) -> Means {
    let ring = keyring_core::mock::Store::new().unwrap();
    Means {
        keychain: Keychain::over(ring, clinic.path("keys")),
        clock: clock.clone(),
    }
}

/// The key that a keyring holds.
pub(crate) async fn key_in(means: &Means) -> Option<String> {
    let kept = means.keychain.read(Item::EmbeddedKeys).await.unwrap();
    kept.map(|(text, _)| text.expose_secret().to_owned())
}

impl Clinic {
    /// A name in the folder of the database.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.place.folder.path().join(name)
    }

    /// Where the program would look for the practice.
    pub(crate) fn embedded(&self) -> Embedded {
        Embedded {
            database: self.database(),
            key_file: self.path("keys"),
        }
    }

    /// The computer of this practice, with its key in the keyring.
    pub(crate) async fn means(&self) -> Means {
        let means = self.strange_computer();
        means
            .keychain
            .write(Item::EmbeddedKeys, &self.keys)
            .await
            .unwrap();
        means
    }

    /// A computer whose keyring is empty.
    pub(crate) fn strange_computer(&self) -> Means {
        computer(self, &self.clock)
    }

    pub(crate) fn key(&self) -> &str {
        self.keys.expose_secret()
    }

    /// Closes the window.
    pub(crate) async fn close(&self) {
        self.backend.service.close().await;
    }

    /// Opens the window again, over whatever lies there now.
    pub(crate) async fn open_again(&mut self) {
        self.backend = self.another_window().await;
    }

    /// The same, where the practice of another computer lies there now.
    pub(crate) async fn open_as(&mut self, other: &Clinic) {
        self.keys = other.keys.clone();
        self.open_again().await;
    }

    /// Opens another database of the server in the place of the one before.
    #[cfg(feature = "server")]
    #[allow(dead_code, reason = "for what is PostgreSQL's alone")]
    pub(crate) async fn is_now_in(&mut self, database: super::postgres::Database) {
        self.place.server = Some(database);
        self.open_again().await;
    }

    /// A program over the same database with other keys.
    pub(crate) async fn window_with(&self, keys: &Keys) -> Window {
        let stores = self.place.stores().await;
        let random = Arc::new(SystemRandom);
        Self::over(stores, &keys.to_text(), &self.clock, random, usual(CHEAP))
    }

    pub(crate) async fn backup(&self, name: &str) -> PathBuf {
        let file = self.path(name);
        self.embedded().backup(&file).await.unwrap();
        file
    }

    /// Restores a backup into this practice's place, whose window is closed.
    pub(crate) async fn restore(
        &self,
        file: &Path,
        means: &Means,
        recovery_key: Option<&Secret>,
    ) -> Result<Restored, KeepFault> {
        let mut ready = self.embedded().restore(file, means).await?;
        assert_eq!(ready.needs_recovery_key(), recovery_key.is_some());
        if let Some(key) = recovery_key {
            ready.unlock(key)?;
        }
        ready.finish().await
    }
}
