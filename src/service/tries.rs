//! Counting a try before the code is looked at.

use super::Service;
use super::activity::refused;
use crate::api::{Error, TryState};
use crate::domain::{Counter, TRIES_PER_CHALLENGE, Throttle, Timestamp, Tries, UserId};
use crate::store::{About, Tx, WaitingRow};

/// A try that has been counted and committed: only now may the secret be looked at.
#[derive(Debug)]
pub(super) struct Counted {
    subject: String,
    counter: Counter,
    before: Tries,
    after: Tries,
}

impl Service {
    /// Counts a try of `subject`, in a transaction that the caller commits. Refuses, with nothing
    /// counted, while the subject waits or is stopped. `whose` is the account, where it is known.
    pub(super) async fn count_try(
        &self,
        tx: &mut Tx,
        subject: &str,
        whose: Option<&UserId>,
        counter: Counter,
        now: Timestamp,
    ) -> Result<Counted, Error> {
        let before = tx.tries(subject, counter).await?;
        let throttle = before.allows(counter, now);
        if throttle != Throttle::Allowed {
            refused(subject, counter, whose, throttle);
        }
        match throttle {
            Throttle::Allowed => {}
            Throttle::Wait { until } => return Err(Error::Wait { until }),
            Throttle::Stopped => return Err(Error::Stopped),
        }
        let after = before.after_failure(counter, now);
        if !tx.count_try(subject, counter, &before, &after, now).await? {
            return Err(Error::Busy { retry_after: 1 });
        }
        // The last try of an account ends its remembered computers, whatever comes of it.
        let stopped = after.allows(counter, now) == Throttle::Stopped;
        if let (true, Some(user), Counter::Codes | Counter::RecoveryCodes) =
            (stopped, whose, counter)
        {
            tx.end_remembered_of(user, now).await?;
        }
        Ok(Counted {
            subject: subject.to_owned(),
            counter,
            before,
            after,
        })
    }

    /// The same for what is counted under the account itself.
    pub(super) async fn count_try_of(
        &self,
        tx: &mut Tx,
        user: &UserId,
        counter: Counter,
        now: Timestamp,
    ) -> Result<Counted, Error> {
        self.count_try(tx, user.as_str(), Some(user), counter, now)
            .await
    }

    /// Counts a try at a code of a sign-in that waits, on the account and on the sign-in itself. It
    /// is durable before the code is looked at: no kill, rollback or race gives it back. The
    /// transaction that goes on with it, what was counted, and how many the sign-in has left.
    pub(super) async fn count_challenge_try(
        &self,
        waiting: &WaitingRow,
        now: Timestamp,
    ) -> Result<(Tx, Counted, u32), Error> {
        let mut tx = self
            .store
            .write_about(About::Person(waiting.user.as_str()))
            .await?;
        let counted = self
            .count_try_of(&mut tx, &waiting.user, Counter::Codes, now)
            .await?;
        let taken = tx
            .take_try(&waiting.token_hash, TRIES_PER_CHALLENGE, now)
            .await?
            .ok_or(Error::ChallengeEnded)?;
        let tx = tx.commit_and_go_on(&self.store).await?;
        Ok((tx, counted, TRIES_PER_CHALLENGE.saturating_sub(taken)))
    }

    /// Gives a try back whose secret was right, where that is not a completed sign-in: the
    /// failures before it stand.
    pub(super) async fn give_back(
        &self,
        tx: &mut Tx,
        counted: &Counted,
        now: Timestamp,
    ) -> Result<(), Error> {
        let Counted {
            subject,
            counter,
            before,
            after,
        } = counted;
        tx.give_try_back(subject, *counter, before, after, now)
            .await?;
        Ok(())
    }

    /// The same in a transaction of its own, where nothing was looked at or nothing more is to be
    /// done with what was right.
    pub(super) async fn give_back_alone(
        &self,
        counted: &Counted,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut tx = self.store.write_beside().await?;
        self.give_back(&mut tx, counted, now).await?;
        Ok(tx.commit().await?)
    }

    /// Whether another try is open.
    pub(super) async fn try_state(
        &self,
        tx: &mut Tx,
        subject: &str,
        counter: Counter,
        now: Timestamp,
    ) -> Result<TryState, Error> {
        Ok(
            match tx.tries(subject, counter).await?.allows(counter, now) {
                Throttle::Allowed => TryState::Open,
                Throttle::Wait { until } => TryState::From { until },
                Throttle::Stopped => TryState::Stopped,
            },
        )
    }
}
