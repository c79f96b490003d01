//! The list of who has signed in on a computer, as the keyring keeps it.
//!
//! Where a practice keeps no names, somebody who has left stands in it without one: by the id,
//! and by a digest that an address is found by and that shows none.

use sha2::{Digest, Sha256};

use super::{Known, MOST_PEOPLE, VERSION};
use crate::domain::{EmailAddress, PersonName, UserId};

/// What tells a digest from an address: no address holds it first.
const DIGEST: char = '#';

/// Who has signed in here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct List {
    /// By name, the last one first.
    pub(super) people: Vec<Known>,
    /// Without a name: the person, and the digest of the address.
    pub(super) unnamed: Vec<(UserId, String)>,
}

impl List {
    /// Puts somebody at the head.
    pub(super) fn arrived(&mut self, who: &Known, backend: &str) {
        let digest = digest(backend, &who.email);
        self.people
            .retain(|known| known.user != who.user && known.email != who.email);
        self.unnamed
            .retain(|(user, of)| *user != who.user && *of != digest);
        self.people.insert(0, who.clone());
        self.people.truncate(MOST_PEOPLE);
    }

    /// Takes the names away of all but these.
    pub(super) fn forget_names(&mut self, backend: &str, but: &[UserId]) {
        let (named, gone): (Vec<_>, Vec<_>) = std::mem::take(&mut self.people)
            .into_iter()
            .partition(|known| but.contains(&known.user));
        self.people = named;
        let gone = gone
            .into_iter()
            .map(|known| (known.user, digest(backend, &known.email)));
        self.unnamed = gone.chain(std::mem::take(&mut self.unnamed)).collect();
        self.unnamed.truncate(MOST_PEOPLE);
    }

    /// The person with this address, as typed.
    pub(super) fn find(&self, backend: &str, email: &str) -> Option<&UserId> {
        let email = EmailAddress::parse(email).ok()?;
        let mut people = self.people.iter();
        if let Some(known) = people.find(|known| known.email == email.as_str()) {
            return Some(&known.user);
        }
        let digest = digest(backend, email.as_str());
        let mut unnamed = self.unnamed.iter();
        unnamed.find(|(_, of)| *of == digest).map(|(user, _)| user)
    }

    pub(super) fn write(&self, backend: &str) -> String {
        let mut text = format!("{VERSION}\npeople\n{backend}");
        for known in &self.people {
            text.push_str(&format!(
                "\n{}\t{}\t{}",
                known.user, known.email, known.name
            ));
        }
        for (user, digest) in &self.unnamed {
            text.push_str(&format!("\n{user}\t{DIGEST}{digest}"));
        }
        text
    }

    /// What is not ours, or of another backend, is as an empty list.
    pub(super) fn read(backend: &str, text: &str) -> Self {
        let mut lines = text.split('\n');
        let head = [VERSION, "people", backend].map(Some);
        if [lines.next(), lines.next(), lines.next()] != head {
            return Self::default();
        }
        let lines: Vec<&str> = lines.collect();
        let people = lines.iter().filter_map(|line| read_known(line));
        let unnamed = lines.iter().filter_map(|line| read_unnamed(line));
        Self {
            people: people.take(MOST_PEOPLE).collect(),
            unnamed: unnamed.take(MOST_PEOPLE).collect(),
        }
    }
}

fn digest(backend: &str, email: &str) -> String {
    let digest = Sha256::digest(format!("{backend}\n{email}"));
    data_encoding::HEXLOWER.encode(&digest)
}

fn read_known(line: &str) -> Option<Known> {
    let mut parts = line.splitn(3, '\t');
    Some(Known {
        user: parts.next()?.parse().ok()?,
        email: EmailAddress::parse(parts.next()?).ok()?.as_str().to_owned(),
        name: PersonName::parse(parts.next()?).ok()?.as_str().to_owned(),
    })
}

fn read_unnamed(line: &str) -> Option<(UserId, String)> {
    let (user, digest) = line.split_once('\t')?;
    let digest = digest.strip_prefix(DIGEST)?;
    let whole = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some((user.parse().ok()?, digest.to_owned())).filter(|_| whole)
}
