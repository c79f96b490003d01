//! What this computer's keyring keeps of the people who sign in here.
//!
//! Every entry is bound to one backend and one person, in its name and in itself: one that was
//! copied to another's place is not used. What cannot be written is held in memory for as long
//! as the program runs, and nowhere else.

mod list;

use std::collections::HashMap;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Mutex, MutexGuard};

use crate::api::{Me, Secret, Token};
use crate::domain::UserId;
use crate::keychain::{Fault, Keychain, Personal};
use list::List;

/// People that a computer's list holds: a reception desk has a few.
const MOST_PEOPLE: usize = 50;
/// Characters of a token: 256 bits as URL-safe text.
const TOKEN: usize = 43;
/// The first line of every entry: how the rest is to be read.
const VERSION: &str = "1";

/// The people, sessions and tokens of this computer.
#[derive(Clone)]
pub struct Kept {
    keychain: Keychain,
    /// None before a backend is open: then nothing is read or written.
    backend: Option<String>,
    /// Held for a whole change, so that of two the later one stands.
    held: Arc<Mutex<Held>>,
}

/// What could not be written, or removed.
type Held = HashMap<Personal, Option<SecretString>>;

/// Somebody who has signed in on this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The person.
    pub user: UserId,
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
}

/// What a token of a person is good for; each has an entry of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The person's session.
    Session,
    /// What makes the person known on this computer.
    Computer,
    /// What makes this computer a remembered one.
    Remembered,
}

impl Kind {
    /// As it is written into the entry.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Computer => "computer",
            Self::Remembered => "remembered",
        }
    }
}

impl From<&Me> for Known {
    fn from(me: &Me) -> Self {
        Self {
            user: me.user.clone(),
            name: me.name.clone(),
            email: me.email.clone(),
        }
    }
}

impl Kept {
    /// Over a keyring, for no backend yet.
    pub fn new(keychain: Keychain) -> Self {
        Self {
            keychain,
            backend: None,
            held: Arc::default(),
        }
    }

    /// The entries of one backend.
    #[must_use]
    pub fn bound_to(&self, backend: String) -> Self {
        Self {
            backend: Some(backend),
            ..self.clone()
        }
    }

    /// Who has signed in here, the last one first.
    ///
    /// # Errors
    ///
    /// [`Fault::Locked`] and [`Fault::Silent`]; a keyring that is missing has an empty list.
    pub async fn people(&self) -> Result<Vec<Known>, Fault> {
        let held = self.held.lock().await;
        Ok(self.list(&held).await?.people)
    }

    /// The token of a person's session, if one is kept.
    ///
    /// # Errors
    ///
    /// As of [`Self::people`].
    pub async fn session(&self, user: &UserId) -> Result<Option<Token>, Fault> {
        let held = self.held.lock().await;
        self.token(&held, Kind::Session, user).await
    }

    /// What makes a person known on this computer, if it is kept and can be had.
    pub async fn computer(&self, user: &UserId) -> Option<Secret> {
        let held = self.held.lock().await;
        self.token(&held, Kind::Computer, user).await.ok().flatten()
    }

    /// Who of this computer's list has this e-mail address, as typed.
    pub async fn whose(&self, email: &str) -> Option<UserId> {
        let held = self.held.lock().await;
        let list = self.list(&held).await.ok()?;
        list.find(self.backend.as_deref()?, email).cloned()
    }

    /// Takes what makes this computer a remembered one for a person out of the keyring. It is
    /// good once: what cannot be taken out is not used, or a copy would be left of it.
    pub async fn take_remembered(&self, user: &UserId) -> Option<Secret> {
        let mut held = self.held.lock().await;
        let token = self.token(&held, Kind::Remembered, user).await.ok()??;
        let name = self.name(Kind::Remembered, user)?;
        match self.put(&mut held, name, None).await {
            Ok(()) | Err(Fault::Missing) => Some(token),
            Err(Fault::Locked | Fault::Silent) => None,
        }
    }

    /// Keeps what makes this computer a remembered one for a person.
    ///
    /// # Errors
    ///
    /// As of [`Self::arrived`].
    pub async fn keep_remembered(&self, user: &UserId, token: &Secret) -> Result<(), Fault> {
        let mut held = self.held.lock().await;
        self.put_token(&mut held, Kind::Remembered, user, token)
            .await
    }

    /// Takes the names away of all whose session is not kept. They are still known by their
    /// address, once they have typed it.
    ///
    /// # Errors
    ///
    /// As of [`Self::people`] and [`Self::arrived`].
    pub async fn forget_names(&self) -> Result<(), Fault> {
        let mut held = self.held.lock().await;
        let mut list = self.list(&held).await?;
        let mut here = Vec::new();
        for known in &list.people {
            if self
                .token(&held, Kind::Session, &known.user)
                .await?
                .is_some()
            {
                here.push(known.user.clone());
            }
        }
        if here.len() == list.people.len() {
            return Ok(());
        }
        list.forget_names(self.backend.as_deref().unwrap_or_default(), &here);
        self.put_list(&mut held, &list).await
    }

