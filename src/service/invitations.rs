//! Adding a person, and the codes that let a password be chosen.

use secrecy::ExposeSecret;

use super::acts::{Done, by, reason};
use super::agreement::Act;
use super::invited::Invited;
use super::notices::Told;
use super::{Anyone, FullAccess, Handle, Happened, Service, SteppedUp};
use crate::api::{
    AddPerson, Error, Fault, Field, Invitation, InviteAgain, MakeHandOverCode, Outcome, Redeem,
    Secret,
};
use crate::domain::{
    Counter, EmailAddress, EventKind, INVITATION_HOURS, InvitationCode, InvitationKind, Newcomer,
    NoticeKind, Password, PersonName, Timestamp, TypedInvitation, UserId, minutes_after,
};
use crate::store::{self, About, NewInvitation, Tx, UserRow};

/// Wrong codes are counted by how they begin, since there is no account to count them under: a guess
/// holds up one newcomer in 32,768 (each letter has 5 bits), and nobody holds up all of them.
const COUNTED_LETTERS: usize = 3;

impl Handle<AddPerson> for Service {
    type Caller = SteppedUp<FullAccess>;

    fn check(&self, call: &AddPerson) -> Result<(), Error> {
        newcomer(call).map(drop)
    }

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: AddPerson,
        now: Timestamp,
    ) -> Result<Invitation, Error> {
        let newcomer = newcomer(&call)?;
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let invitation = self
            .add_or_offer(&mut tx, &actor, newcomer, call.send, now)
            .await?;
        let invitation = invitation.ok_or_else(|| Field::Email.cannot_be(Fault::Taken))?;
        tx.commit().await?;
        Ok(invitation)
    }
}

fn newcomer(call: &AddPerson) -> Result<Newcomer, Error> {
    Ok(Newcomer {
        name: PersonName::parse(&call.name).map_err(|fault| Field::Name.cannot_be(fault))?,
        email: EmailAddress::parse(&call.email).map_err(|fault| Field::Email.cannot_be(fault))?,
        role: call.role,
    })
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
        let mut invitation = self
            .invite(
                &mut tx,
                &actor.user.id,
                InvitationKind::Invitation,
                &call.user,
                now,
            )
            .await?;
        if call.send {
            self.send_invitation(
                &mut tx,
                &actor,
                &subject.user,
                Invited::Anew,
                &mut invitation,
                now,
            )
            .await?;
        }
        tx.commit().await?;
        Ok(invitation)
    }
}

impl Handle<MakeHandOverCode> for Service {
    type Caller = SteppedUp<FullAccess>;

    fn check(&self, call: &MakeHandOverCode) -> Result<(), Error> {
        reason(&call.reason).map(drop)
    }

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: MakeHandOverCode,
        now: Timestamp,
    ) -> Result<Invitation, Error> {
        let why = reason(&call.reason)?;
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let subject = actor.another(&mut tx, &call.user, now).await?;
        // Who has no password yet has an invitation.
        if subject.user.password_hash.is_none() {
            return Err(Error::Stale);
        }
        actor.facts.must_be_enabled()?;
        tx = self
            .agreed(tx, &actor, &subject, Act::HandOverCode, &why, now)
            .await?;
        let code = self
            .invite(
                &mut tx,
                &actor.user.id,
                InvitationKind::HandOver,
                &call.user,
                now,
            )
            .await?;
        self.done_to(
            &mut tx,
            &actor,
            &subject,
            Done::HandOverCodeMade,
            Some(&why),
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(code)
    }
}

impl Handle<Redeem> for Service {
    type Caller = Anyone;

