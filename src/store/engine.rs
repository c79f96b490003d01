//! What the two databases do not share: how a transaction begins, and what keeps writers apart.
//!
//! # Who waits for whom
//!
//! SQLite has one writer at a time. On PostgreSQL the locks below give each kind of writer that
//! meaning, no more and no less; all are of the transaction (`pg_advisory_xact_lock`), so that
//! they end with it and a pooler may stand in between. They are taken in this order alone, each at
//! most once, so that no two transactions can ever wait for each other:
//!
//! 1. the practice's own: shared by everybody who writes, but held alone by
//!    [`Store::write`](super::Store::write);
//! 2. that of a person ([`About::Person`]), of the failures by address ([`About::Origins`]), or of
//!    a chain of seals ([`About::Chain`]);
//! 3. that of a destination ([`About::Destination`]);
//! 4. that of a practice's budget ([`About::Budget`]).
//!
//! Row locks come after these. A transaction that runs beside other writers updates at most one row
//! that they may update too, and waits for no lock while it holds that row. What removes what has
//! ended takes many, of which no other transaction holds two.

use sha2::{Digest, Sha256};
use sqlx::{SqlSafeStr, SqlStr};

use super::MessageKind;
use crate::domain::PracticeId;

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Engine {
    /// A file.
    Sqlite,
    /// A server.
    #[cfg(feature = "server")]
    Postgres {
        /// Whether a pooler stands in between, which may give each transaction another session.
        pooler: bool,
    },
}

