//! What this computer's keyring keeps of the people who sign in here.
//!
//! Every entry is bound to one backend and one person, in its name and in itself: one that was
//! copied to another's place is not used. What cannot be written is held in memory for as long
//! as the program runs, and nowhere else.

use std::collections::HashMap;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Mutex, MutexGuard};

use crate::api::{Me, Secret, Token};
use crate::domain::{EmailAddress, PersonName, UserId};
use crate::keychain::{Fault, Keychain, Personal};

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
        self.list(&held).await
    }

    /// The token of a person's session, if one is kept.
    ///
    /// # Errors
    ///
    /// As of [`Self::people`].
    pub async fn session(&self, user: &UserId) -> Result<Option<Token>, Fault> {
        let held = self.held.lock().await;
        self.token(&held, "session", user).await
    }

    /// What makes a person known on this computer, if it is kept and can be had.
    pub async fn computer(&self, user: &UserId) -> Option<Secret> {
        let held = self.held.lock().await;
        self.token(&held, "computer", user).await.ok().flatten()
    }

    /// As [`Self::computer`], for the person with this e-mail address, as typed.
    pub async fn computer_of(&self, email: &str) -> Option<Secret> {
        let email = EmailAddress::parse(email).ok()?;
        let people = self.people().await.ok()?;
        let known = people.iter().find(|known| known.email == email.as_str())?;
        self.computer(&known.user).await
    }

    /// Keeps a person's session, and puts the person at the head of the list.
    ///
    /// # Errors
    ///
    /// What the keyring answered; the session is held in memory then.
    pub async fn arrived(&self, who: &Known, token: &Token) -> Result<(), Fault> {
        let mut held = self.held.lock().await;
        let kept = self.put_token(&mut held, "session", &who.user, token).await;
        let mut people = self.list(&held).await?;
        people.retain(|known| known.user != who.user && known.email != who.email);
        people.insert(0, who.clone());
        people.truncate(MOST_PEOPLE);
        let Some(name) = self.name("people", None) else {
            return kept;
        };
        let backend = self.backend.as_deref().unwrap_or_default();
        let text = SecretString::from(write_people(backend, &people));
        self.put(&mut held, name, Some(text)).await?;
        kept
    }

    /// Keeps what makes a person known on this computer.
    ///
    /// # Errors
    ///
    /// As of [`Self::arrived`].
    pub async fn keep_computer(&self, user: &UserId, computer: &Secret) -> Result<(), Fault> {
        let mut held = self.held.lock().await;
        self.put_token(&mut held, "computer", user, computer).await
    }

    /// Removes a person's session; the person stays on the list.
    ///
    /// # Errors
    ///
    /// As of [`Self::arrived`].
    pub async fn left(&self, user: &UserId) -> Result<(), Fault> {
        let mut held = self.held.lock().await;
        match self.name("session", Some(user)) {
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

    fn name(&self, kind: &str, user: Option<&UserId>) -> Option<Personal> {
        let backend = self.backend.clone()?;
        Some(match (kind, user.map(ToString::to_string)) {
            ("session", Some(user)) => Personal::Session { backend, user },
            ("computer", Some(user)) => Personal::Computer { backend, user },
            _ => Personal::People { backend },
        })
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

    async fn list(&self, held: &MutexGuard<'_, Held>) -> Result<Vec<Known>, Fault> {
        let (Some(name), Some(backend)) = (self.name("people", None), &self.backend) else {
            return Ok(Vec::new());
        };
        let text = self.get(held, &name).await?;
        Ok(text.map_or_else(Vec::new, |text| read_people(backend, text.expose_secret())))
    }

    async fn token(
        &self,
        held: &MutexGuard<'_, Held>,
        kind: &str,
        user: &UserId,
    ) -> Result<Option<Token>, Fault> {
        let (Some(name), Some(backend)) = (self.name(kind, Some(user)), &self.backend) else {
            return Ok(None);
        };
        let text = self.get(held, &name).await?;
        Ok(text.and_then(|text| read_token(kind, backend, user, text.expose_secret())))
    }

    async fn put_token(
        &self,
        held: &mut MutexGuard<'_, Held>,
        kind: &str,
        user: &UserId,
        token: &Token,
    ) -> Result<(), Fault> {
        let (Some(name), Some(backend)) = (self.name(kind, Some(user)), &self.backend) else {
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

fn write_token(kind: &str, backend: &str, user: &UserId, token: &Token) -> SecretString {
    let before = format!("{VERSION}\n{kind}\n{backend}\n{user}\n");
    SecretString::from([&before, token.expose()].concat())
}

fn read_token(kind: &str, backend: &str, user: &UserId, text: &str) -> Option<Token> {
    let lines: Vec<&str> = text.split('\n').collect();
    match lines[..] {
        [VERSION, its_kind, its_backend, its_user, token] => {
            let ours = its_kind == kind && its_backend == backend && its_user == user.as_str();
            let whole = token.len() == TOKEN
                && token
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
            (ours && whole).then(|| Token::new(token))
        }
        _ => None,
    }
}

fn write_people(backend: &str, people: &[Known]) -> String {
    let mut text = format!("{VERSION}\npeople\n{backend}");
    for known in people {
        text.push_str(&format!(
            "\n{}\t{}\t{}",
            known.user, known.email, known.name
        ));
    }
    text
}

fn read_people(backend: &str, text: &str) -> Vec<Known> {
    let mut lines = text.split('\n');
    let head = [VERSION, "people", backend].map(Some);
    if [lines.next(), lines.next(), lines.next()] != head {
        return Vec::new();
    }
    lines.filter_map(read_known).take(MOST_PEOPLE).collect()
}

fn read_known(line: &str) -> Option<Known> {
    let mut parts = line.splitn(3, '\t');
    Some(Known {
        user: parts.next()?.parse().ok()?,
        email: EmailAddress::parse(parts.next()?).ok()?.as_str().to_owned(),
        name: PersonName::parse(parts.next()?).ok()?.as_str().to_owned(),
    })
}

#[cfg(test)]
mod tests;
