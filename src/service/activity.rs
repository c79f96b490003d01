//! Activity: what is written down, by whom it may be read, and how it is sealed.
//!
//! A row is written in the transaction of the act it tells of, with a stamp: its own MAC, under a
//! key that is kept outside the database. [`sealing`] then gives the rows their numbers.

pub(super) mod reading;
pub(super) mod sealing;
mod seals;
mod verifying;

use std::cell::RefCell;

use super::Service;
use crate::api::Error;
use crate::domain::{
    Counter, EventKind, Factor, MethodKind, PracticeId, Throttle, Timestamp, UserId,
};
use crate::store::{Event, SessionRow, Tx};

/// Digits of the label of a computer: enough to tell a person's few computers apart.
const LABEL: usize = 6;

tokio::task_local! {
    /// The try that the call that runs here was refused.
    static REFUSED: RefCell<Option<Refused>>;
}

/// An audit row without what the service adds to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Happened<'a> {
    pub(super) kind: EventKind,
    /// None: the first practice of whom it tells.
    pub(super) practice: Option<&'a PracticeId>,
    pub(super) actor: Option<&'a UserId>,
    pub(super) subject: Option<&'a UserId>,
    pub(super) reason: Option<&'a str>,
    pub(super) factor: Option<Factor>,
    /// The hash of the computer's token.
    pub(super) computer: Option<&'a str>,
}

impl<'a> Happened<'a> {
    pub(super) const fn of(kind: EventKind) -> Self {
        Self {
            kind,
            practice: None,
            actor: None,
            subject: None,
            reason: None,
            factor: None,
            computer: None,
        }
    }

    /// Something that somebody did to their own account, or that was tried on it.
    pub(super) const fn on(subject: &'a UserId, kind: EventKind) -> Self {
        Self {
            subject: Some(subject),
            ..Self::of(kind)
        }
    }

    /// Something that the owner of a session did.
    pub(super) fn in_session(session: &'a SessionRow, kind: EventKind) -> Self {
        Self {
            practice: Some(&session.practice),
            actor: Some(&session.user),
            computer: session.computer.as_deref(),
            ..Self::of(kind)
        }
    }

    /// The same, by a method.
    pub(super) fn with(self, method: MethodKind) -> Self {
        Self {
            factor: Some(method.into()),
            ..self
        }
    }
}

/// A try that was not looked at, because of the tries before it.
struct Refused {
    subject: String,
    counter: Counter,
    whose: Option<UserId>,
    until: Option<Timestamp>,
}

/// Keeps in mind that the call was refused a try. Its own transaction is rolled back by that.
pub(super) fn refused(subject: &str, counter: Counter, whose: Option<&UserId>, throttle: Throttle) {
    let refused = Refused {
        subject: subject.to_owned(),
        counter,
        whose: whose.cloned(),
        until: match throttle {
            Throttle::Wait { until } => Some(until),
            Throttle::Allowed | Throttle::Stopped => None,
        },
    };
    // Outside a call nothing is tried.
    let _ = REFUSED.try_with(|kept| kept.replace(Some(refused)));
}

impl Service {
    /// Writes an audit row into the transaction of the act.
    pub(super) async fn log(
        &self,
        tx: &mut Tx,
        what: Happened<'_>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let practice = match what.practice {
            Some(practice) => Some(practice.clone()),
            None => {
                tx.practice_of_event(what.subject.or(what.actor), now)
                    .await?
            }
        };
        let computer = what.computer.map(label);
        let event = Event {
            id: self.new_row_id(now),
            practice,
            at: now,
            kind: what.kind,
            actor: what.actor,
            subject: what.subject,
            reason: what.reason,
            factor: what.factor,
            computer: computer.as_deref(),
        };
        let stamp = self.keys.stamp(&event);
        tx.log(event, &stamp).await?;
        self.sealing.wake();
        Ok(())
    }

    /// Writes what was done to the whole backend into the log of each of its practices.
    pub(super) async fn log_everywhere(
        &self,
        tx: &mut Tx,
        what: Happened<'_>,
        now: Timestamp,
    ) -> Result<(), Error> {
        for practice in tx.practices().await? {
            let here = Happened {
                practice: Some(&practice.id),
                ..what
            };
            self.log(tx, here, now).await?;
        }
        Ok(())
    }

    /// Writes an audit row of something that was refused, in a transaction of its own.
    pub(super) async fn log_failure(
        &self,
        what: Happened<'_>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let mut tx = self.store.write_beside().await?;
        self.log(&mut tx, what, now).await?;
        Ok(tx.commit().await?)
    }

    /// Does a call, and writes down a try that it was refused: once for each wait, however often
    /// it is tried, so that nobody fills the disk by trying. A wait needs a failure, which stands
    /// in the log already, and waits grow.
    pub(super) async fn noting<T>(
        &self,
        call: impl Future<Output = Result<T, Error>>,
        now: Timestamp,
    ) -> Result<T, Error> {
        let noted = async {
            let answer = call.await;
            (answer, REFUSED.with(RefCell::take))
        };
        let (answer, refused) = REFUSED.scope(RefCell::default(), noted).await;
        if let Some(refused) = refused {
            // What cannot be recorded is not answered either.
            self.note(&refused, now).await?;
        }
        answer
    }

    async fn note(&self, refused: &Refused, now: Timestamp) -> Result<(), Error> {
        let mut tx = self.store.write_beside().await?;
        let (subject, counter) = (&refused.subject, refused.counter);
        if tx.note_wait(subject, counter, refused.until).await? {
            let what = Happened {
                subject: refused.whose.as_ref(),
                ..Happened::of(match refused.until {
                    Some(_) => EventKind::TriesWait,
                    None => EventKind::TriesStopped,
                })
            };
            self.log(&mut tx, what, now).await?;
        }
        Ok(tx.commit().await?)
    }
}

/// A short label of a computer: the first digits of its token's hash, which is no secret.
fn label(hash: &str) -> String {
    hash.chars().take(LABEL).collect::<String>().to_uppercase()
}
