//! A made-up practice to try everything on: staff in every status, in a folder of its own that
//! goes when the program ends. Its messages go to an inbox beside the window.
//!
//! Nothing of it reaches a real practice: it has its own database, its own keys, a keyring in
//! memory, and is never opened again.

mod past;
mod staff;

use std::sync::{Arc, OnceLock};

use tokio::sync::watch;

use super::{Backend, Embedded, Kept, OpenFault, Opened};
use crate::api::AuthenticatorKey;
use crate::delivery::Inbox;
use crate::domain::{Timestamp, TotpSecret, step_at};
use crate::keychain::{Home, Keychain};
use crate::service::{Clock, HashCost, Keys, Service, SystemClock, SystemRandom};
use crate::store::Store;
use past::{Behind, Teller};

pub use crate::delivery::Message;
pub use staff::PASSWORD;
#[cfg(test)]
pub(super) use staff::delivery;

/// The made-up practice of one run of the program.
pub struct Demo {
    folder: tempfile::TempDir,
    keychain: Keychain,
    inbox: Arc<Inbox>,
    phones: OnceLock<Vec<Phone>>,
}

/// The authenticator app of somebody made up.
#[derive(Debug)]
pub struct Phone {
    owner: &'static str,
    secret: TotpSecret,
}

impl Phone {
    /// Whose it is.
    #[must_use]
    pub fn owner(&self) -> &str {
        self.owner
    }

    /// What it shows.
    #[must_use]
    pub fn code(&self, now: Timestamp) -> String {
        let code = self.secret.code_at(step_at(now));
        code.expose().to_owned()
    }

    /// A phone that has scanned this key.
    fn new(owner: &'static str, key: &AuthenticatorKey) -> Option<Self> {
        let secret = TotpSecret::from_base32(key.text.expose())?;
        Some(Self { owner, secret })
    }
}

impl Demo {
    /// A place for a made-up practice.
    ///
    /// # Errors
    ///
    /// The folder for temporary files cannot be written.
    pub fn new() -> std::io::Result<Self> {
        Ok(Self {
            folder: tempfile::Builder::new()
                .prefix("vestibule-demo-")
                .tempdir()?,
            keychain: Keychain::in_memory().map_err(std::io::Error::other)?,
            inbox: Arc::default(),
            phones: OnceLock::new(),
        })
    }

    /// Where it is.
    #[must_use]
    pub fn place(&self) -> Embedded {
        Embedded {
            database: self.folder.path().join("vestibule.db"),
            keychain: self.keychain.clone(),
            clock: Arc::new(SystemClock),
        }
    }

    /// Who has signed in here.
    #[must_use]
    pub fn kept(&self) -> Kept {
        Kept::new(self.keychain.clone())
    }

    /// Every message so far, and word of what comes.
    #[must_use]
    pub fn inbox(&self) -> watch::Receiver<Vec<Message>> {
        self.inbox.watch()
    }

    /// The authenticator apps of the staff; none before the practice is open.
    #[must_use]
    pub fn phones(&self) -> &[Phone] {
        self.phones.get().map_or(&[], Vec::as_slice)
    }

    /// This computer's time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    /// Makes the practice with its past, up to now.
    ///
    /// # Errors
    ///
    /// As of [`Embedded::open`].
    pub async fn open(&self) -> Result<Opened, OpenFault> {
        let place = self.place();
        let store = Store::open(&place.database)
            .await
            .map_err(|fault| place.fault(&place.database, fault))?;
        let keys = Keys::generate(&SystemRandom);
        let clock = Arc::new(Behind::default());
        let service = Service::new(
            store,
            keys,
            clock.clone(),
            Arc::new(SystemRandom),
            HashCost::OWASP,
            self.inbox.clone(),
        );
        let service = service.map_err(|error| not_made(&error))?;
        let backend = Backend::Embedded(service.clone());
        let teller = Teller::new(&service, clock, &self.inbox);
        let phones = match teller.tell(&self.kept(), &backend).await {
            Ok(phones) => phones,
            Err(error) => {
                // The next try begins from nothing.
                service.close().await;
                let _ = std::fs::remove_file(&place.database);
                return Err(not_made(&*error));
            }
        };
        let _ = self.phones.set(phones);
        tokio::spawn(service.clone().run_outbox());
        Ok(Opened::Ready(backend, Home::Keyring))
    }
}

impl std::fmt::Debug for Demo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Demo(…)")
    }
}

fn not_made(error: &dyn std::error::Error) -> OpenFault {
    tracing::error!(%error, "the demo cannot be made");
    OpenFault::Other
}
