//! What is kept for each person who signs in on this computer. There is no file in its place: a
//! session in a file could be copied by whoever reads it.

#[cfg(test)]
use std::time::Duration;

use keyring_core::Error;
use secrecy::{ExposeSecret, SecretString};

use super::{Fault, Keychain, SERVICE, meaning, patiently};

/// Longer entries are not ours. The longest is the list of people, each with a name and an
/// e-mail address.
const LONGEST: usize = 64 * 1024;

/// An entry for one backend, and one person there. The names are fixed for ever.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Personal {
    /// The token of a person's session.
    Session {
        /// The backend.
        backend: String,
        /// The person.
        user: String,
    },
    /// The token of this computer for a person.
    Computer {
        /// The backend.
        backend: String,
        /// The person.
        user: String,
    },
    /// The token by which this computer is remembered for a person.
    Remembered {
        /// The backend.
        backend: String,
        /// The person.
        user: String,
    },
    /// Who has signed in on this computer.
    People {
        /// The backend.
        backend: String,
    },
}

impl Personal {
    fn name(&self) -> String {
        match self {
            Self::Session { backend, user } => format!("session {backend} {user}"),
            Self::Computer { backend, user } => format!("computer {backend} {user}"),
            Self::Remembered { backend, user } => format!("remembered {backend} {user}"),
            Self::People { backend } => format!("people {backend}"),
        }
    }
}

impl Keychain {
    /// What is kept under this name; what is too long to be ours is as nothing.
    ///
    /// # Errors
    ///
    /// A keyring that is missing, locked or silent never looks like an entry that is not there.
    pub async fn recall(&self, name: &Personal) -> Result<Option<SecretString>, Fault> {
        let (connect, name) = (self.connect.clone(), name.name());
        patiently(move || {
            let entry = connect()?
                .build(SERVICE, &name, None)
                .map_err(|error| meaning(&error))?;
            match entry.get_password() {
                Ok(text) => Ok(Some(SecretString::from(text))),
                // What is there and is no text is not ours either.
                Err(Error::NoEntry | Error::BadEncoding(_) | Error::BadDataFormat(..)) => Ok(None),
                Err(error) => Err(meaning(&error)),
            }
        })
        .await
        .map(|kept| kept.filter(|text| text.expose_secret().len() <= LONGEST))
    }

    /// Keeps a text under this name.
    pub async fn remember(&self, name: &Personal, text: &SecretString) -> Result<(), Fault> {
        let (connect, name, text) = (self.connect.clone(), name.name(), text.clone());
        patiently(move || {
            connect()?
                .build(SERVICE, &name, None)
                .and_then(|entry| entry.set_password(text.expose_secret()))
                .map_err(|error| meaning(&error))
        })
        .await
    }

    /// Removes what is kept under this name, if there is anything.
    pub async fn forget(&self, name: &Personal) -> Result<(), Fault> {
        let (connect, name) = (self.connect.clone(), name.name());
        patiently(move || {
            let entry = connect()?
                .build(SERVICE, &name, None)
                .map_err(|error| meaning(&error))?;
            match entry.delete_credential() {
                Ok(()) | Err(Error::NoEntry) => Ok(()),
                Err(error) => Err(meaning(&error)),
            }
        })
        .await
    }

    /// A keychain that always answers with this fault, after this time.
    #[cfg(test)]
    pub(crate) fn failing(fault: Fault, after: Duration) -> Self {
        Self {
            connect: std::sync::Arc::new(move || {
                std::thread::park_timeout(after);
                Err(fault)
            }),
            fallback: std::path::PathBuf::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Personal {
        Personal::Session {
            backend: "b".into(),
            user: "u".into(),
        }
    }

    #[test]
    fn the_names_of_the_entries_never_change() {
        assert_eq!(session().name(), "session b u");
        let (backend, user) = ("b".into(), "u".into());
        assert_eq!(Personal::Computer { backend, user }.name(), "computer b u");
        let (backend, user) = ("b".into(), "u".into());
        let remembered = Personal::Remembered { backend, user };
        assert_eq!(remembered.name(), "remembered b u");
        let backend = "b".into();
        assert_eq!(Personal::People { backend }.name(), "people b");
    }

    #[tokio::test]
    async fn an_entry_is_kept_and_forgotten() {
        let keychain = Keychain::in_memory().unwrap();
        keychain.forget(&session()).await.unwrap();
        assert!(keychain.recall(&session()).await.unwrap().is_none());
        let text = SecretString::from("kept");
        keychain.remember(&session(), &text).await.unwrap();
        let kept = keychain.recall(&session()).await.unwrap().unwrap();
        assert_eq!(kept.expose_secret(), "kept");
        keychain.forget(&session()).await.unwrap();
        assert!(keychain.recall(&session()).await.unwrap().is_none());
        // A megabyte is not ours (SECURITY.md, attack 75).
        let long = SecretString::from("x".repeat(1024 * 1024));
        keychain.remember(&session(), &long).await.unwrap();
        assert!(keychain.recall(&session()).await.unwrap().is_none());
    }

    /// Fault 18: nothing is made in the place of a keyring that is missing, locked or silent.
    #[tokio::test]
    async fn there_is_no_file_for_a_session() {
        let folder = tempfile::tempdir().unwrap();
        for fault in [Fault::Missing, Fault::Locked, Fault::Silent] {
            let keychain = Keychain {
                fallback: folder.path().join("keys"),
                ..Keychain::failing(fault, Duration::ZERO)
            };
            let text = SecretString::from("kept");
            assert_eq!(keychain.remember(&session(), &text).await, Err(fault));
            assert_eq!(keychain.recall(&session()).await.err(), Some(fault));
            assert_eq!(keychain.forget(&session()).await, Err(fault));
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
