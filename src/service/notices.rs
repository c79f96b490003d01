//! What an owner is told: kept until it is read, and sent to a proven address.

use super::outbox::Outbox;
use super::sending::MINUTES_PER_DAY;
use super::sign_in::after_minutes;
use super::{Service, letters};
use crate::api::Error;
use crate::domain::{Channel, NoticeKind, Timestamp, UserId};
use crate::store::{NewMessage, Tx};

impl Service {
    /// Leaves a notice in the transaction of the act.
    pub(super) async fn notify(
        &self,
        tx: &mut Tx,
        user: &UserId,
        kind: NoticeKind,
        by: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let id = self.new_row_id(now);
        tx.notify(id, user, kind, by, now).await?;
        self.mail_notice(tx, user, kind, by, now).await
    }

    /// Sends a notice to an address that was proven by a code, where a practice of the owner
    /// sends e-mail. No other address is told anything.
    async fn mail_notice(
        &self,
        tx: &mut Tx,
        user: &UserId,
        kind: NoticeKind,
        by: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let Some(address) = tx.proven_email(user).await? else {
            return Ok(());
        };
        let places = tx.memberships(user, now).await?;
        let practices: Vec<_> = places.into_iter().map(|place| place.practice).collect();
        let Some(practice) = self.sender(tx, &practices, Channel::Email).await? else {
            return Ok(());
        };
        let id = self.new_row_id(now);
        let letter = letters::notice(address.as_str(), kind, by, &practice.name);
        let sealed = self.seal_letter(tx, &id, &letter).await?;
        tx.queue_notice(NewMessage {
            id: &id,
            practice: &practice.id,
            user,
            code: None,
            channel: Channel::Email,
            destination: "",
            sealed,
            made: now,
            ends: after_minutes(now, MINUTES_PER_DAY),
        })
        .await?;
        Outbox::queued();
        Ok(())
    }
}
