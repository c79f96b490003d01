//! Conversations that go on: a server that has taken a letter is given the next without a new
//! handshake and a new sign-in.
//!
//! The mail library has a pool of its own. It is not used: it connects past [`super::super::wire`],
//! which keeps whoever stands on the way from answering too early (attack 83), it says of no error
//! at which step it came, and its connections are tried by a command more for each letter.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep};

use super::talk::Talk;
use crate::delivery::Patience;
use crate::domain::{MailSecurity, MailServer};

/// The most that are kept with one server: as many as a worker hands over side by side.
const MOST_KEPT: usize = 8;

/// The most letters in one conversation: ours, half of the hundred that large providers allow.
const MOST_LETTERS: u32 = 50;

/// With whom, and as whom: with other settings a conversation is another one.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Whom {
    host: String,
    port: u16,
    security: MailSecurity,
    user: Option<String>,
    /// A digest: the secret itself is not kept for this.
    secret: Option<[u8; 32]>,
}

impl Whom {
    pub(super) fn of(server: &MailServer, secret: Option<&SecretString>) -> Self {
        let user = server.user.clone();
        let secret = secret.filter(|_| user.is_some());
        Self {
            host: server.host.to_ascii_lowercase(),
            port: server.port,
            security: server.security,
            secret: secret.map(|secret| Sha256::digest(secret.expose_secret()).into()),
            user,
        }
    }
}

/// The conversations of one courier. A clone shares them.
#[derive(Clone, Default)]
pub(in crate::delivery) struct Kept(Arc<All>);

#[derive(Default)]
struct All {
    waiting: Mutex<HashMap<Whom, Vec<Waiting>>>,
}

/// A conversation in which nothing is said at the moment.
struct Waiting {
    talk: Talk,
    since: Instant,
    patience: Patience,
}

impl Kept {
    /// The one that has waited for the shortest time, if there is any.
    pub(super) fn take(&self, whom: &Whom) -> Option<Talk> {
        let mut waiting = self.0.waiting();
        let with = waiting.get_mut(whom)?;
        let newest = with.pop();
        if with.is_empty() {
            waiting.remove(whom);
        }
        newest.map(|newest| newest.talk)
    }

    /// Gives up all with this server, without a word: it has not answered the newest of them.
    pub(super) fn drop_all(&self, whom: &Whom) {
        self.0.waiting().remove(whom);
    }

    /// Keeps one for [`Patience::kept`], or ends it.
    pub(super) async fn put(&self, whom: Whom, talk: Talk, patience: Patience) {
        let lasts = !patience.kept.is_zero() && talk.letters() < MOST_LETTERS;
        let too_many = if lasts {
            self.0.add(&whom, talk, patience)
        } else {
            Some(talk)
        };
        if let Some(talk) = too_many {
            return talk.end(patience).await;
        }
        let all = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            sleep(patience.kept).await;
            end_overdue(&all, &whom).await;
        });
    }
}

impl All {
    fn waiting(&self) -> MutexGuard<'_, HashMap<Whom, Vec<Waiting>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one in, or hands it back where enough are waiting.
    fn add(&self, whom: &Whom, talk: Talk, patience: Patience) -> Option<Talk> {
        let mut waiting = self.waiting();
        let with = waiting.entry(whom.clone()).or_default();
        if with.len() >= MOST_KEPT {
            return Some(talk);
        }
        let since = Instant::now();
        with.push(Waiting {
            talk,
            since,
            patience,
        });
        None
    }

    /// Takes those out that have waited for as long as they are kept.
    fn overdue(&self, whom: &Whom) -> Vec<Waiting> {
        let mut waiting = self.waiting();
        let Some(with) = waiting.get_mut(whom) else {
            return Vec::new();
        };
        let (over, still) = with
            .drain(..)
            .partition(|it: &Waiting| it.since.elapsed() >= it.patience.kept);
        *with = still;
        if with.is_empty() {
            waiting.remove(whom);
        }
        over
    }
}

async fn end_overdue(all: &Weak<All>, whom: &Whom) {
    let over = all.upgrade().map(|all| all.overdue(whom));
    for it in over.into_iter().flatten() {
        it.talk.end(it.patience).await;
    }
}

impl Drop for All {
    /// Says good-bye to all of them, where there is somebody to do it.
    fn drop(&mut self) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        for it in self.waiting().drain().flat_map(|(_, with)| with) {
            runtime.spawn(it.talk.end(it.patience));
        }
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept(…)")
    }
}
