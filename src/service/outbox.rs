//! The worker of the outbox: takes what is due, hands it over, notes how it went.
//!
//! A message is taken for a minute. A worker that dies leaves it to the next, which hands over
//! the same text once more (SECURITY.md, fault 30): twice the same code, never two codes.

mod breakers;

use std::cell::Cell;
use std::time::Duration;

use secrecy::SecretString;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use url::Url;

use breakers::Breakers;

use super::letters::Letter;
use super::{Service, internal, whole};
use crate::api::Error;
use crate::delivery::{Again, HandedOver, NotHandedOver};
use crate::domain::{
    Channel, Destination, MailServer, NotSent, PracticeId, SmsGateway, Timestamp, seconds_after,
};
use crate::figures::{self, Became};
use crate::store::{DeliveryRow, SendingState, Taken};

/// How long a worker may take over one message before another takes it. Longer than a provider
/// may take to answer.
const TAKEN_SECONDS: i64 = 60;
/// Seconds from one try to the next; the last one goes on until the message ends.
const AGAIN_AFTER_SECONDS: [i64; 5] = [2, 5, 10, 20, 30];
/// Messages that are handed over side by side: one provider that hangs must not hold the others.
const SIDE_BY_SIDE: usize = 8;
/// The longest sleep while something is due later: a computer that was suspended wakes with its
/// clock moved.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// The same where there are other replicas, also while nothing is due: one that died after it had
/// queued a message wakes nobody (SECURITY.md, fault 30).
const FOR_OTHERS: Duration = Duration::from_secs(10);

tokio::task_local! {
    /// Whether the call that runs here has queued a message.
    static QUEUED: Cell<bool>;
}

/// A message on its way out: of which practice, under which name, and when it was made.
pub(super) struct Outgoing<'a> {
    pub(super) practice: &'a PracticeId,
    pub(super) reference: &'a str,
    pub(super) made: Timestamp,
}

/// What became of a message that was given to a courier.
pub(super) type Handed = Result<HandedOver, NotHandedOver>;

/// What became of a message that a worker has taken.
enum Carried {
    /// A courier was given it.
    By(Handed),
    /// Its provider is left alone, since it did not work, until this time.
    Later(NotSent, Timestamp),
    /// Nobody can send it any more.
    Nobody,
}

/// Wakes the worker when a call has queued a message.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    wake: Notify,
    breakers: Breakers,
    /// Where this server is reached from the internet, for what providers have to say.
    reports: Option<Url>,
}

impl Outbox {
    /// One whose messages may be reported on.
    pub(super) fn reported_at(public: Url) -> Self {
        Self {
            reports: Some(public),
            ..Self::default()
        }
    }

    /// Where this server is reached from the internet.
    pub(super) fn reports(&self) -> Option<&Url> {
        self.reports.as_ref()
    }

    /// A message was queued in a transaction that is not yet committed.
    pub(super) fn queued() {
        // Outside a call there is no worker to wake: the next start finds the message.
        let _ = QUEUED.try_with(|queued| queued.set(true));
    }

    /// Does a call, and wakes the worker when that has ended, if it queued a message: its
    /// transaction is committed by then.
    pub(super) async fn watch<T>(&self, call: impl Future<Output = T>) -> T {
        let watched = async {
            let answer = call.await;
            (answer, QUEUED.with(Cell::get))
        };
        let (answer, queued) = QUEUED.scope(Cell::new(false), watched).await;
        if queued {
            self.wake.notify_one();
        }
        answer
    }

    /// The database is closed: a worker that sleeps has to see it, and one that has nothing to do
    /// would sleep for ever.
    pub(super) fn closed(&self) {
        self.wake.notify_one();
    }
}

