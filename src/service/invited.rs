//! Invitations that are sent to the person's own address, beside being handed over.

use super::acts::by;
use super::limits::{Room, limits};
use super::outbox::Outbox;
use super::{Happened, Service, Staff, letters};
use crate::api::{Error, Invitation, Line};
use crate::domain::{Channel, Destination, EventKind, Timestamp};
use crate::store::{Counted, MessageKind, NewMessage, Tx, UserRow};

/// Who is invited. Only the letter to that very address says which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Invited {
    /// Somebody who has no password yet.
    Anew,
    /// Somebody who has an account of another practice.
    WithAccount,
}

impl Service {
    /// Queues the letter of an invitation and notes on it how far it has come. One that cannot be
    /// sent is no failure: the code is there to be handed over.
    pub(super) async fn send_invitation(
        &self,
        tx: &mut Tx,
        actor: &Staff,
        user: &UserRow,
        invited: Invited,
        invitation: &mut Invitation,
        now: Timestamp,
    ) -> Result<(), Error> {
        let practice = &actor.practice;
        let channel = Channel::Email;
        if tx.delivery(&practice.id, channel).await?.is_none() {
            invitation.letter = Some(Line::NotConfigured);
            return Ok(());
        }
        let id = self.new_row_id(now);
        let code = invitation.code.expose();
        let letter = letters::invitation(
            &user.email,
            code,
            actor.user.name.as_str(),
            practice.name.as_str(),
            invited,
        );
        let to = Destination::Email(user.email.clone());
        let destination = self.destination_hash(&to);
        let kind = MessageKind::Invitation;
        let message = NewMessage {
            id: &id,
            practice: &practice.id,
            user: &user.id,
            kind,
            channel,
            sealed: self.seal_letter(tx, &id, &letter).await?,
            made: now,
            ends: invitation.ends,
        };
        // The code of one that still waits may be void by now.
        tx.drop_invitations(&practice.id, &destination, now).await?;
        let limits = limits(channel, now);
        let counted = Counted {
            destination: &destination,
            code: None,
            limits,
        };
        if !tx.queue(message, counted).await? {
            let room = Room {
                kind,
                user: &user.id,
                destination: &destination,
                sender: Some(&practice.id),
                channel,
            };
            let until = room.opens(tx, now).await?.unwrap_or(now);
            invitation.letter = Some(Line::TooMany { until });
            return Ok(());
        }
        Outbox::queued();
        invitation.letter = Some(Line::Queued);
        let happened = Happened {
            reason: Some(user.email.as_str()),
            ..by(actor, EventKind::InvitationSent)
        };
        self.log(tx, happened, now).await
    }
}
