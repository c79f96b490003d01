//! The use cases: who may ask, what it costs, what happens.
//!
//! Knows the rules' order, the limits and the clock. Must not know HTTP, widgets or SQL text.
//!
//! [`Service::call`] is the only way in. A handler names in [`Handle::Caller`] for whom it is,
//! and such a caller can be made from a token by this module alone: a handler cannot be written
//! without saying who may ask, in whichever way the product runs.

mod account;
mod activity;
mod acts;
mod agreement;
mod budgets;
mod callers;
mod clock;
mod computers;
mod deliveries;
mod desk;
mod dry_run;
mod export_file;
mod facts;
mod forgotten;
mod found;
mod hashing;
mod import;
mod invitations;
mod invited;
mod keeping;
mod keys;
mod letters;
mod limits;
mod lock;
mod membership;
mod methods;
mod moving;
mod my_account;
mod new_address;
mod notices;
mod origin;
mod outbox;
mod people;
mod peppers;
mod places;
mod practices;
mod purging;
mod random;
mod recovery;
mod remembered;
mod reports;
mod requests;
mod requirements;
mod roll_out;
mod rotating;
mod rounds;
mod rules;
mod second_step;
mod senders;
mod sending;
mod set_up;
mod set_up_sent;
mod sign_in;
mod statement;
mod step_up;
mod tries;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::api::{Call, Dependency, Error, Token};
use crate::delivery::Courier;
use crate::domain::{Random, Timestamp};
use crate::panics::caught;
use crate::store::{Fault, Store};

pub use crate::domain::Clock;
pub use callers::{
    Anyone, Caller, CodeDue, Enrolling, FullAccess, Leaving, Operator, Present, SetUpDue, Staff,
    SteppedUp,
};
#[cfg(feature = "server")]
pub use clock::DatabaseClock;
pub use clock::SystemClock;
pub use deliveries::{NotReached, Reached, Tried, TryFault};
pub use export_file::{NotOpened, pack, unpack};
pub use hashing::HashCost;
pub use keeping::{RecoverFault, Recovered};
pub use keys::{DoesNotOpen, KeyMissing, Keys};
pub use lock::{Locked, Locking};
pub use methods::Choosing;
pub use moving::{ImportFault, Imported};
pub use origin::FAILURES_A_MINUTE;
pub use practices::InviteFault;
pub use random::SystemRandom;
pub use reports::TWILIO_REPORTS;
pub use requests::Request;
pub use rotating::{RotateFault, Rotated, Step};

use activity::Happened;
use activity::sealing::Sealing;
use hashing::Hasher;
use origin::Origins;
use outbox::Outbox;
use peppers::Peppers;

/// The verification backend: every rule of the product, over one database.
#[derive(Clone)]
pub struct Service {
    store: Store,
    keys: Arc<Keys>,
    hasher: Hasher,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    courier: Arc<dyn Courier>,
    outbox: Arc<Outbox>,
    sealing: Arc<Sealing>,
    origins: Arc<Origins>,
    peppers: Arc<Peppers>,
    /// Whether practices may send through what listens on this computer.
    sends_here: bool,
}

/// How a call is done, and for whom.
pub trait Handle<C: Call> {
    /// Who may ask.
    type Caller: Caller;

    /// What is wrong with its words, whoever asks and whenever: told before anybody is asked for a
    /// password and a code, which would be for nothing.
    ///
    /// # Errors
    ///
    /// What the call says of its fields.
    fn check(&self, call: &C) -> Result<(), Error> {
        let _ = call;
        Ok(())
    }

    /// Does it. `now` was read once for the whole call.
    fn handle(
        &self,
        caller: Self::Caller,
        call: C,
        now: Timestamp,
    ) -> impl Future<Output = Result<C::Reply, Error>> + Send;
}

impl Service {
    /// A service over an open database. The clock, the randomness, the cost of a hash and who
    /// carries messages are given, never looked for.
    ///
    /// # Errors
    ///
    /// [`Error::Internal`] for a cost that Argon2 does not take.
    pub fn new(
        store: Store,
        keys: Keys,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        cost: HashCost,
        courier: Arc<dyn Courier>,
    ) -> Result<Self, Error> {
        let keys = Arc::new(keys);
        let hasher = Hasher::new(keys.clone(), cost).map_err(|error| internal(&error))?;
        Ok(Self {
            store,
            keys,
            hasher,
            clock,
            random,
            courier,
            outbox: Arc::default(),
            sealing: Arc::default(),
            origins: Arc::default(),
            peppers: Arc::default(),
            sends_here: true,
        })
    }

    /// Closes this computer's own mail server and SMS gateway to the practices: where a server has
    /// practices of others, whoever manages one could have it speak to any program that listens
    /// here (SECURITY.md, attack 66).
    #[must_use]
    pub fn sending_through_others(mut self) -> Self {
        self.sends_here = false;
        self
    }

