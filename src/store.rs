//! The database: SQL, migrations, transactions.
//!
//! Knows statements and rows. Must not know the rules: what a failure costs, when a code ends or
//! who may ask is decided by [`crate::domain`] and [`crate::service`] and handed in as values.
//!
//! Every check-and-act is one conditional statement, and its caller learns whether it took
//! effect. One SQL text serves SQLite and PostgreSQL: columns are TEXT, BIGINT and BLOB (BYTEA)
//! alone, and texts compare byte by byte. What differs stays in `engine.rs`, `sqlite.rs` and
//! `postgres.rs`, but for two locks (`transaction.rs` takes one more for a transaction, and in
//! `outbox/carrying.rs` workers skip each other's rows) and for what reads files alone
//! (`files.rs`, `copies.rs`, `moving/tables.rs`). `engine.rs` tells who waits for whom.

mod activity;
mod addresses;
mod agreements;
mod allowed;
mod codes;
mod copies;
mod deliveries;
mod desk_screens;
mod dry_run;
mod engine;
mod fault;
mod files;
mod history;
mod invitations;
mod keeping;
mod locks;
mod log;
mod memberships;
mod methods;
mod moving;
mod new_addresses;
mod notices;
mod offered_places;
mod origins;
mod outbox;
mod people;
mod place;
#[cfg(feature = "server")]
mod postgres;
mod practices;
#[cfg(feature = "server")]
mod probe;
mod purging;
mod recovery;
mod remembered;
mod requests;
mod rounds;
mod sealed;
mod seals;
mod sessions;
mod sqlite;
mod statement;
mod transaction;
mod tries;
mod users;
mod waiting;

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyPool};

use crate::domain::Timestamp;

pub use activity::{EntryFilter, EntryRow};
pub use agreements::NewAgreement;
pub use allowed::NewAllowance;
pub use codes::{Bond, CodeRow, NewCode};
pub use copies::{CopyFault, copy};
pub use deliveries::{DeliveryRow, NewDelivery, Sends};
pub use desk_screens::{DeskCodeRow, DeskScreen, NewDeskCode};
pub use dry_run::{AwayRow, Plan, StopCounts, StoppedRow};
pub use engine::About;
pub use fault::Fault;
pub use files::{Alone, holds_practice, inspect_whole, moved, replace};
pub use invitations::NewInvitation;
pub use log::Event;
pub use memberships::{MembershipRow, NewPlace, PlaceRow};
pub use methods::{MethodRow, NewMethod};
pub use moving::{Cell, Moving};
pub use new_addresses::NewAddressRow;
pub use notices::{NewNotice, NoticeRow};
pub use offered_places::{NewOffer, OfferedPlace};
pub use outbox::{
    Counted, Limit, Limits, MessageKind, NewMessage, SendingRow, SendingState, Taken,
};
pub use people::{Filter, PersonRow, TurnedOn};
#[cfg(feature = "server")]
pub use postgres::Connections;
pub use practices::{NewRule, PracticeRow, RuleRow, SealedPractice};
pub use purging::{Leftover, Walked};
pub use recovery::{NewRecoverySet, RecoverySetRow};
pub use remembered::{NewRemembered, RememberedRow, Turn};
pub use requests::TakenRequest;
pub use rounds::{ReachedRow, RoundRow, TargetRow};
pub use sealed::Sealed;
pub use seals::{EntryAsKept, Head, Segment};
pub use sessions::{DeskSession, NewSession, SessionRow};
pub use statement::{MemberThen, MethodThen};
pub use transaction::Tx;
pub use users::{RequirementRow, RequirementSource, UserRow};
pub use waiting::{WaitingKind, WaitingRow};

use engine::{Engine, Keeping};

/// How long a statement waits for another writer, and anybody for a connection, before it is
/// given up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The database: a file, or one of a server.
#[derive(Clone, Debug)]
pub struct Store {
    readers: AnyPool,
    /// Of a file one connection: others would wait for it in any case, and what it has read stays
    /// true until another program writes. Of a server all of them.
    writers: AnyPool,
    opened: Arc<Opened>,
}

/// What is known of an open database.
#[derive(Debug)]
struct Opened {
    engine: Engine,
    /// Held as long as a file is open: whoever replaces it waits for that.
    file: Option<File>,
    /// Whether a practice that moved is looked at all the same: by what moves it.
    moved_too: bool,
    /// How many transactions there are: tells a pool that is in use from one without a connection.
    held: AtomicU32,
    /// What looks whether it answers, where that is not this program's to know.
    #[cfg(feature = "server")]
    probe: Option<probe::Probe>,
}

impl Opened {
    fn of(engine: Engine) -> Self {
        Self {
            engine,
            file: None,
            moved_too: false,
            held: AtomicU32::new(0),
            #[cfg(feature = "server")]
            probe: None,
        }
    }
}

impl Store {
    fn over(readers: AnyPool, writers: AnyPool, opened: Opened) -> Self {
        Self {
            readers,
            writers,
            opened: Arc::new(opened),
        }
    }

    /// A transaction that may write, while nobody else does.
    ///
    /// # Errors
    ///
    /// [`Fault::Busy`] if others take longer than we wait; [`Fault::Unreachable`] if the server
    /// does not answer; [`Fault::Moved`] if the practice of a file went to one; or any other
    /// [`Fault`] of the database or its disk.
    pub async fn write(&self) -> Result<Tx, Fault> {
        Tx::begin(self, Some(Keeping::All)).await
    }

