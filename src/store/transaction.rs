//! Transactions: how they begin and end, and what becomes of a connection that is lost.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::future::BoxFuture;
use futures_core::stream::{BoxStream, Stream};
use sqlx::any::{
    AnyArguments, AnyQueryResult, AnyRow, AnyStatement, AnyTransactionManager, AnyTypeInfo,
};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, Describe, Either, Execute, Executor, SqlStr};
use sqlx_core::transaction::TransactionManager;
use tokio::time::{Instant, Sleep, sleep, sleep_until, timeout};

use super::engine::{Engine, Keeping, Taken};
use super::{About, BUSY_TIMEOUT, Fault, Opened, Store};

/// How long an answer of a server is waited for: longer than it may take over a statement or
/// wait for a lock, so that only a server that is gone takes so long.
const NO_ANSWER: Duration = Duration::from_secs(7);

/// How long after a connection that was dead another is tried: so long at first, twice as long each
/// time, and never longer than the second.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// A transaction. Nothing of it stands unless it is committed.
///
/// Every method that fails answers a [`Fault`]; after one the transaction is dropped.
pub struct Tx {
    pub(super) inner: Box<Held>,
    /// Whom it keeps from writing; none for whoever reads.
    keeping: Option<Keeping>,
    /// The last lock beside the practice's own; none for whoever reads, or holds that alone.
    taken: Option<Taken>,
}

/// A connection with a transaction.
pub(super) struct Held {
    connection: PoolConnection<Any>,
    opened: Arc<Opened>,
    /// Whether it has ended as it should.
    ended: bool,
    /// No answer came: what the connection says next would be taken for another's.
    lost: Arc<AtomicBool>,
}

impl Tx {
    /// Begins to write, or to read where nobody is to be kept from writing.
    pub(super) async fn begin(store: &Store, keeping: Option<Keeping>) -> Result<Self, Fault> {
        let inner = Held::begin(store, keeping).await?;
        Self::begun(inner, keeping).await
    }

    async fn begun(mut inner: Box<Held>, keeping: Option<Keeping>) -> Result<Self, Fault> {
        inner.refuse_moved().await?;
        Ok(Self {
            inner,
            keeping,
            taken: match keeping {
                Some(Keeping::About(lock)) => Some(lock),
                Some(Keeping::All | Keeping::Nobody | Keeping::NobodySoon) | None => None,
            },
        })
    }

    /// Takes one thing more for this transaction, where others write at the same time: see
    /// `store/engine.rs` for the order.
    ///
    /// # Errors
    ///
    /// [`Fault::Other`] if it comes before what was taken already: two transactions could wait for
    /// each other for ever.
    pub async fn also_about(&mut self, about: About<'_>) -> Result<(), Fault> {
        let lock = about.lock();
        // Whoever keeps everybody from writing, or only reads, waits for nobody.
        if matches!(self.keeping, Some(Keeping::All) | None) || self.taken == Some(lock) {
            return Ok(());
        }
        if !lock.comes_after(self.taken) {
            return Err(Fault::Other("locks in the wrong order".into()));
        }
        self.taken = Some(lock);
        if self.inner.opened.engine.is_shared() {
            sqlx::query("SELECT pg_advisory_xact_lock($1)")
                .bind(lock.key())
                .execute(&mut *self.inner)
                .await?;
        }
        Ok(())
    }

    /// Whether others may write at the same time.
    pub(super) fn is_shared(&self) -> bool {
        self.inner.opened.engine.is_shared()
    }

    /// Makes everything of this transaction durable.
    pub async fn commit(mut self) -> Result<(), Fault> {
        self.inner.commit().await
    }

    /// The same, and begins another like it, by the same connection if that has not ended. Others
    /// may have written in between.
    ///
    /// # Errors
    ///
    /// A [`Fault`]. Where it is the second that cannot be begun, the first stands.
    pub async fn commit_and_go_on(self, store: &Store) -> Result<Self, Fault> {
        let Self {
            mut inner, keeping, ..
        } = self;
        inner.commit().await?;
        match inner.start(keeping).await {
            Ok(()) => Self::begun(inner, keeping).await,
            Err(Fault::Unreachable(_)) => {
                drop(inner);
                Self::begin(store, keeping).await
            }
            Err(fault) => Err(fault),
        }
    }
}

impl Held {
    /// A connection of the pool may have been ended by the server, which shows at its first use
    /// alone; nothing has been done by then, and another is taken.
    async fn begin(store: &Store, keeping: Option<Keeping>) -> Result<Box<Self>, Fault> {
        let pool = keeping.map_or(&store.readers, |_| &store.writers);
        let again = Instant::now() + BUSY_TIMEOUT;
        let mut pause = FIRST_PAUSE;
        loop {
            let connection = store.acquire(pool).await?;
            store.opened.held.fetch_add(1, Ordering::Relaxed);
            let mut held = Box::new(Self {
                connection,
                opened: store.opened.clone(),
                ended: true,
                lost: Arc::default(),
            });
            match held.start(keeping).await {
                Ok(()) => return Ok(held),
                // The next may be as dead: what stands before the database takes connections.
                Err(Fault::Unreachable(_)) if Instant::now() < again => {
                    drop(held);
                    sleep(pause).await;
                    pause = (2 * pause).min(LONGEST_PAUSE);
                }
                Err(fault) => return Err(fault),
            }
        }
    }