    /// The time that decides here.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Does a call for whoever holds this token.
    ///
    /// # Errors
    ///
    /// What keeps the holder from asking ([`Error::NotSignedIn`], [`Error::Locked`],
    /// [`Error::SetUpDue`], [`Error::StepUpNeeded`], [`Error::Forbidden`], or
    /// [`Error::ChallengeEnded`] where no sign-in waits); what the call says of itself;
    /// [`Error::ClockBehind`]; [`Error::Busy`], [`Error::Moved`] or [`Error::Unavailable`] of the
    /// database; [`Error::Internal`] for a fault of ours, a panic, or no end within a minute.
    pub async fn call<C: Call>(&self, token: Option<&Token>, call: C) -> Result<C::Reply, Error>
    where
        Self: Handle<C>,
    {
        let done = async {
            let now = self.clock.now();
            // On the heap, both: what is around them would hold them several times over.
            let admitted = Box::pin(<Self as Handle<C>>::Caller::admit(self, token, now));
            let caller = match admitted.await {
                Err(Error::StepUpNeeded) => {
                    self.check(&call)?;
                    return Err(Error::StepUpNeeded);
                }
                caller => caller?,
            };
            let handled = Box::pin(self.handle(caller, call, now));
            let handled = self.outbox.watch(handled);
            let handled = self.telling_of_budgets(handled, now);
            self.noting(handled, now).await
        };
        answered(done).await
    }

    /// Does a call for whoever runs the backend: for commands on the machine itself.
    ///
    /// # Errors
    ///
    /// What the call says of itself, and what the database and a fault of ours answer: see
    /// [`Self::call`].
    pub async fn operate<C: Call>(&self, call: C) -> Result<C::Reply, Error>
    where
        Self: Handle<C, Caller = Operator>,
    {
        let now = self.clock.now();
        answered(self.handle(Operator(()), call, now)).await
    }

    /// The id of the practice that was made first: what an embedded backend is known by.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] before the first run.
    pub async fn first_practice(&self) -> Result<String, Error> {
        let mut tx = self.store.read().await?;
        let sealed = tx.first_practice().await?.ok_or(Error::NotFound)?;
        Ok(sealed.practice.id.to_string())
    }

    /// Whether the database answers.
    ///
    /// # Errors
    ///
    /// Why it does not.
    #[cfg(feature = "server")]
    pub async fn answers(&self) -> Result<(), Error> {
        Ok(self.store.answers().await?)
    }

    /// Whether the clock stands where it can: not clearly before what was recorded.
    ///
    /// # Errors
    ///
    /// [`Error::ClockBehind`], or why the database does not answer.
    pub async fn clock_stands(&self) -> Result<(), Error> {
        let mut tx = self.store.read().await?;
        self.check_clock(&mut tx, self.clock.now()).await
    }

    /// Ends the connections to the database, and with them what works in the background.
    pub async fn close(&self) {
        self.store.close().await;
        self.outbox.closed();
        self.sealing.wake();
    }

    fn new_row_id(&self, now: Timestamp) -> String {
        crate::domain::row_id(now, &*self.random)
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").finish_non_exhaustive()
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Busy => Self::Busy { retry_after: 1 },
            Fault::Unreachable(why) => {
                tracing::error!(%why, "the database does not answer");
                Self::Unavailable {
                    what: Dependency::Database,
                }
            }
            Fault::Moved { to } => Self::Moved { to },
            // What no row can hold is found nowhere.
            Fault::NoText => Self::NotFound,
            Fault::DiskFull => Self::Unavailable {
                what: Dependency::DiskSpace,
            },
            Fault::ReadOnly => Self::Unavailable {
                what: Dependency::DiskReadOnly,
            },
            Fault::DiskFails(why) => {
                tracing::error!(%why, "the disk fails");
                Self::Unavailable {
                    what: Dependency::Disk,
                }
            }
            fault => internal(&fault),
        }
    }
}

/// How long a call may take: what has had no answer from the disk by then gets none. Another writer
/// is waited for 5 seconds, and whoever finds a crowd before the hashing of passwords is sent away.
const LONGEST_CALL: Duration = Duration::from_secs(60);

/// A call that panics, or that takes too long, is answered as every fault of ours: nobody waits for
/// it for ever. Its transaction is rolled back as it is dropped.
async fn answered<T>(call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    match tokio::time::timeout(LONGEST_CALL, whole(call)).await {
        Ok(answer) => answer,
        Err(_) => Err(internal(&"a call that takes too long")),
    }
}

/// Some work to its end; one that panics ends alone, and not whoever does it over and over.
async fn whole<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    match caught(work).await {
        Some(answer) => answer,
        None => Err(internal(&"a panic")),
    }
}

/// Logs what went wrong once, and answers its number alone.
pub(crate) fn internal(error: &dyn std::fmt::Display) -> Error {
    let incident = random::incident();
    tracing::error!(%incident, %error, "a call failed");
    Error::Internal { incident }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_panics_ends_alone() {
        let work = async { if true { panic!("on purpose") } else { Ok(()) } };
        let answer = whole(work).await;
        assert!(matches!(answer, Err(Error::Internal { .. })), "{answer:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_never_ends_is_answered() {
        let never = std::future::pending::<Result<(), Error>>();
        let answer = answered(never).await;
        assert!(matches!(answer, Err(Error::Internal { .. })), "{answer:?}");
    }
}
