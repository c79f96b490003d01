//! Adding a person, and the invitation that is handed over.

use secrecy::ExposeSecret;

use super::acts::by;
use super::sign_in::after_minutes;
use super::{Anyone, FullAccess, Handle, Happened, Service, SteppedUp};
use crate::api::{
    AddPerson, Error, Fault, Field, Invitation, InviteAgain, Outcome, Redeem, Secret,
};
use crate::domain::{
    Counter, EmailAddress, EventKind, INVITATION_HOURS, InvitationCode, MembershipId, Password,
    PersonName, Timestamp, UserId,
};
use crate::store::{self, Tx, UserRow};

/// Wrong invitation codes are counted together: there is no account to count them under.
const SUBJECT: &str = "invitations";

impl Handle<AddPerson> for Service {
    type Caller = SteppedUp<FullAccess>;

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: AddPerson,
        now: Timestamp,
    ) -> Result<Invitation, Error> {
        let name = PersonName::parse(&call.name).map_err(|fault| Field::Name.cannot_be(fault))?;
        let email =
            EmailAddress::parse(&call.email).map_err(|fault| Field::Email.cannot_be(fault))?;
        let user = UserRow {
            id: UserId::new(now, &*self.random),
            email,
            name: name.as_str().to_owned(),
            password_hash: None,
        };
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        tx.add_user(&user, now).await.map_err(|fault| match fault {
            store::Fault::Taken => Field::Email.cannot_be(Fault::Taken),
            fault => fault.into(),
        })?;
        tx.add_membership(
            &MembershipId::new(now, &*self.random),
            &actor.practice.id,
            &user.id,
            call.role,
            &actor.user.id,
            now,
        )
        .await?;
        let happened = Happened {
            subject: Some(&user.id),
            ..by(&actor, EventKind::PersonAdded)
        };
        self.log(&mut tx, happened, now).await?;
        let invitation = self.invite(&mut tx, &user.id, &actor.user.id, now).await?;
        tx.commit().await?;
        Ok(invitation)
    }
}

impl Handle<InviteAgain> for Service {
    type Caller = SteppedUp<FullAccess>;

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: InviteAgain,
        now: Timestamp,
    ) -> Result<Invitation, Error> {
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let subject = actor.subject(&mut tx, &call.user, now).await?;
        // Redeemed since the table was read: there is nothing left to invite to.
        if subject.user.password_hash.is_some() {
            return Err(Error::Stale);
        }
        let happened = Happened {
            subject: Some(&call.user),
            ..by(&actor, EventKind::InvitedAgain)
        };
        self.log(&mut tx, happened, now).await?;
        let invitation = self
            .invite(&mut tx, &call.user, &actor.user.id, now)
            .await?;
        tx.commit().await?;
        Ok(invitation)
    }
}

impl Handle<Redeem> for Service {
    type Caller = Anyone;

    async fn handle(&self, _: Anyone, call: Redeem, now: Timestamp) -> Result<Outcome, Error> {
        let code = InvitationCode::parse(call.code.expose())
            .map_err(|_| Field::Invitation.cannot_be(Fault::NotUnderstood))?;
        let hash = self.invitation_hash(&code);
        let turn = self.hasher.turn().await?;

        // Looking at a code is a try, counted and committed first.
        let mut tx = self.store.write().await?;
        self.check_clock(&mut tx, now).await?;
        let counted = self
            .count_try(&mut tx, (SUBJECT, None), Counter::Passwords, now)
            .await?;
        let invited = tx.invitation(&hash, now).await?;
        tx.commit().await?;
        let Some(invited) = invited else {
            let wrong = Happened::of(EventKind::InvitationWrong);
            self.log_failure(wrong, now).await?;
            return Err(Error::InvitationNotValid);
        };

        // A right code is no failure, even where the password cannot be taken: it is not spent.
        let mut tx = self.store.write().await?;
        self.give_back(&mut tx, &counted, now).await?;
        let user = tx.user(&invited).await?.ok_or(Error::InvitationNotValid)?;
        let mut names = vec![user.name.clone(), user.email.as_str().to_owned()];
        let places = tx.memberships(&user.id).await?;
        names.extend(places.into_iter().map(|place| place.practice.name));
        tx.commit().await?;
        let made_of: Vec<&str> = names.iter().map(String::as_str).collect();
        let password = Password::chosen(call.password.expose(), &made_of)
            .map_err(|fault| Field::Password.cannot_be(fault))?;
        let new = self
            .hasher
            .hash(turn, &user.id, &password, &*self.random)
            .await?;

        let mut tx = self.store.write().await?;
        let redeemed = tx.redeem_invitation(&hash, now).await?;
        if redeemed.as_ref() != Some(&user.id) || !tx.set_first_password(&user.id, &new).await? {
            return Err(Error::InvitationNotValid);
        }
        // Whoever held a right code was no guesser: mistypings of a busy desk do not add up to
        // ever longer waits.
        tx.forget_tries(SUBJECT, Counter::Passwords).await?;
        let place = tx.memberships(&user.id).await?.into_iter().next();
        let happened = Happened {
            practice: place.as_ref().map(|place| &place.practice.id),
            actor: Some(&user.id),
            subject: Some(&user.id),
            ..Happened::of(EventKind::InvitationRedeemed)
        };
        self.log(&mut tx, happened, now).await?;
        let outcome = self
            .after_password(&mut tx, &user, None, now)
            .await
            .map_err(|error| match error {
                Error::WrongCredentials => Error::InvitationNotValid,
                error => error,
            })?;
        tx.commit().await?;
        Ok(outcome)
    }
}

impl Service {
    async fn invite(
        &self,
        tx: &mut Tx,
        user: &UserId,
        by: &UserId,
        now: Timestamp,
    ) -> Result<Invitation, Error> {
        let code = InvitationCode::generate(&*self.random);
        let ends = after_minutes(now, INVITATION_HOURS * 60);
        tx.add_invitation(&self.invitation_hash(&code), user, by, now, ends)
            .await?;
        Ok(Invitation {
            code: Secret::new(code.to_text().expose_secret()),
            ends,
        })
    }

    /// Keyed, since 60 bits alone could be searched for in a copy of the database.
    fn invitation_hash(&self, code: &InvitationCode) -> String {
        let mac = self.keys.mac("invitation", code.expose_normal().as_bytes());
        data_encoding::HEXLOWER.encode(&*mac)
    }
}
