//! Which way the product runs: the only fork between embedded and remote.
//!
//! Knows how to reach whoever does a call. Must not know what any call means. Screens hold a
//! [`Backend`] and hand it values of [`crate::api`].

#[cfg(feature = "desktop")]
pub mod demo;
mod embedded;
mod kept;
#[cfg(feature = "desktop")]
#[cfg(test)]
pub(crate) mod staged;

use std::future::Future;
use std::sync::Arc;

use tokio::sync::watch;

use crate::api::{Call, Error, Token, Unreached};
use crate::client::{Client, Trust};
use crate::domain::Timestamp;
use crate::service::{Handle, Service, SystemClock, SystemRandom};

pub use crate::client::{NotAnAddress, ServerAddress};
pub use crate::keychain::Home;
pub use embedded::{
    Embedded, Export, Exported, KeepFault, OpenFault, Opened, Recovery, Restore, Restored,
    UnlockFault,
};
pub use kept::{Kept, Known};

/// Whoever does the calls.
#[derive(Clone, Debug)]
pub enum Backend {
    /// In this process, over SQLite.
    Embedded(Service),
    /// On a server.
    Remote(Client),
}

/// A call that every way of running serves. It is implemented for each call that the service
/// handles, so that a screen need not know the service to make one.
pub trait Served: Call {
    /// Has the call done for whoever holds this token.
    fn on(
        self,
        backend: &Backend,
        token: Option<&Token>,
    ) -> impl Future<Output = Result<Self::Reply, Error>> + Send;
}

impl<C: Call> Served for C
where
    Service: Handle<C>,
{
    async fn on(self, backend: &Backend, token: Option<&Token>) -> Result<C::Reply, Error> {
        // On the heap: whoever makes many calls would hold them all, one beside the other.
        match backend {
            Backend::Embedded(service) => Box::pin(service.call(token, self)).await,
            Backend::Remote(client) => Box::pin(client.call(token, self)).await,
        }
    }
}

/// The way to a server whose certificate the operating system trusts. Nothing is sent yet.
///
/// # Errors
///
/// [`Unreached::NoTrust`].
pub fn connect(address: &ServerAddress) -> Result<Backend, Unreached> {
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
    Client::new(address.clone(), &Trust::System, clock, random).map(Backend::Remote)
}

impl Backend {
    /// The server, if it is one.
    pub fn server(&self) -> Option<&ServerAddress> {
        match self {
            Self::Embedded(_) => None,
            Self::Remote(client) => Some(client.address()),
        }
    }

    /// Whether the server was reached, and what becomes of it; none of a practice in this process.
    pub fn reached(&self) -> Option<watch::Receiver<bool>> {
        match self {
            Self::Embedded(_) => None,
            Self::Remote(client) => Some(client.reached()),
        }
    }

    /// The backend's time: what the screens compare times with.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::Embedded(service) => service.now(),
            Self::Remote(client) => client.now(),
        }
    }

    /// By how much the clock that decides is ahead of this computer's, where that is another one
    /// and has been heard of.
    pub fn ahead(&self) -> Option<jiff::SignedDuration> {
        match self {
            Self::Embedded(_) => None,
            Self::Remote(client) => client.ahead(),
        }
    }

    /// What tells this backend from every other, for whatever is kept of it on this computer:
    /// of an embedded one the id of its practice, of a server its address.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] before the first run.
    pub async fn identity(&self) -> Result<String, Error> {
        match self {
            Self::Embedded(service) => service.first_practice().await,
            Self::Remote(client) => Ok(client.address().to_string()),
        }
    }

    /// Has a call done for whoever holds this token.
    ///
    /// # Errors
    ///
    /// As of [`Service::call`] in this process, and of [`Client::call`] on a server.
    pub async fn call<C: Served>(&self, token: Option<&Token>, call: C) -> Result<C::Reply, Error> {
        call.on(self, token).await
    }
}