    /// A transaction that may write what is about this alone. Others may write about something
    /// else meanwhile, where the database lets them; about the same nobody does, nor does anybody
    /// who writes by [`Self::write`].
    ///
    /// # Errors
    ///
    /// As of [`Self::write`].
    pub async fn write_about(&self, about: About<'_>) -> Result<Tx, Fault> {
        Tx::begin(self, Some(Keeping::About(about.lock()))).await
    }

    /// A transaction that may write while anybody does but those of [`Self::write`]: for a single
    /// conditional statement, and for rows that are only ever added.
    ///
    /// # Errors
    ///
    /// As of [`Self::write`].
    pub async fn write_beside(&self) -> Result<Tx, Fault> {
        Tx::begin(self, Some(Keeping::Nobody)).await
    }

    /// The same, for what nothing is lost with: a server answers before it is on the disk, and has
    /// it there within a second, but no later than whatever is committed after it (PostgreSQL 15,
    /// 30.4). A file waits as ever.
    ///
    /// # Errors
    ///
    /// As of [`Self::write`].
    pub async fn write_soon(&self) -> Result<Tx, Fault> {
        Tx::begin(self, Some(Keeping::NobodySoon)).await
    }

    /// A transaction that reads one consistent state.
    ///
    /// # Errors
    ///
    /// As of [`Self::write`].
    pub async fn read(&self) -> Result<Tx, Fault> {
        Tx::begin(self, None).await
    }

    /// Whether it answers, however many are served by it at this moment.
    ///
    /// # Errors
    ///
    /// Why it does not.
    #[cfg(feature = "server")]
    pub async fn answers(&self) -> Result<(), Fault> {
        match &self.opened.probe {
            Some(probe) if !self.is_closed() => probe.answers().await,
            _ => Tx::begin(self, None).await.map(drop),
        }
    }

    /// Whether other programs on other computers may write to it.
    pub fn is_shared(&self) -> bool {
        self.opened.engine.is_shared()
    }

    /// Whether the connections were closed.
    pub fn is_closed(&self) -> bool {
        self.readers.is_closed()
    }

    /// Closes the connections, so that a file stands alone.
    pub async fn close(&self) {
        // A call that was given up for want of an answer may have a connection still.
        let both = async {
            self.writers.close().await;
            self.readers.close().await;
        };
        let closed = tokio::time::timeout(BUSY_TIMEOUT, both).await;
        if closed.is_err() {
            tracing::warn!("a connection to the database was not given back");
        }
        // Others that were made of this one share the connections, which are closed for all.
        if let Some(Err(error)) = self.opened.file.as_ref().map(File::unlock) {
            tracing::warn!(%error, "the database counts as open until this program ends");
        }
    }

    async fn acquire(&self, pool: &AnyPool) -> Result<PoolConnection<Any>, Fault> {
        pool.acquire().await.map_err(|error| match error {
            // sqlx hides why no connection can be made behind the end of the wait for one.
            sqlx::Error::PoolTimedOut if self.has_places() => {
                Fault::Unreachable("no connection".into())
            }
            error => error.into(),
        })
    }

    /// Whether not all connections are in use.
    fn has_places(&self) -> bool {
        let most = self.readers.options().get_max_connections();
        self.opened.engine.is_shared() && self.opened.held.load(Ordering::Relaxed) < most
    }
}

/// A time as the database keeps it.
fn ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// A time as the database kept it.
fn at(ms: i64) -> Result<Timestamp, Fault> {
    Timestamp::from_millisecond(ms).map_err(|error| Fault::Damaged(error.to_string()))
}

fn at_maybe(ms: Option<i64>) -> Result<Option<Timestamp>, Fault> {
    ms.map(at).transpose()
}

/// A value that the database kept as text.
fn parse<T: std::str::FromStr>(text: &str) -> Result<T, Fault> {
    text.parse()
        .map_err(|_| Fault::Damaged(format!("a value of {}", std::any::type_name::<T>())))
}

#[cfg(test)]
mod tests {
    use sqlx::Executor;

    use super::*;

    /// Fault 3: every connection of the pool waits for the disk before it says that something is
    /// done.
    #[tokio::test]
    async fn every_connection_waits_for_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("a.db")).await.unwrap();
        let mut all = Vec::new();
        let readers = (0..3).map(|_| &store.readers);
        for pool in readers.chain([&store.writers]) {
            let mut connection = pool.acquire().await.unwrap();
            for (pragma, value) in [
                // FULL.
                ("SELECT synchronous FROM pragma_synchronous", "2"),
                ("SELECT journal_mode FROM pragma_journal_mode", "wal"),
                ("SELECT foreign_keys FROM pragma_foreign_keys", "1"),
                ("SELECT secure_delete FROM pragma_secure_delete", "1"),
            ] {
                let query = format!("SELECT CAST(({pragma}) AS TEXT)");
                let (set,): (String,) = sqlx::query_as(sqlx::AssertSqlSafe(query))
                    .fetch_one(&mut *connection)
                    .await
                    .unwrap();
                assert_eq!(set, value, "{pragma}");
            }
            all.push(connection);
        }
    }

    /// Fault 4: a transaction that SQLite ended by itself is not counted as open for ever.
    #[tokio::test]
    async fn a_transaction_that_sqlite_ended_leaves_its_connection_usable() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("a.db")).await.unwrap();
        for _ in 0..2 * 4 {
            let mut tx = store.write().await.unwrap();
            tx.inner.execute("ROLLBACK").await.unwrap();
            drop(tx);
        }
        let tx = store.write().await.unwrap();
        tx.commit().await.unwrap();
    }
}
