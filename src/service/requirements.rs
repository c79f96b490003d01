//! Turning two-factor on and off, reset, and *Allow tries again*.

use super::acts::{on_oneself, reason};
use super::{FullAccess, Handle, Service, Staff, SteppedUp};
use crate::api::{Ack, AllowTriesAgain, Error, Reset, TurnOff, TurnOn};
use crate::domain::{NotAllowed, NoticeKind, Role, Timestamp};
use crate::store::RequirementSource;

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
        let id = self.new_row_id(now);
        if call.user == actor.user.id {
            let source = RequirementSource::Oneself;
            let made = tx
                .add_requirement(&id, &call.user, source, None, by_whom, now)
                .await?;
            if made {
                self.log(&mut tx, on_oneself(&actor, "turned_on"), now)
                    .await?;
            }
        } else {
            full_access(&actor)?;
            let subject = actor.another(&mut tx, &call.user, now).await?;
            actor.may_act_on_factors_of(&subject)?;
            // A start that stands is not moved: nobody's time is stretched by asking again.
            let source = RequirementSource::FullAccess;
            let made = tx
                .add_requirement(&id, &call.user, source, Some(now), by_whom, now)
                .await?;
            if made {
                let kind = ("turned_on", NoticeKind::TurnedOn);
                self.done_to(&mut tx, (&actor, &subject), kind, None, now)
                    .await?;
            }
        }
        tx.commit().await?;
        Ok(Ack {})
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
        enrolment.turn_off(&facts.requirement, actor.role, oneself)?;
        if !oneself {
            // First: whether somebody is the last one elsewhere is not told to who may not ask.
            actor.has_full_access_wherever(&subject)?;
            if subject.is_last_enabled(&mut tx, now).await? {
                return Err(Error::LastFullAccess);
            }
            actor.may_act_on_factors_of(&subject)?;
        }
        tx.close_requirements(&call.user, now).await?;
        tx.close_methods(&call.user, now).await?;
        tx.end_recovery_sets(&call.user, now).await?;
        let keep = oneself.then_some(&actor.session.id);
        tx.end_sessions_of(&call.user, keep, now).await?;
        // A sign-in that waits for a code of a closed method began under the former state.
        tx.end_waiting_of(&call.user, now).await?;
        let kind = ("turned_off", NoticeKind::TurnedOff);
        if oneself {
            self.log(&mut tx, on_oneself(&actor, kind.0), now).await?;
            self.notify(&mut tx, &call.user, kind.1, None, now).await?;
        } else {
            self.done_to(&mut tx, (&actor, &subject), kind, why.as_ref(), now)
                .await?;
        }
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Handle<Reset> for Service {
    type Caller = SteppedUp<FullAccess>;

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
        actor.has_full_access_wherever(&subject)?;
        if subject.is_last_enabled(&mut tx, now).await? {
            return Err(Error::LastFullAccess);
        }
        actor.may_act_on_factors_of(&subject)?;
        tx.close_methods(&call.user, now).await?;
        tx.end_recovery_sets(&call.user, now).await?;
        tx.end_sessions_of(&call.user, None, now).await?;
        // A sign-in that waits for a code of the old method began under the former state. The
        // tries stay counted: a reset is no way round the limit.
        tx.end_waiting_of(&call.user, now).await?;
        let kind = ("reset", NoticeKind::Reset);
        self.done_to(&mut tx, (&actor, &subject), kind, Some(&why), now)
            .await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Handle<AllowTriesAgain> for Service {
    type Caller = SteppedUp<FullAccess>;

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
        actor.may_act_on_factors_of(&subject)?;
        tx.forget_code_tries(&call.user).await?;
        // Whoever used the tries up begins again with the password (security.md 45).
        tx.end_waiting_of(&call.user, now).await?;
        let kind = ("tries_allowed", NoticeKind::TriesAllowed);
        self.done_to(&mut tx, (&actor, &subject), kind, Some(&why), now)
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
