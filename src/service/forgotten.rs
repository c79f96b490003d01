//! *Forgot your password?*: a code by e-mail, to a proven address and to no other.
//!
//! Nobody learns whether there is such an account (SECURITY.md, attack 1): the statements are the
//! same for any address, and what is written for an account is written for nobody otherwise.
//!
//! Whoever runs a practice's mail server reads its letters. So somebody who belongs to several
//! practices gets none: one of them alone could take what is the person's in the others
//! (SECURITY.md, attack 50). A hand-over code, to which each agrees, is left.

use secrecy::ExposeSecret;

use super::budgets;
use super::limits::limits;
use super::outbox::Outbox;
use super::{Anyone, Handle, Happened, Service, letters};
use crate::api::{Ack, Error, Field, ForgotPassword};
use crate::domain::{
    Channel, Destination, EmailAddress, EventKind, InvitationKind, RESET_MINUTES, ResetCode,
    Timestamp, UserId, minutes_after,
};
use crate::store::{About, Counted, MessageKind, NewInvitation, NewMessage};

impl Handle<ForgotPassword> for Service {
    type Caller = Anyone;

    async fn handle(&self, _: Anyone, call: ForgotPassword, now: Timestamp) -> Result<Ack, Error> {
        let email =
            EmailAddress::parse(&call.email).map_err(|fault| Field::Email.cannot_be(fault))?;
        let destination = self.destination_hash(&Destination::Email(email.clone()));
        // A count of its own: anyone may ask, and the owner's codes must still go out (G4).
        let kind = MessageKind::Reset;
        let mut tx = self.store.write_beside().await?;
        self.check_clock(&mut tx, now).await?;
        let user = tx.user_by_email(&email).await?;
        let whom = user
            .as_ref()
            .map_or(destination.as_str(), |user| user.id.as_str());
        tx.also_about(About::Person(whom)).await?;
        // Of somebody who is not there nothing is found and nothing is written.
        let nobody = UserId::new(now, &*self.random);
        let asked = user.as_ref().map_or(&nobody, |user| &user.id);
        let places = tx.memberships_to_come_too(asked, now).await?;
        // Another address may have taken its place before this one's turn came.
        let proven = tx.proven_email(asked).await? == Some(email.clone());
        let has_password = user
            .as_ref()
            .is_some_and(|user| user.password_hash.is_some());
        let Some(any) = tx.first_that_sends(Channel::Email).await? else {
            return Ok(Ack {});
        };
        let own = match &places[..] {
            [only] if only.begun => Some(&only.practice),
            _ => None,
        };
        let asks = own.unwrap_or(&any);
        let sends = tx.delivery(&asks.id, Channel::Email).await?.is_some();
        let (practice, to) = match own {
            Some(own) if sends && proven && has_password => (own, asked),
            _ => (&any, &nobody),
        };

        let code = ResetCode::generate(&*self.random);
        let ends = minutes_after(now, RESET_MINUTES);
        let text = code.to_text();
        let letter = letters::reset(&email, text.expose_secret(), &practice.name);
        let id = self.new_row_id(now);
        budgets::hold(&mut tx, kind, &destination, &practice.id).await?;
        let message = NewMessage {
            id: &id,
            practice: &practice.id,
            user: to,
            kind,
            channel: Channel::Email,
            sealed: self.seal_letter(&mut tx, &id, &letter).await?,
            made: now,
            ends,
        };
        let counted = Counted {
            destination: &destination,
            code: None,
            limits: limits(Channel::Email, now),
        };
        let queued = tx.queue(message, counted).await?;
        if queued {
            Outbox::queued();
        }
        // A code whose letter a limit held back would open nothing that anybody could know.
        let whose = if queued { to } else { &nobody };
        tx.add_invitation(NewInvitation {
            code_hash: &self.invitation_hash(code.expose_normal()),
            kind: InvitationKind::Email,
            user: whose,
            by: whose,
            made: now,
            ends,
        })
        .await?;
        let happened = Happened {
            practice: Some(&practice.id),
            ..Happened::on(to, EventKind::ResetAsked)
        };
        self.log(&mut tx, happened, now).await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}
