//! *Forgot your password?*: a code by e-mail, to a proven address and to no other.
//!
//! Nobody learns whether there is such an account (SECURITY.md, attack 1): the statements are the
//! same for any address, and what is written for an account is written for nobody otherwise.

use secrecy::ExposeSecret;

use super::budgets;
use super::outbox::Outbox;
use super::sending::limits;
use super::{Anyone, Handle, Happened, Service, letters};
use crate::api::{Ack, Error, Field, ForgotPassword};
use crate::domain::{
    Channel, Destination, EmailAddress, EventKind, InvitationKind, RESET_MINUTES, ResetCode,
    Timestamp, UserId, minutes_after,
};
use crate::store::{About, NewInvitation, NewMessage};

impl Handle<ForgotPassword> for Service {
    type Caller = Anyone;

    async fn handle(&self, _: Anyone, call: ForgotPassword, now: Timestamp) -> Result<Ack, Error> {
        let email =
            EmailAddress::parse(&call.email).map_err(|fault| Field::Email.cannot_be(fault))?;
        // A count of its own: anyone may ask, and the owner's codes must still go out (G4).
        let hash = self.destination_hash(&Destination::Email(email.clone()));
        let destination = format!("reset:{hash}");
        let mut tx = self.store.write_beside().await?;
        self.check_clock(&mut tx, now).await?;
        let user = tx.user_by_email(&email).await?;
        let whom = user.as_ref().map_or(hash.as_str(), |user| user.id.as_str());
        tx.also_about(About::Person(whom)).await?;
        // Of somebody who is not there nothing is found and nothing is written.
        let nobody = UserId::new(now, &*self.random);
        let asked = user.as_ref().map_or(&nobody, |user| &user.id);
        let places = tx.memberships(asked, now).await?;
        let proven = tx.proven_email(asked).await?.is_some();
        let first = tx.first_practice().await?.map(|sealed| sealed.practice);
        let has_password = user
            .as_ref()
            .is_some_and(|user| user.password_hash.is_some());
        let to = match proven && has_password && !places.is_empty() {
            true => asked.clone(),
            false => nobody.clone(),
        };
        let mut practices: Vec<_> = places.into_iter().map(|place| place.practice).collect();
        if practices.is_empty() {
            practices.extend(first);
        }
        let Some(practice) = self.sender(&mut tx, &practices, Channel::Email).await? else {
            return Ok(Ack {});
        };

        let code = ResetCode::generate(&*self.random);
        let ends = minutes_after(now, RESET_MINUTES);
        let text = code.to_text();
        let letter = letters::reset(&email, text.expose_secret(), &practice.name);
        let id = self.new_row_id(now);
        budgets::hold(&mut tx, &destination, &practice.id).await?;
        let message = NewMessage {
            id: &id,
            practice: &practice.id,
            user: &to,
            code: None,
            channel: Channel::Email,
            destination: &destination,
            sealed: self.seal_letter(&mut tx, &id, &letter).await?,
            made: now,
            ends,
        };
        if tx.queue(message, 0, limits(Channel::Email, now)).await? {
            Outbox::queued();
        }
        // A code whose letter a limit held back opens nothing that anybody could know.
        tx.add_invitation(NewInvitation {
            code_hash: &self.invitation_hash(code.expose_normal()),
            kind: InvitationKind::Email,
            user: &to,
            by: &to,
            made: now,
            ends,
        })
        .await?;
        let happened = Happened {
            practice: Some(&practice.id),
            ..Happened::on(&to, EventKind::ResetAsked)
        };
        self.log(&mut tx, happened, now).await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}
