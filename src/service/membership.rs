//! A person's place in a practice: name, role, dates, leaving and coming back.

use super::acts::{Done, Subject, by, new_place, reason};
use super::{FullAccess, Handle, Happened, Service, Staff, SteppedUp};
use crate::api::{Ack, Deactivate, EditPerson, Error, Fault, Field, Reactivate, SetDates, SetRole};
use crate::domain::{
    EventKind, MembershipId, PersonName, Role, Standing, Term, TermFault, Timestamp, UserId,
};
use crate::store::Tx;

impl Handle<EditPerson> for Service {
    type Caller = SteppedUp<FullAccess>;

    fn check(&self, call: &EditPerson) -> Result<(), Error> {
        name(call).map(drop)
    }

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: EditPerson,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let name = name(&call)?;
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let subject = actor.anybody(&mut tx, &call.user, now).await?;
        actor.facts.have_full_access_wherever(&subject.facts)?;
        if subject.user.name != name.as_str() {
            tx.rename_user(&subject.user, name.as_str()).await?;
            if subject.user.id == actor.user.id {
                let happened = Happened {
                    subject: Some(&call.user),
                    ..by(&actor, EventKind::Renamed)
                };
                self.log(&mut tx, happened, now).await?;
            } else {
                self.done_to(&mut tx, &actor, &subject, Done::Renamed, None, now)
                    .await?;
            }
            tx.commit().await?;
        }
        Ok(Ack {})
    }
}

fn name(call: &EditPerson) -> Result<PersonName, Error> {
    PersonName::parse(&call.name).map_err(|fault| Field::Name.cannot_be(fault))
}

