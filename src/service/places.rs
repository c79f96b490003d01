//! People in several practices: a place that is offered, accepted, and gone to.

use super::account::me;
use super::acts::{by, new_place};
use super::invitations::shown;
use super::invited::Invited;
use super::keys::{new_token, token_hash};
use super::{Handle, Happened, Service, Staff, SteppedUp};
use crate::api::{AcceptPlace, Ack, Admitted, Error, Fault, Field, Invitation, SwitchPractice};
use crate::domain::{
    Counter, EventKind, INVITATION_HOURS, InvitationCode, InvitationKind, MembershipId, Newcomer,
    NotAllowed, PracticeId, Role, Term, Timestamp, UserId, minutes_after,
};
use crate::store::{About, NewOffer, NewPlace, Tx, UserRow};

impl Handle<AcceptPlace> for Service {
    type Caller = SteppedUp<Staff>;

    async fn handle(
        &self,
        SteppedUp(me): Self::Caller,
        call: AcceptPlace,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let code = InvitationCode::parse(call.code.expose())
            .map_err(|_| Field::Invitation.cannot_be(Fault::NotUnderstood))?;
        let hash = self.invitation_hash(code.expose_normal());

        let mut tx = self.store.write().await?;
        let me = me.again(&mut tx, now).await?;
        let user = &me.user.id;
        if tx.email_proven_at(user).await?.is_none() {
            return Err(NotAllowed::AddressNotProven.into());
        }
        // Counted for each person: whoever guesses here holds nobody else's invitation up.
        let subject = format!("place {user}");
        let counter = Counter::Passwords;
        self.count_try(&mut tx, &subject, Some(user), counter, now)
            .await?;
        let mut tx = tx.commit_and_go_on(&self.store).await?;
        me.still_open(&mut tx).await?;
        let Some(place) = tx.take_place(&hash, user, now).await? else {
            drop(tx);
            let wrong = by(&me, EventKind::InvitationWrong);
            self.log_failure(wrong, now).await?;
            return Err(Error::InvitationNotValid);
        };
        tx.forget_tries(&subject, counter).await?;
        let joined = tx
            .add_membership(NewPlace {
                id: &MembershipId::new(now, &*self.random),
                practice: &place.practice,
                user,
                role: place.role,
                term: &Term::default(),
                by: place.by.as_ref().unwrap_or(user),
                joined: now,
                now,
            })
            .await?;
        if !joined {
            return Err(Error::Stale);
        }
        // One practice made them, before this one had a say.
        tx.end_invitations_of(user, now).await?;
        if place.role.has_full_access() {
            // Whoever has full access somewhere always gives a code.
            tx.end_remembered_of(user, now).await?;
        }
        let happened = Happened {
            practice: Some(&place.practice),
            ..by(&me, EventKind::PlaceAccepted)
        };
        self.log(&mut tx, happened, now).await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Handle<SwitchPractice> for Service {
    type Caller = Staff;

    async fn handle(
        &self,
        caller: Staff,
        call: SwitchPractice,
        now: Timestamp,
    ) -> Result<Admitted, Error> {
        // Whoever let the person in answered for one practice.
        if caller.session.desk {
            return Err(NotAllowed::DeskSession.into());
        }
        let mut tx = self
            .store
            .write_about(About::Person(caller.user.id.as_str()))
            .await?;
        let caller = caller.again(&mut tx, now).await?;
        // One that is not the person's is as unknown as none (SECURITY.md, attack 57).
        let place = caller.facts.place_in(&call.practice);
        let place = place.ok_or(Error::NotFound)?;
        let token = new_token(&*self.random);
        let (session, hash) = (&caller.session, token_hash(token.expose()));
        let to = &place.practice.id;
        if !tx
            .move_session(&session.id, &session.token_hash, to, &hash, now)
            .await?
        {
            return Err(Error::NotSignedIn);
        }
        let left = by(&caller, EventKind::PracticeLeft);
        self.log(&mut tx, left, now).await?;
        let entered = Happened {
            practice: Some(to),
            ..by(&caller, EventKind::PracticeEntered)
        };
        self.log(&mut tx, entered, now).await?;
        tx.commit().await?;
        Ok(Admitted {
            token,
            me: me(&caller.user, &place.practice, place.role, &caller.facts),
            offer: None,
            recovery: None,
            remembered: None,
        })
    }
}

impl Service {
    /// Adds somebody to the actor's practice, with an invitation; whoever has an account elsewhere
    /// is offered a place, and the answer is the same. None for somebody who belongs there, or did.
    pub(super) async fn add_or_offer(
        &self,
        tx: &mut Tx,
        actor: &Staff,
        newcomer: Newcomer,
        send: bool,
        now: Timestamp,
    ) -> Result<Option<Invitation>, Error> {
        let Some(user) = tx.user_by_email(&newcomer.email).await? else {
            let role = newcomer.role;
            let user = self.new_account(tx, newcomer, now).await?;
            let id = MembershipId::new(now, &*self.random);
            let term = Term::default();
            tx.add_membership(new_place(&id, actor, &user.id, role, &term, now))
                .await?;
            let happened = Happened {
                subject: Some(&user.id),
                ..by(actor, EventKind::PersonAdded)
            };
            self.log(tx, happened, now).await?;
            let mut invitation = self
                .invite(
                    tx,
                    &actor.user.id,
                    InvitationKind::Invitation,
                    &user.id,
                    now,
                )
                .await?;
            if send {
                self.send_invitation(tx, actor, &user, Invited::Anew, &mut invitation, now)
                    .await?;
            }
            return Ok(Some(invitation));
        };
        let practice = &actor.practice.id;
        if tx.place(practice, &user.id).await?.is_some() {
            return Ok(None);
        }
        // The address, and not the name of an account that may never be of this practice.
        let happened = Happened {
            reason: Some(user.email.as_str()),
            ..by(actor, EventKind::PlaceOffered)
        };
        self.log(tx, happened, now).await?;
        let by = Some(&actor.user.id);
        let mut invitation = self
            .offer(tx, &user, practice, newcomer.role, by, now)
            .await?;
        if send {
            self.send_invitation(tx, actor, &user, Invited::WithAccount, &mut invitation, now)
                .await?;
        }
        Ok(Some(invitation))
    }

    /// Offers a place to somebody who has an account.
    pub(super) async fn offer(
        &self,
        tx: &mut Tx,
        user: &UserRow,
        practice: &PracticeId,
        role: Role,
        by: Option<&UserId>,
        now: Timestamp,
    ) -> Result<Invitation, Error> {
        let code = InvitationCode::generate(&*self.random);
        let ends = minutes_after(now, INVITATION_HOURS * 60);
        tx.offer_place(NewOffer {
            code_hash: &self.invitation_hash(code.expose_normal()),
            user: &user.id,
            email: user.email.as_str(),
            practice,
            role,
            by,
            made: now,
            ends,
        })
        .await?;
        Ok(shown(&code, ends))
    }
}
