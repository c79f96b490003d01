//! The practice as the program finds it on a computer: its file, its key in a keyring.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use secrecy::ExposeSecret;
use vestibule::api::Secret;
use vestibule::backend::{Embedded, KeepFault, Restored};
use vestibule::keychain::{Item, Keychain};
use vestibule::service::{Keys, SystemRandom};

use super::{CHEAP, Clinic, Hand, Window, usual};

/// A computer with an empty keyring, over the file of a practice.
pub(crate) fn computer(clinic: &Clinic, clock: &Arc<Hand>) -> Embedded {
    let ring = keyring_core::mock::Store::new().unwrap();
    Embedded {
        database: clinic.database(),
        keychain: Keychain::over(ring, clinic.path("keys")),
        clock: clock.clone(),
    }
}

/// The key that a computer's keyring holds.
pub(crate) async fn key_in(computer: &Embedded) -> Option<String> {
    let kept = computer.keychain.read(Item::EmbeddedKeys).await.unwrap();
    kept.map(|(text, _)| text.expose_secret().to_owned())
}

impl Clinic {
    /// A name in the folder of the database.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.place.folder.path().join(name)
    }

    /// The computer of this practice, with its key in the keyring.
    pub(crate) async fn computer(&self) -> Embedded {
        let computer = self.strange_computer();
        computer
            .keychain
            .write(Item::EmbeddedKeys, &self.keys)
            .await
            .unwrap();
        computer
    }

    /// A computer whose keyring is empty.
    pub(crate) fn strange_computer(&self) -> Embedded {
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
        self.strange_computer().backup(&file).await.unwrap();
        file
    }

    /// Restores a backup on a computer of this practice, whose window is closed.
    pub(crate) async fn restore(
        &self,
        file: &Path,
        computer: &Embedded,
        recovery_key: Option<&Secret>,
    ) -> Result<Restored, KeepFault> {
        let mut ready = computer.restore(file).await?;
        assert_eq!(ready.needs_recovery_key(), recovery_key.is_some());
        if let Some(key) = recovery_key {
            ready.unlock(key)?;
        }
        ready.finish().await
    }
}