impl Handle<SetRole> for Service {
    type Caller = SteppedUp<FullAccess>;

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: SetRole,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let subject = actor.present_or_planned(&mut tx, &call.user, now).await?;
        if subject.role == call.role {
            return Ok(Ack {});
        }
        self.keep_the_last_enabled(&mut tx, &actor, &subject, now)
            .await?;
        self.change_place(
            &mut tx,
            &actor,
            &subject.user.id,
            call.role,
            &subject.term,
            now,
        )
        .await?;
        if call.role.has_full_access() {
            tx.end_remembered_of(&subject.user.id, now).await?;
        }
        self.done_to(&mut tx, &actor, &subject, Done::RoleSet, None, now)
            .await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Handle<SetDates> for Service {
    type Caller = SteppedUp<FullAccess>;

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: SetDates,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let zone = actor.0.practice.zone()?;
        let term =
            Term::of_days(&call.first_day, &call.last_day, &zone, now).map_err(
                |fault| match fault {
                    TermFault::FirstDay => Field::FirstDay.cannot_be(Fault::NotUnderstood),
                    TermFault::LastDay => Field::LastDay.cannot_be(Fault::NotUnderstood),
                    TermFault::Order => Field::LastDay.cannot_be(Fault::OutOfBounds),
                    TermFault::Past => Field::LastDay.cannot_be(Fault::Past),
                },
            )?;
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let subject = actor.present_or_planned(&mut tx, &call.user, now).await?;
        if subject.term == term {
            return Ok(Ack {});
        }
        if term.at(now) != Standing::Here {
            self.keep_the_last_enabled(&mut tx, &actor, &subject, now)
                .await?;
            self.settle_sessions_here(&mut tx, &actor, now).await?;
        }
        if !subject.term.at(now).belongs() {
            // Another practice made them, while this one had no say.
            tx.end_invitations_of(&subject.user.id, now).await?;
        }
        // Told first: to somebody who has not begun any more no practice would send it.
        self.done_to(&mut tx, &actor, &subject, Done::DatesSet, None, now)
            .await?;
        self.change_place(&mut tx, &actor, &subject.user.id, subject.role, &term, now)
            .await?;
        // No session of before an end, or of before a start that was moved, lives again.
        if subject.term.at(now) != Standing::Here || term.at(now) != Standing::Here {
            self.end_what_is_open_here(&mut tx, &actor, &subject, now)
                .await?;
        }
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Handle<Deactivate> for Service {
    type Caller = SteppedUp<FullAccess>;

    fn check(&self, call: &Deactivate) -> Result<(), Error> {
        reason(&call.reason).map(drop)
    }

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: Deactivate,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let why = reason(&call.reason)?;
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let subject = actor.present_or_planned(&mut tx, &call.user, now).await?;
        self.keep_the_last_enabled(&mut tx, &actor, &subject, now)
            .await?;
        // Told first: to somebody who belongs nowhere any more no practice would send it.
        self.done_to(
            &mut tx,
            &actor,
            &subject,
            Done::Deactivated,
            Some(&why),
            now,
        )
        .await?;
        let user = &subject.user.id;
        self.settle_sessions_here(&mut tx, &actor, now).await?;
        if !tx
            .close_membership(&actor.practice.id, user, &actor.user.id, now)
            .await?
        {
            return Err(Error::LastFullAccess);
        }
        self.end_what_is_open_here(&mut tx, &actor, &subject, now)
            .await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Handle<Reactivate> for Service {
    type Caller = SteppedUp<FullAccess>;

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: Reactivate,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let subject = actor.anybody_else(&mut tx, &call.user, now).await?;
        if subject.term.at(now) != Standing::Left {
            return Err(Error::Stale);
        }
        let id = MembershipId::new(now, &*self.random);
        let term = Term::default();
        if !tx
            .add_membership(new_place(
                &id,
                &actor,
                &subject.user.id,
                subject.role,
                &term,
                now,
            ))
            .await?
        {
            return Err(Error::Stale);
        }
        // Another practice made them, while this one had no say.
        tx.end_invitations_of(&subject.user.id, now).await?;
        if subject.role.has_full_access() {
            tx.end_remembered_of(&subject.user.id, now).await?;
        }
        self.done_to(&mut tx, &actor, &subject, Done::Reactivated, None, now)
            .await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Staff {
    /// Somebody else who was not deactivated: there now, later, or until the last day.
    async fn present_or_planned(
        &self,
        tx: &mut Tx,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Subject, Error> {
        let subject = self.anybody_else(tx, user, now).await?;
        match subject.term.at(now) {
            Standing::Left => Err(Error::Stale),
            Standing::NotYet | Standing::Here | Standing::Over => Ok(subject),
        }
    }
}

impl Service {
    /// Refuses what would leave the practice without an Enabled person with full access.
    async fn keep_the_last_enabled(
        &self,
        tx: &mut Tx,
        actor: &Staff,
        subject: &Subject,
        now: Timestamp,
    ) -> Result<(), Error> {
        let practice = &actor.practice.id;
        if subject.is_last_enabled_of(tx, practice, now).await? {
            return Err(Error::LastFullAccess);
        }
        Ok(())
    }

    /// What this practice's limits had ended or locked elsewhere stays so without them.
    async fn settle_sessions_here(
        &self,
        tx: &mut Tx,
        actor: &Staff,
        now: Timestamp,
    ) -> Result<(), Error> {
        let practice = &actor.practice.id;
        let limits = tx.limits_of_practice(practice).await?;
        Ok(tx.settle_sessions_in(practice, limits, now).await?)
    }

    async fn change_place(
        &self,
        tx: &mut Tx,
        actor: &Staff,
        user: &UserId,
        role: Role,
        term: &Term,
        now: Timestamp,
    ) -> Result<(), Error> {
        let id = MembershipId::new(now, &*self.random);
        let new = new_place(&id, actor, user, role, term, now);
        if tx.change_membership(new).await? {
            Ok(())
        } else {
            Err(Error::LastFullAccess)
        }
    }

    /// Ends a person's sessions in the actor's practice, every sign-in that waits, and, of
    /// somebody who belongs nowhere else, the codes that would set a password.
    async fn end_what_is_open_here(
        &self,
        tx: &mut Tx,
        actor: &Staff,
        subject: &Subject,
        now: Timestamp,
    ) -> Result<(), Error> {
        let user = &subject.user.id;
        tx.end_sessions_in(&actor.practice.id, user, now).await?;
        tx.end_remembered_of(user, now).await?;
        // A sign-in that waits began as somebody of this practice too; it is begun anew.
        tx.end_waiting_of(user, now).await?;
        let elsewhere =
            |place: &crate::store::MembershipRow| place.practice.id != actor.practice.id;
        if !subject.facts.memberships.iter().any(elsewhere) {
            tx.end_invitations_of(user, now).await?;
        }
        Ok(())
    }
}
