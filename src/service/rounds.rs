//! Messages to many people at once: tests of the addresses on file, reminders.

use super::acts::by;
use super::letters;
use super::limits::MINUTES_PER_DAY;
use super::outbox::Outbox;
use super::sending::line;
use super::{FullAccess, Handle, Happened, Service, Staff};
use crate::api::{
    CancelRound, Error, Fault, Field, Reached, Round, RoundKind, RoundNow, RoundStarted, StartRound,
};
use crate::domain::{Channel, EventKind, NotAllowed, Timestamp, minutes_after, seconds_after};
use crate::store::{About, MessageKind, NewMessage, Plan, TargetRow, Tx};

/// People whose messages are queued in one transaction, while others write: some tenth of a second.
const PER_STEP: usize = 100;

/// Seconds from one message of a round to the next: 30 a minute, which is what the mail services
/// that practices use take from one account (Exchange Online limits, "Message rate limit").
const APART_SECONDS: i64 = 2;

impl Handle<StartRound> for Service {
    type Caller = FullAccess;

    async fn handle(
        &self,
        actor: FullAccess,
        call: StartRound,
        now: Timestamp,
    ) -> Result<RoundStarted, Error> {
        if !call.to.is_for_a_few() {
            return Err(Field::People.cannot_be(Fault::OutOfBounds));
        }
        let mut tx = self.store.read().await?;
        let mut actor = actor.again(&mut tx, now).await?;
        if tx
            .delivery(&actor.practice.id, Channel::Email)
            .await?
            .is_none()
        {
            return Err(NotAllowed::NotConfigured.into());
        }
        let plan = Plan {
            practice: &actor.practice.id,
            planned: &call.to,
            now,
        };
        let reminder = call.kind == RoundKind::Reminder;
        let targets = tx.round_targets(&plan, reminder).await?;
        drop(tx);
        let round = self.new_row_id(now);
        let (mut queued, mut too_soon) = (0, 0);
        for some in targets.chunks(PER_STEP) {
            let mut tx = self.store.write_beside().await?;
            // Of two rounds at once each person has one.
            tx.also_about(About::Budget(&actor.practice.id, message_kind(call.kind)))
                .await?;
            actor = FullAccess(actor).again(&mut tx, now).await?;
            if queued > 0 && tx.is_taken_back(&round).await? {
                break;
            }
            let before = queued;
            for target in some {
                if self
                    .queue_one(&mut tx, &actor, &call, target, (&round, queued), now)
                    .await?
                {
                    queued += 1;
                } else {
                    too_soon += 1;
                }
            }
            if queued > before {
                let many = (queued - before).to_string();
                let happened = Happened {
                    reason: Some(&many),
                    ..by(&actor, sent(call.kind))
                };
                self.log(&mut tx, happened, now).await?;
            }
            tx.commit().await?;
            Outbox::queued();
        }
        if queued == 0 {
            return Ok(RoundStarted {
                round: None,
                too_soon,
            });
        }
        let mut tx = self.store.read().await?;
        let round = self.round(&mut tx, &actor, call.kind).await?;
        Ok(RoundStarted { round, too_soon })
    }
}

impl Handle<RoundNow> for Service {
    type Caller = FullAccess;

    async fn handle(
        &self,
        FullAccess(actor): FullAccess,
        call: RoundNow,
        _: Timestamp,
    ) -> Result<Option<Round>, Error> {
        let mut tx = self.store.read().await?;
        self.round(&mut tx, &actor, call.kind).await
    }
}

impl Handle<CancelRound> for Service {
    type Caller = FullAccess;

    async fn handle(
        &self,
        actor: FullAccess,
        call: CancelRound,
        now: Timestamp,
    ) -> Result<Option<Round>, Error> {
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let kind = message_kind(call.kind);
        let newest = tx.newest_round(&actor.practice.id, kind).await?;
        let taken_back = match newest {
            Some(newest) => tx.cancel_round(&newest.id, now).await?,
            None => 0,
        };
        if taken_back > 0 {
            let many = taken_back.to_string();
            let happened = Happened {
                reason: Some(&many),
                ..by(&actor, EventKind::RoundTakenBack)
            };
            self.log(&mut tx, happened, now).await?;
        }
        let round = self.round(&mut tx, &actor, call.kind).await?;
        tx.commit().await?;
        Ok(round)
    }
}

impl Service {
    /// Queues the message of one person, as so many before it were; false if it is too soon for it.
    async fn queue_one(
        &self,
        tx: &mut Tx,
        actor: &Staff,
        call: &StartRound,
        target: &TargetRow,
        (round, before): (&str, i64),
        now: Timestamp,
    ) -> Result<bool, Error> {
        let practice = &actor.practice;
        let id = self.new_row_id(now);
        let to = target.email.as_str();
        let letter = match call.kind {
            RoundKind::Test => letters::test_to(to, &practice.name),
            RoundKind::Reminder => letters::reminder(to, &actor.user.name, &practice.name),
        };
        let due = seconds_after(now, APART_SECONDS * before);
        let message = NewMessage {
            id: &id,
            practice: &practice.id,
            user: &target.user,
            kind: message_kind(call.kind),
            channel: Channel::Email,
            sealed: self.seal_letter(tx, &id, &letter).await?,
            made: now,
            ends: minutes_after(due, MINUTES_PER_DAY),
        };
        let since = minutes_after(now, -MINUTES_PER_DAY);
        Ok(tx.queue_in_round(message, round, due, since).await?)
    }

    async fn round(
        &self,
        tx: &mut Tx,
        actor: &Staff,
        kind: RoundKind,
    ) -> Result<Option<Round>, Error> {
        let newest = tx.newest_round(&actor.practice.id, message_kind(kind));
        let Some(row) = newest.await? else {
            return Ok(None);
        };
        let people = tx.reached(&row.id, Round::SHOWN).await?;
        Ok(Some(Round {
            kind,
            at: row.at,
            all: row.all,
            waiting: row.waiting,
            handed_over: row.handed_over,
            failed: row.failed,
            cancelled: row.dropped,
            people: people
                .into_iter()
                .map(|row| Reached {
                    user: row.user,
                    name: row.name,
                    email: row.email,
                    line: line(&row.sending),
                })
                .collect(),
        }))
    }
}

fn message_kind(kind: RoundKind) -> MessageKind {
    match kind {
        RoundKind::Test => MessageKind::Test,
        RoundKind::Reminder => MessageKind::Reminder,
    }
}

fn sent(kind: RoundKind) -> EventKind {
    match kind {
        RoundKind::Test => EventKind::TestsSent,
        RoundKind::Reminder => EventKind::RemindersSent,
    }
}
