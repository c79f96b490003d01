//! What an owner is told: kept until it is read, and sent to a proven address.

use super::limits::MINUTES_PER_DAY;
use super::outbox::Outbox;
use super::{Service, Staff, letters};
use crate::api::Error;
use crate::domain::{Channel, NoticeKind, Timestamp, UserId, minutes_after};
use crate::store::{MessageKind, NewMessage, NewNotice, PracticeRow, Tx};

/// What an owner is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told<'a> {
    kind: NoticeKind,
    by: Option<&'a str>,
    practice: Option<&'a PracticeRow>,
}

impl<'a> Told<'a> {
    /// Of something that happened in no practice's session.
    pub(super) fn of(kind: NoticeKind) -> Self {
        Self {
            kind,
            by: None,
            practice: None,
        }
    }

    /// Of something that was done in a session: at its practice.
    pub(super) fn in_session(actor: &'a Staff, kind: NoticeKind) -> Self {
        Self::of(kind).at(&actor.practice)
    }

    /// At a practice.
    pub(super) fn at(self, practice: &'a PracticeRow) -> Self {
        Self {
            practice: Some(practice),
            ..self
        }
    }

    /// By somebody else, by name.
    pub(super) fn by(self, by: Option<&'a str>) -> Self {
        Self { by, ..self }
    }
}

impl Service {
    /// Leaves a notice in the transaction of the act.
    pub(super) async fn notify(
        &self,
        tx: &mut Tx,
        user: &UserId,
        told: Told<'_>,
        now: Timestamp,
    ) -> Result<(), Error> {
        tx.notify(NewNotice {
            id: self.new_row_id(now),
            user,
            kind: told.kind,
            by: told.by,
            practice: told.practice.map(|here| here.name.as_str()),
            now,
        })
        .await?;
        self.mail_notice(tx, user, told, now).await
    }

    /// Sends a notice to an address that was proven by a code, where a practice of the owner
    /// sends e-mail, first the one in whose session it was done. No other address is told anything.
    async fn mail_notice(
        &self,
        tx: &mut Tx,
        user: &UserId,
        told: Told<'_>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let Some(address) = tx.proven_email(user).await? else {
            return Ok(());
        };
        let places = tx.memberships(user, now).await?;
        let mut practices: Vec<_> = places.into_iter().map(|place| place.practice).collect();
        if let Some(here) = told.practice {
            // First, also where the owner is not any more or not yet; what is about a place there
            // is carried by nobody else.
            practices.retain(|practice| practice.id != here.id && !told.kind.is_of_one_practice());
            practices.insert(0, here.clone());
        }
        let Some(practice) = self.sender(tx, &practices, Channel::Email).await? else {
            return Ok(());
        };
        let id = self.new_row_id(now);
        let letter = letters::notice(address.as_str(), told.kind, told.by, &practice.name);
        let sealed = self.seal_letter(tx, &id, &letter).await?;
        tx.queue_notice(NewMessage {
            id: &id,
            practice: &practice.id,
            user,
            kind: MessageKind::Notice,
            channel: Channel::Email,
            sealed,
            made: now,
            ends: minutes_after(now, MINUTES_PER_DAY),
        })
        .await?;
        Outbox::queued();
        Ok(())
    }
}