impl Service {
    /// Sends what is due, for as long as the program runs. It sleeps while there is nothing to do.
    pub async fn run_outbox(self) {
        figures::begin();
        let mut carried = JoinSet::new();
        while !self.store.is_closed() {
            if let Err(error) = whole(self.take_due(&mut carried)).await {
                tracing::warn!(%error, "the outbox cannot be read");
            }
            let sleep = self.sleep().await;
            tokio::select! {
                () = self.outbox.wake.notified() => {}
                () = tokio::time::sleep(sleep.unwrap_or(LONGEST_SLEEP)), if sleep.is_some() => {}
                Some(_) = carried.join_next() => {}
            }
        }
    }

    /// Sends what is due now, and waits until that is done.
    pub async fn send_due(&self) -> Result<(), Error> {
        let mut carried = JoinSet::new();
        loop {
            self.take_due(&mut carried).await?;
            if carried.join_next().await.is_none() {
                return Ok(());
            }
        }
    }

    async fn take_due(&self, carried: &mut JoinSet<()>) -> Result<(), Error> {
        let now = self.clock.now();
        // Of many, whosever they are: nobody writes meanwhile, so it is not done for nothing.
        if self.store.read().await?.has_ended_messages(now).await? {
            let mut tx = self.store.write().await?;
            tx.erase_ended_messages(now).await?;
            tx.commit().await?;
        }
        while carried.len() < SIDE_BY_SIDE {
            let mut tx = self.store.write_beside().await?;
            let until = seconds_after(now, TAKEN_SECONDS);
            let Some(taken) = tx.take_message(now, until).await? else {
                break;
            };
            tx.commit().await?;
            let service = self.clone();
            carried.spawn(async move {
                if let Err(error) = service.carry(taken).await {
                    tracing::warn!(%error, "a message was not carried");
                }
            });
        }
        Ok(())
    }

    /// How long nothing is due; none if nothing is at all, and nobody else queues anything.
    async fn sleep(&self) -> Option<Duration> {
        let shared = self.store.is_shared();
        let longest = if shared { FOR_OTHERS } else { LONGEST_SLEEP };
        let next = whole(async { Ok(self.store.read().await?.next_message().await?) }).await;
        let next = match next {
            Ok(Some(next)) => next,
            Ok(None) => return shared.then_some(longest),
            Err(error) => {
                tracing::warn!(%error, "the outbox cannot be read");
                return Some(longest);
            }
        };
        let sleep = next.duration_since(self.clock.now());
        let sleep = Duration::try_from(sleep).unwrap_or_default();
        // Not at once again: what is due and was not taken waits for a place.
        Some(sleep.clamp(Duration::from_millis(250), longest))
    }

    async fn carry(&self, taken: Taken) -> Result<(), Error> {
        let now = || self.clock.now();
        match self.hand_over(&taken).await? {
            Carried::By(Ok(over)) => {
                figures::message(taken.channel, Became::HandedOver);
                if taken.has_code {
                    figures::code_sent(taken.channel);
                }
                let state = SendingState::HandedOver;
                self.put(&taken, state, over.id.as_deref(), now()).await
            }
            Carried::By(Err(not)) => {
                let next = match not.again {
                    Again::Never => None,
                    Again::Soon => Some(seconds_after(now(), backoff(taken.tried))),
                    Again::After(seconds) => Some(seconds_after(now(), i64::from(seconds))),
                };
                self.not_sent(&taken, not.why, next).await
            }
            Carried::Later(why, until) => {
                figures::message(taken.channel, Became::LeftAlone);
                self.not_sent(&taken, why, Some(until)).await
            }
            Carried::Nobody => {
                figures::message(taken.channel, Became::Dropped);
                self.put(&taken, SendingState::Dropped, None, now()).await
            }
        }
    }

    async fn not_sent(
        &self,
        taken: &Taken,
        why: NotSent,
        next: Option<Timestamp>,
    ) -> Result<(), Error> {
        match next.filter(|next| *next < taken.ends) {
            Some(next) => {
                figures::message(taken.channel, Became::Again);
                self.put(taken, SendingState::Again(why), None, next).await
            }
            None => {
                figures::message(taken.channel, Became::Failed);
                let now = self.clock.now();
                self.put(taken, SendingState::Failed(why), None, now).await
            }
        }
    }