    /// Begins a transaction on this connection, which has none.
    async fn start(&mut self, keeping: Option<Keeping>) -> Result<(), Fault> {
        let engine = self.opened.engine;
        let text = keeping.map_or_else(|| engine.reading(), |keeping| engine.writing(keeping));
        // Until it has begun: whoever stops waiting leaves it in the midst of an answer.
        self.lost.store(engine.is_shared(), Ordering::Relaxed);
        let begin = AnyTransactionManager::begin(&mut self.connection, Some(text));
        if let Err(fault) = answered(engine, begin).await {
            if !matches!(fault, Fault::Unreachable(_)) {
                self.give_back().await;
            }
            return Err(fault);
        }
        self.ended = false;
        self.lost.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// A practice that moved to a server answers nobody here: nothing of it may be good twice. It
    /// is looked for in every transaction, since whoever moves it is another program.
    async fn refuse_moved(&mut self) -> Result<(), Fault> {
        if self.opened.engine.is_shared() || self.opened.moved_too {
            return Ok(());
        }
        let moved: Option<(Option<String>,)> =
            sqlx::query_as("SELECT moved_to FROM practices WHERE moved_at IS NOT NULL LIMIT 1")
                .fetch_optional(self)
                .await?;
        match moved {
            Some((to,)) => Err(Fault::Moved { to }),
            None => Ok(()),
        }
    }

    /// A server that refused a lock is in the midst of a transaction of which sqlx 0.9 knows
    /// nothing.
    async fn give_back(&mut self) {
        if self.opened.engine.is_shared() {
            let rollback = (&mut *self.connection).execute("ROLLBACK");
            let given = answered(self.opened.engine, rollback).await.is_ok();
            self.lost.store(!given, Ordering::Relaxed);
        }
    }

    async fn commit(&mut self) -> Result<(), Fault> {
        let commit = AnyTransactionManager::commit(&mut self.connection);
        if let Err(fault) = answered(self.opened.engine, commit).await {
            if matches!(fault, Fault::Unreachable(_)) {
                self.lost.store(true, Ordering::Relaxed);
            }
            return Err(fault);
        }
        self.ended = true;
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.opened.held.fetch_sub(1, Ordering::Relaxed);
        if self.lost.load(Ordering::Relaxed) {
            self.connection.close_on_drop();
        } else if !self.ended {
            AnyTransactionManager::start_rollback(&mut self.connection);
        }
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").finish_non_exhaustive()
    }
}

/// What a server that is gone never answers is given up.
async fn answered<T>(
    engine: Engine,
    asked: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, Fault> {
    if !engine.is_shared() {
        return Ok(asked.await?);
    }
    match timeout(NO_ANSWER, asked).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(no_answer().into()),
    }
}

fn no_answer() -> sqlx::Error {
    sqlx::Error::Io(io::ErrorKind::TimedOut.into())
}

/// Every statement of a transaction goes through here.
impl<'c> Executor<'c> for &'c mut Held {
    type Database = Any;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxStream<'e, Result<Either<AnyQueryResult, AnyRow>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        let (engine, lost) = (self.opened.engine, self.lost.clone());
        let connection: &mut AnyConnection = &mut self.connection;
        let answers = connection.fetch_many(Statement { query, engine });
        if !engine.is_shared() {
            return answers;
        }
        Box::pin(Patient {
            answers,
            until: Box::pin(sleep_until(Instant::now() + NO_ANSWER)),
            lost,
        })
    }

    fn fetch_optional<'e, 'q: 'e, E>(
        self,
        query: E,
    ) -> BoxFuture<'e, Result<Option<AnyRow>, sqlx::Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Any>,
    {
        let (engine, lost) = (self.opened.engine, self.lost.clone());
        let connection: &mut AnyConnection = &mut self.connection;
        let answer = connection.fetch_optional(Statement { query, engine });
        if !engine.is_shared() {
            return answer;
        }
        Box::pin(async move {
            timeout(NO_ANSWER, answer).await.unwrap_or_else(|_| {
                lost.store(true, Ordering::Relaxed);
                Err(no_answer())
            })
        })
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [AnyTypeInfo],
    ) -> BoxFuture<'e, Result<AnyStatement, sqlx::Error>>
    where
        'c: 'e,
    {
        let connection: &mut AnyConnection = &mut self.connection;
        connection.prepare_with(sql, parameters)
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Any>, sqlx::Error>>
    where
        'c: 'e,
    {
        let connection: &mut AnyConnection = &mut self.connection;
        connection.describe(sql)
    }
}

/// A statement, kept on the connection only where no pooler hands that on.
struct Statement<E> {
    query: E,
    engine: Engine,
}

impl<'q, E: Execute<'q, Any>> Execute<'q, Any> for Statement<E> {
    fn sql(self) -> SqlStr {
        self.query.sql()
    }

    fn statement(&self) -> Option<&AnyStatement> {
        self.query.statement()
    }

    fn take_arguments(&mut self) -> Result<Option<AnyArguments>, sqlx::error::BoxDynError> {
        self.query.take_arguments()
    }

    fn persistent(&self) -> bool {
        self.query.persistent() && self.engine.names_statements()
    }
}

/// Answers of a server, the next of which is not waited for without end.
struct Patient<'e, T> {
    answers: BoxStream<'e, Result<T, sqlx::Error>>,
    until: Pin<Box<Sleep>>,
    lost: Arc<AtomicBool>,
}

impl<T> Stream for Patient<'_, T> {
    type Item = Result<T, sqlx::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(answer) = self.answers.as_mut().poll_next(context) {
            self.until.as_mut().reset(Instant::now() + NO_ANSWER);
            return Poll::Ready(answer);
        }
        if self.until.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        self.lost.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Err(no_answer())))
    }
}