    async fn handle(&self, _: Anyone, call: Redeem, now: Timestamp) -> Result<Outcome, Error> {
        let code = TypedInvitation::parse(call.code.expose())
            .map_err(|_| Field::Invitation.cannot_be(Fault::NotUnderstood))?;
        let hash = self.invitation_hash(code.expose_normal());
        let turn = self.hasher.turn()?;

        // Looking at a code is a try, counted and committed first.
        let subject = self.invitation_subject(code.expose_normal());
        let about = About::Person(&subject);
        let mut tx = self.store.write_about(about).await?;
        self.check_clock(&mut tx, now).await?;
        let counted = self
            .count_try(&mut tx, &subject, None, Counter::Passwords, now)
            .await?;
        let invited = tx.invitation(&hash, now).await?;
        tx.commit().await?;
        let Some((invited, _)) = invited else {
            let wrong = Happened::of(EventKind::InvitationWrong);
            self.log_failure(wrong, now).await?;
            return Err(Error::InvitationNotValid);
        };

        // A right code is no failure, even where the password cannot be taken: it is not spent.
        let mut tx = self.store.write_about(about).await?;
        self.give_back(&mut tx, &counted, now).await?;
        let user = tx.user(&invited).await?.ok_or(Error::InvitationNotValid)?;
        let mut names = vec![user.name.clone(), user.email.as_str().to_owned()];
        let places = tx.memberships(&user.id, now).await?;
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
        let kind = match redeemed {
            Some((owner, kind)) if owner == user.id => kind,
            _ => return Err(Error::InvitationNotValid),
        };
        let set = match kind {
            InvitationKind::Invitation => tx.set_first_password(&user.id, &new).await?,
            reset => tx.replace_forgotten_password(&user.id, &new, reset).await?,
        };
        if !set {
            return Err(Error::InvitationNotValid);
        }
        // Whoever held a right code was no guesser: mistypings of a busy desk do not add up to
        // ever longer waits.
        tx.forget_tries(&subject, Counter::Passwords).await?;
        // Somebody who belongs nowhere any more is as a wrong code.
        let place = tx.memberships(&user.id, now).await?.into_iter().next();
        let place = place.ok_or(Error::InvitationNotValid)?;
        let happened = Happened {
            practice: Some(&place.practice.id),
            actor: Some(&user.id),
            subject: Some(&user.id),
            ..Happened::of(match kind {
                InvitationKind::Invitation => EventKind::InvitationRedeemed,
                InvitationKind::HandOver | InvitationKind::Email => EventKind::PasswordReset,
            })
        };
        self.log(&mut tx, happened, now).await?;
        let outcome = match kind {
            InvitationKind::Invitation => {
                self.after_password(&mut tx, &user, None, None, now).await?
            }
            reset => self.after_reset(&mut tx, &user.id, reset, now).await?,
        };
        tx.commit().await?;
        Ok(outcome)
    }
}

impl Service {
    /// An account for somebody who has none, without a password yet.
    pub(super) async fn new_account(
        &self,
        tx: &mut Tx,
        newcomer: Newcomer,
        now: Timestamp,
    ) -> Result<UserRow, Error> {
        let user = UserRow {
            id: UserId::new(now, &*self.random),
            email: newcomer.email,
            name: newcomer.name.as_str().to_owned(),
            password_hash: None,
            email_barred: false,
        };
        tx.add_user(&user, now).await.map_err(|fault| match fault {
            store::Fault::Taken => Field::Email.cannot_be(Fault::Taken),
            fault => fault.into(),
        })?;
        Ok(user)
    }

    /// What a reset leaves behind: no session, nothing that waits, no other code, and a notice. No
    /// factor changes, and nobody is signed in (SECURITY.md, attack 48).
    async fn after_reset(
        &self,
        tx: &mut Tx,
        user: &UserId,
        kind: InvitationKind,
        now: Timestamp,
    ) -> Result<Outcome, Error> {
        tx.end_sessions_of(user, None, now).await?;
        tx.end_waiting_of(user, now).await?;
        tx.end_invitations_of(user, now).await?;
        self.notify(tx, user, Told::of(NoticeKind::PasswordReset), now)
            .await?;
        Ok(Outcome::PasswordSet {
            by_email: kind == InvitationKind::Email,
        })
    }

    /// A code for a password, made by somebody.
    pub(super) async fn invite(
        &self,
        tx: &mut Tx,
        by: &UserId,
        kind: InvitationKind,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Invitation, Error> {
        let code = InvitationCode::generate(&*self.random);
        let ends = minutes_after(now, INVITATION_HOURS * 60);
        tx.add_invitation(NewInvitation {
            code_hash: &self.invitation_hash(code.expose_normal()),
            kind,
            user,
            by,
            made: now,
            ends,
        })
        .await?;
        Ok(shown(&code, ends))
    }

    /// What wrong codes that begin like this one are counted under.
    fn invitation_subject(&self, letters: &str) -> String {
        let begins = letters.get(..COUNTED_LETTERS).unwrap_or(letters);
        let mac = self.keys.mac("invitation tries", begins.as_bytes());
        data_encoding::HEXLOWER.encode(&*mac)
    }

    /// Keyed, since 60 bits alone could be searched for in a copy of the database.
    pub(super) fn invitation_hash(&self, letters: &str) -> String {
        let mac = self.keys.mac("invitation", letters.as_bytes());
        data_encoding::HEXLOWER.encode(&*mac)
    }
}

/// A code as it is shown once, to whoever hands it over.
pub(super) fn shown(code: &InvitationCode, ends: Timestamp) -> Invitation {
    Invitation {
        code: Secret::new(code.to_text().expose_secret()),
        ends,
        letter: None,
    }
}