    /// Keeps a person's session, and puts the person at the head of the list.
    ///
    /// # Errors
    ///
    /// What the keyring answered; the session is held in memory then.
    pub async fn arrived(&self, who: &Known, token: &Token) -> Result<(), Fault> {
        let mut held = self.held.lock().await;
        let kept = self
            .put_token(&mut held, Kind::Session, &who.user, token)
            .await;
        let mut list = self.list(&held).await?;
        list.arrived(who, self.backend.as_deref().unwrap_or_default());
        self.put_list(&mut held, &list).await?;
        kept
    }

    /// Keeps what makes a person known on this computer.
    ///
    /// # Errors
    ///
    /// As of [`Self::arrived`].
    pub async fn keep_computer(&self, user: &UserId, computer: &Secret) -> Result<(), Fault> {
        let mut held = self.held.lock().await;
        self.put_token(&mut held, Kind::Computer, user, computer)
            .await
    }

    /// Removes a person's session; the person stays on the list.
    ///
    /// # Errors
    ///
    /// As of [`Self::arrived`].
    pub async fn left(&self, user: &UserId) -> Result<(), Fault> {
        let mut held = self.held.lock().await;
        match self.name(Kind::Session, user) {
            Some(name) => self.put(&mut held, name, None).await,
            None => Ok(()),
        }
    }

    /// Writes what could not be written.
    ///
    /// # Errors
    ///
    /// The first that the keyring answered.
    pub async fn try_again(&self) -> Result<(), Fault> {
        let mut held = self.held.lock().await;
        for (name, text) in held.clone() {
            self.put(&mut held, name, text).await?;
        }
        Ok(())
    }

    /// Waits until no change is under way.
    pub async fn settled(&self) {
        drop(self.held.lock().await);
    }

    fn name(&self, kind: Kind, user: &UserId) -> Option<Personal> {
        let (backend, user) = (self.backend.clone()?, user.to_string());
        Some(match kind {
            Kind::Session => Personal::Session { backend, user },
            Kind::Computer => Personal::Computer { backend, user },
            Kind::Remembered => Personal::Remembered { backend, user },
        })
    }

    fn list_name(&self) -> Option<Personal> {
        let backend = self.backend.clone()?;
        Some(Personal::People { backend })
    }

    async fn get(
        &self,
        held: &MutexGuard<'_, Held>,
        name: &Personal,
    ) -> Result<Option<SecretString>, Fault> {
        if let Some(text) = held.get(name) {
            return Ok(text.clone());
        }
        match self.keychain.recall(name).await {
            Err(Fault::Missing) => Ok(None),
            answer => answer,
        }
    }

    async fn put(
        &self,
        held: &mut MutexGuard<'_, Held>,
        name: Personal,
        text: Option<SecretString>,
    ) -> Result<(), Fault> {
        let done = match &text {
            Some(text) => self.keychain.remember(&name, text).await,
            None => self.keychain.forget(&name).await,
        };
        match done {
            Ok(()) => held.remove(&name),
            Err(_) => held.insert(name, text),
        };
        done
    }

    async fn list(&self, held: &MutexGuard<'_, Held>) -> Result<List, Fault> {
        let (Some(name), Some(backend)) = (self.list_name(), &self.backend) else {
            return Ok(List::default());
        };
        let text = self.get(held, &name).await?;
        Ok(text.map_or_else(List::default, |text| {
            List::read(backend, text.expose_secret())
        }))
    }

    async fn put_list(&self, held: &mut MutexGuard<'_, Held>, list: &List) -> Result<(), Fault> {
        let (Some(name), Some(backend)) = (self.list_name(), &self.backend) else {
            return Ok(());
        };
        let text = SecretString::from(list.write(backend));
        self.put(held, name, Some(text)).await
    }

    async fn token(
        &self,
        held: &MutexGuard<'_, Held>,
        kind: Kind,
        user: &UserId,
    ) -> Result<Option<Token>, Fault> {
        let (Some(name), Some(backend)) = (self.name(kind, user), &self.backend) else {
            return Ok(None);
        };
        let text = self.get(held, &name).await?;
        Ok(text.and_then(|text| read_token(kind, backend, user, text.expose_secret())))
    }

    async fn put_token(
        &self,
        held: &mut MutexGuard<'_, Held>,
        kind: Kind,
        user: &UserId,
        token: &Token,
    ) -> Result<(), Fault> {
        let (Some(name), Some(backend)) = (self.name(kind, user), &self.backend) else {
            return Ok(());
        };
        let text = write_token(kind, backend, user, token);
        self.put(held, name, Some(text)).await
    }
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

fn write_token(kind: Kind, backend: &str, user: &UserId, token: &Token) -> SecretString {
    let kind = kind.as_str();
    let before = format!("{VERSION}\n{kind}\n{backend}\n{user}\n");
    SecretString::from([&before, token.expose()].concat())
}

fn read_token(kind: Kind, backend: &str, user: &UserId, text: &str) -> Option<Token> {
    let lines: Vec<&str> = text.split('\n').collect();
    match lines[..] {
        [VERSION, its_kind, its_backend, its_user, token] => {
            let ours =
                its_kind == kind.as_str() && its_backend == backend && its_user == user.as_str();
            let whole = token.len() == TOKEN
                && token
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
            (ours && whole).then(|| Token::new(token))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