/// What a transaction is about, while others write about others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About<'a> {
    /// A person, by the id; or by what its tries are counted under, an address without an account.
    Person(&'a str),
    /// The failures by address of the network: old ones are forgotten whosever they are.
    Origins,
    /// The seals of Activity, by the practice that they are of.
    Chain(&'a str),
    /// Where a message goes to, by its keyed hash: limits hold there over all accounts.
    Destination(&'a str),
    /// What a practice may send of a kind: it holds over all destinations.
    Budget(&'a PracticeId, MessageKind),
}

/// Whom a writer keeps from writing until it has ended.
#[derive(Clone, Copy, Debug)]
pub(super) enum Keeping {
    /// Everybody.
    All,
    /// Whoever writes about the same.
    About(Taken),
    /// Nobody, but for whoever keeps everybody.
    Nobody,
    /// The same, and without waiting for the disk of a server.
    NobodySoon,
}

/// A lock that is taken: the later ones stand higher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Taken {
    rank: u8,
    key: i64,
}

impl About<'_> {
    /// Its lock. What stands before the hash keeps two kinds from ever having the same, which
    /// would turn their order around.
    pub(super) fn lock(self) -> Taken {
        let (rank, name) = match self {
            Self::Person(subject) => (1, format!("person|{subject}")),
            Self::Origins => (1, "origins|".to_owned()),
            Self::Chain(subject) => (1, format!("chain|{subject}")),
            Self::Destination(subject) => (2, format!("destination|{subject}")),
            Self::Budget(practice, kind) => (3, format!("budget|{practice}|{}", kind.as_str())),
        };
        let hash = Sha256::digest(name);
        let low = hash[..8]
            .iter()
            .fold(0_i64, |low, byte| (low << 8) | i64::from(*byte));
        Taken {
            rank,
            key: (low & (i64::MAX >> 4)) | (i64::from(rank) << 60),
        }
    }
}

impl Taken {
    /// Whether this may be taken by whoever has another already.
    pub(super) fn comes_after(self, other: Option<Self>) -> bool {
        other.is_none_or(|other| other.rank < self.rank)
    }

    /// What PostgreSQL knows it by.
    pub(super) const fn key(self) -> i64 {
        self.key
    }
}

impl Engine {
    /// Begins to read one consistent state.
    pub(super) fn reading(self) -> SqlStr {
        match self {
            Self::Sqlite => "BEGIN".into_sql_str(),
            #[cfg(feature = "server")]
            Self::Postgres { pooler } => sqlx::AssertSqlSafe(format!(
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {}",
                limits(pooler)
            ))
            .into_sql_str(),
        }
    }

    /// Begins to write, and takes the locks in the same breath.
    pub(super) fn writing(self, keeping: Keeping) -> SqlStr {
        match self {
            // There is one writer, whomever it has to keep from writing.
            Self::Sqlite => match keeping {
                Keeping::All | Keeping::About(_) | Keeping::Nobody | Keeping::NobodySoon => {
                    "BEGIN IMMEDIATE"
                }
            }
            .into_sql_str(),
            #[cfg(feature = "server")]
            Self::Postgres { pooler } => {
                let locks = match keeping {
                    Keeping::All => format!("SELECT pg_advisory_xact_lock({EVERYTHING})"),
                    Keeping::Nobody => format!("SELECT pg_advisory_xact_lock_shared({EVERYTHING})"),
                    Keeping::NobodySoon => format!(
                        "SET LOCAL synchronous_commit = off;
                         SELECT pg_advisory_xact_lock_shared({EVERYTHING})"
                    ),
                    Keeping::About(lock) => format!(
                        "SELECT pg_advisory_xact_lock_shared({EVERYTHING});
                         SELECT pg_advisory_xact_lock({})",
                        lock.key()
                    ),
                };
                // Each statement sees what was committed before it began: whoever waited for a
                // lock sees what was done under it.
                let limits = limits(pooler);
                sqlx::AssertSqlSafe(format!(
                    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; {limits}{locks}"
                ))
                .into_sql_str()
            }
        }
    }

    /// Whether statements are kept on the connection by a name, and planned once. A pooler hands a
    /// connection on after each transaction, names and all.
    pub(super) fn names_statements(self) -> bool {
        match self {
            Self::Sqlite => true,
            #[cfg(feature = "server")]
            Self::Postgres { pooler } => !pooler,
        }
    }

    /// Whether others may write at the same time, over a network.
    pub(super) fn is_shared(self) -> bool {
        self != Self::Sqlite
    }
}

/// The lock that everybody who writes shares, and whoever writes alone holds alone.
#[cfg(feature = "server")]
pub(super) const EVERYTHING: i64 = 0x0056_4553_5449_4255;

/// What holds for every connection: what is acknowledged is on the disk, and a client that stops
/// holds nobody up. Times in milliseconds.
#[cfg(feature = "server")]
pub(super) const LIMITS: [(&str, &str); 4] = [
    ("synchronous_commit", "on"),
    ("statement_timeout", "5000"),
    ("lock_timeout", "5000"),
    ("idle_in_transaction_session_timeout", "5000"),
];

/// Behind a pooler they are said for each transaction alone: the next one of the session may be
/// another program's.
#[cfg(feature = "server")]
fn limits(pooler: bool) -> String {
    if !pooler {
        return String::new();
    }
    let all = LIMITS.map(|(name, value)| format!("set_config('{name}', '{value}', true)"));
    format!("SELECT {}; ", all.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_subjects_share_a_lock_and_kinds_keep_their_order() {
        let practice = "00000000-0000-7000-8000-000000000000".parse().unwrap();
        let all = [
            About::Person("a"),
            About::Person("b"),
            About::Origins,
            About::Chain("a"),
            About::Destination("a"),
            About::Destination("b"),
            About::Budget(&practice, MessageKind::Code),
            About::Budget(&practice, MessageKind::Reset),
        ];
        for (at, one) in all.iter().enumerate() {
            for other in &all[..at] {
                assert_ne!(one.lock().key(), other.lock().key());
            }
        }
        let (person, destination) = (all[0].lock(), all[4].lock());
        assert!(destination.comes_after(Some(person)) && person.comes_after(None));
        assert!(!person.comes_after(Some(destination)));
        let budget = all[6].lock();
        assert!(budget.comes_after(Some(destination)) && !destination.comes_after(Some(budget)));
        assert!(!all[1].lock().comes_after(Some(person)));
    }
}
