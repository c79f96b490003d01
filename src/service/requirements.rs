//! Turning two-factor on and off, reset, and *Allow tries again*.

use super::acts::{Done, on_oneself, reason};
use super::agreement::Act;
use super::notices::Told;
use super::rules::moment;
use super::{FullAccess, Handle, Service, Staff, SteppedUp};
use crate::api::{
    Ack, AllowTriesAgain, Error, Fault, Field, Planned, Reset, TurnOff, TurnOn, TurnOnFor,
    TurnedOnFor,
};
use crate::domain::{EventKind, NotAllowed, NoticeKind, Role, Timestamp, UserId};
use crate::store::{RequirementSource, Tx};

impl Handle<TurnOn> for Service {
    type Caller = SteppedUp<Staff>;

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: TurnOn,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let by_whom = &actor.user.id;
        if call.user == actor.user.id {
            let id = self.new_row_id(now);
            let source = RequirementSource::Oneself;
            let made = tx
                .add_requirement(&id, &call.user, source, None, by_whom, now)
                .await?;
            if made {
                self.log(&mut tx, on_oneself(&actor, EventKind::TurnedOn), now)
                    .await?;
            }
        } else {
            full_access(&actor)?;
            let bites = moment(&actor.practice, call.from, now)?;
            self.turn_on(&mut tx, &actor, &call.user, bites, now)
                .await?;
        }
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Handle<TurnOnFor> for Service {
    type Caller = SteppedUp<FullAccess>;

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: TurnOnFor,
        now: Timestamp,
    ) -> Result<TurnedOnFor, Error> {
        if call.users.is_empty() || call.users.len() > Planned::MOST {
            return Err(Field::People.cannot_be(Fault::OutOfBounds));
        }
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let bites = moment(&actor.practice, call.from, now)?;
        let mut done = TurnedOnFor {
            on: 0,
            refused: Vec::new(),
        };
        for user in call.users {
            match self.turn_on(&mut tx, &actor, &user, bites, now).await {
                Ok(()) => done.on += 1,
                // Said for this person; the others do not wait for it.
                Err(error @ (Error::NotAllowed { .. } | Error::NotFound)) => {
                    done.refused.push((user, error));
                }
                Err(fault) => return Err(fault),
            }
        }
        tx.commit().await?;
        Ok(done)
    }
}

impl Service {
    /// Turns two-factor on for another, in the caller's transaction. A start that stands is not
    /// moved to a later time: nobody's time is stretched by asking again (SECURITY.md, attack 54).
    async fn turn_on(
        &self,
        tx: &mut Tx,
        actor: &Staff,
        user: &UserId,
        bites: Timestamp,
        now: Timestamp,
    ) -> Result<(), Error> {
        let subject = actor.another(tx, user, now).await?;
        actor.facts.may_act_on_factors_of(&subject.facts)?;
        let source = RequirementSource::FullAccess;
        tx.close_requirement_beyond(user, source, bites, now)
            .await?;
        let id = self.new_row_id(now);
        let made = tx
            .add_requirement(&id, user, source, Some(bites), &actor.user.id, now)
            .await?;
        if made {
            self.done_to(tx, actor, &subject, Done::TurnedOn, None, now)
                .await?;
        }
        Ok(())
    }
}

impl Handle<TurnOff> for Service {
    type Caller = SteppedUp<Staff>;

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: TurnOff,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let oneself = call.user == actor.user.id;
        let (subject, why) = if oneself {
            (actor.subject(&mut tx, &call.user, now).await?, None)
        } else {
            full_access(&actor)?;
            let why = reason(&call.reason)?;
            (actor.another(&mut tx, &call.user, now).await?, Some(why))
        };
        let facts = &subject.facts;
        let enrolment = facts.enrolment.clone();
        let role = if oneself {
            facts.role_for_oneself()
        } else {
            actor.role
        };
        enrolment.turn_off(&facts.requirement, role, oneself)?;
        if let Some(why) = &why {
            // First: whether somebody is the last one elsewhere is not told to who may not ask.
            tx = self
                .agreed(tx, &actor, &subject, Act::TurnOff, why, now)
                .await?;
            if subject.is_last_enabled(&mut tx, now).await? {
                return Err(Error::LastFullAccess);
            }
            actor.facts.must_be_enabled()?;
        }
        tx.close_requirements(&call.user, now).await?;
        tx.close_methods(&call.user, now).await?;
        tx.end_recovery_sets(&call.user, now).await?;
        let keep = oneself.then_some(&actor.session.id);
        tx.end_sessions_of(&call.user, keep, now).await?;
        // A sign-in that waits for a code of a closed method began under the former state.
        tx.end_waiting_of(&call.user, now).await?;
        if oneself {
            self.log(&mut tx, on_oneself(&actor, EventKind::TurnedOff), now)
                .await?;
            let told = Told::in_session(&actor, NoticeKind::TurnedOff);
            self.notify(&mut tx, &call.user, told, now).await?;
        } else {
            self.done_to(
                &mut tx,
                &actor,
                &subject,
                Done::TurnedOff,
                why.as_ref(),
                now,
            )
            .await?;
        }
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Handle<Reset> for Service {
    type Caller = SteppedUp<FullAccess>;

    fn check(&self, call: &Reset) -> Result<(), Error> {
        reason(&call.reason).map(drop)
    }

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: Reset,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let why = reason(&call.reason)?;
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let subject = actor.another(&mut tx, &call.user, now).await?;
        subject.facts.enrolment.clone().reset(actor.role, false)?;
        // First: whether somebody is the last one elsewhere is not told to who may not ask.
        tx = self
            .agreed(tx, &actor, &subject, Act::Reset, &why, now)
            .await?;
        if subject.is_last_enabled(&mut tx, now).await? {
            return Err(Error::LastFullAccess);
        }
        actor.facts.must_be_enabled()?;
        tx.close_methods(&call.user, now).await?;
        tx.end_recovery_sets(&call.user, now).await?;
        tx.end_sessions_of(&call.user, None, now).await?;
        // A sign-in that waits for a code of the old method began under the former state. The
        // tries stay counted: a reset is no way round the limit.
        tx.end_waiting_of(&call.user, now).await?;
        self.done_to(&mut tx, &actor, &subject, Done::Reset, Some(&why), now)
            .await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Handle<AllowTriesAgain> for Service {
    type Caller = SteppedUp<FullAccess>;

    fn check(&self, call: &AllowTriesAgain) -> Result<(), Error> {
        reason(&call.reason).map(drop)
    }

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: AllowTriesAgain,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let why = reason(&call.reason)?;
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let subject = actor.another(&mut tx, &call.user, now).await?;
        actor.facts.must_be_enabled()?;
        tx = self
            .agreed(tx, &actor, &subject, Act::AllowTries, &why, now)
            .await?;
        tx.forget_code_tries(&call.user).await?;
        // Whoever used the tries up begins again with the password (SECURITY.md, attack 45).
        tx.end_waiting_of(&call.user, now).await?;
        self.done_to(
            &mut tx,
            &actor,
            &subject,
            Done::TriesAllowed,
            Some(&why),
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}

/// Asked before anybody is looked up, so that the answer does not tell who exists.
fn full_access(actor: &Staff) -> Result<(), Error> {
    if actor.role == Role::FullAccess {
        Ok(())
    } else {
        Err(NotAllowed::FullAccessOnly.into())
    }
}