    async fn put(
        &self,
        taken: &Taken,
        state: SendingState,
        provider_id: Option<&str>,
        next: Timestamp,
    ) -> Result<(), Error> {
        let now = self.clock.now();
        let mut tx = self.store.write_beside().await?;
        tx.put_message(taken, state, provider_id, next, now).await?;
        Ok(tx.commit().await?)
    }

    /// Hands a message to the practice's provider, if it has one and that one works.
    async fn hand_over(&self, taken: &Taken) -> Result<Carried, Error> {
        let Some(row) = self.delivery(&taken.practice, taken.channel).await? else {
            return Ok(Carried::Nobody);
        };
        let letter = self.open_letter(&taken.id, &taken.sealed)?;
        let secret = self.delivery_secret(&row)?;
        let to = Destination::kept(taken.channel, &letter.to)
            .ok_or_else(|| internal(&"a destination is malformed"))?;
        let breakers = &self.outbox.breakers;
        if let Err((why, until)) = breakers.may_try(&row.id, self.clock.now()) {
            return Ok(Carried::Later(why, until));
        }
        let outgoing = Outgoing {
            practice: &taken.practice,
            reference: &taken.id,
            made: taken.made,
        };
        let handed = self
            .courier(outgoing, &row, to, &letter, secret.as_ref())
            .await?;
        if breakers.learn(&row.id, &handed, self.clock.now()) {
            let (practice, channel) = (&taken.practice, taken.channel);
            tracing::warn!(%practice, %channel, "a provider does not work and is left alone");
        }
        Ok(Carried::By(handed))
    }

    /// Gives a message to the courier.
    pub(super) async fn courier(
        &self,
        outgoing: Outgoing<'_>,
        row: &DeliveryRow,
        to: Destination,
        letter: &Letter,
        secret: Option<&SecretString>,
    ) -> Result<Handed, Error> {
        let reference = outgoing.reference.to_owned();
        Ok(match to {
            Destination::Email(to) => {
                let letter = crate::delivery::Letter {
                    to,
                    subject: letter.subject.clone(),
                    text: letter.text.clone(),
                    shown: letter.shown.clone(),
                    reference,
                    at: outgoing.made,
                };
                let server: MailServer = settings(row)?;
                if self.may_be(server.is_here()).is_err() {
                    return Ok(Err(NotHandedOver::never(NotSent::Unreachable)));
                }
                self.courier.letter(&server, secret, &letter).await
            }
            Destination::Sms(to) => {
                let sms = crate::delivery::Sms {
                    to,
                    text: letter.text.clone(),
                    reference,
                    report_to: self.reports_of(outgoing.practice),
                };
                let gateway: SmsGateway = settings(row)?;
                if self.may_be(gateway.is_here()).is_err() {
                    return Ok(Err(NotHandedOver::never(NotSent::Unreachable)));
                }
                self.courier.sms(&gateway, secret, &sms).await
            }
        })
    }

    async fn delivery(
        &self,
        practice: &PracticeId,
        channel: Channel,
    ) -> Result<Option<DeliveryRow>, Error> {
        let mut tx = self.store.read().await?;
        Ok(tx.delivery(practice, channel).await?)
    }
}

/// The settings of a way of sending, as they were kept.
pub(super) fn settings<S: serde::de::DeserializeOwned>(row: &DeliveryRow) -> Result<S, Error> {
    serde_json::from_str(&row.settings).map_err(|error| internal(&error))
}

fn backoff(tried: u32) -> i64 {
    let at = usize::try_from(tried.saturating_sub(1)).unwrap_or(usize::MAX);
    AGAIN_AFTER_SECONDS[at.min(AGAIN_AFTER_SECONDS.len() - 1)]
}
