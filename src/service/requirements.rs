//! Turning two-factor on and off, reset, and *Allow tries again*.

use super::people::reason;
use super::{FullAccess, Handle, Happened, Service, Staff, SteppedUp};
use crate::api::{Ack, AllowTriesAgain, Error, Reset, TurnOff, TurnOn};
use crate::domain::{Counter, NotAllowed, Role, Timestamp};
use crate::store::{NoticeKind, RequirementSource};

impl Handle<TurnOn> for Service {
    type Caller = SteppedUp<Staff>;

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: TurnOn,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let mut tx = self.store.write().await?;
        let id = self.new_row_id(now);
        if call.user == actor.user.id {
            let source = RequirementSource::Oneself;
            let user = &actor.user.id;
            if tx
                .add_requirement(&id, user, source, None, user, now)
                .await?
            {
                self.log(&mut tx, of_oneself("turned_on", &actor), now)
                    .await?;
            }
        } else {
            full_access(&actor)?;
            let subject = self.other(&mut tx, &actor, &call.user, now).await?;
            let source = RequirementSource::FullAccess;
            // A start that stands is not moved: nobody's time is stretched by asking again.
            let (by, bites) = (&actor.user.id, Some(now));
            if tx
                .add_requirement(&id, &call.user, source, bites, by, now)
                .await?
            {
                let kind = ("turned_on", NoticeKind::TurnedOn);
                self.done_to(&mut tx, &actor, &subject, kind, None, now)
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
        let oneself = call.user == actor.user.id;
        let subject = if oneself {
            self.member(&mut tx, &actor, &call.user, now).await?
        } else {
            full_access(&actor)?;
            self.other(&mut tx, &actor, &call.user, now).await?
        };
        let (requirement, enrolment) = (&subject.facts.requirement, &subject.facts.enrolment);
        enrolment
            .clone()
            .turn_off(requirement, actor.role, oneself)?;
        if !oneself {
            reason(&call.reason)?;
            if self.is_last_enabled(&mut tx, &actor, &subject).await? {
                return Err(Error::LastFullAccess);
            }
        }
        tx.close_requirements(&call.user, now).await?;
        tx.close_methods(&call.user, now).await?;
        let keep = oneself.then_some(&actor.session.id);
        tx.end_sessions_of(&call.user, keep, now).await?;
        tx.end_waiting_of(&call.user, now).await?;
        if oneself {
            self.log(&mut tx, of_oneself("turned_off", &actor), now)
                .await?;
            self.notify(&mut tx, &call.user, NoticeKind::TurnedOff, None, now)
                .await?;
        } else {
            let kind = ("turned_off", NoticeKind::TurnedOff);
            let why = Some(reason(&call.reason)?);
            self.done_to(&mut tx, &actor, &subject, kind, why, now)
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
        SteppedUp(FullAccess(actor)): Self::Caller,
        call: Reset,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let why = reason(&call.reason)?;
        let mut tx = self.store.write().await?;
        let subject = self.other(&mut tx, &actor, &call.user, now).await?;
        subject.facts.enrolment.clone().reset(actor.role, false)?;
        if self.is_last_enabled(&mut tx, &actor, &subject).await? {
            return Err(Error::LastFullAccess);
        }
        tx.close_methods(&call.user, now).await?;
        tx.end_sessions_of(&call.user, None, now).await?;
        // A sign-in that waits for a code of the old method began under the former state.
        tx.end_waiting_of(&call.user, now).await?;
        let kind = ("reset", NoticeKind::Reset);
        self.done_to(&mut tx, &actor, &subject, kind, Some(why), now)
            .await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Handle<AllowTriesAgain> for Service {
    type Caller = SteppedUp<FullAccess>;

    async fn handle(
        &self,
        SteppedUp(FullAccess(actor)): Self::Caller,
        call: AllowTriesAgain,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let why = reason(&call.reason)?;
        let mut tx = self.store.write().await?;
        let subject = self.other(&mut tx, &actor, &call.user, now).await?;
        for counter in [Counter::Codes, Counter::RecoveryCodes] {
            tx.forget_tries(call.user.as_str(), counter).await?;
        }
        // Whoever used the tries up begins again with the password (security.md 45).
        tx.end_waiting_of(&call.user, now).await?;
        let kind = ("tries_allowed", NoticeKind::TriesAllowed);
        self.done_to(&mut tx, &actor, &subject, kind, Some(why), now)
            .await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}

fn full_access(actor: &Staff) -> Result<(), Error> {
    if actor.role == Role::FullAccess {
        Ok(())
    } else {
        Err(NotAllowed::FullAccessOnly.into())
    }
}

fn of_oneself<'a>(kind: &'static str, actor: &'a Staff) -> Happened<'a> {
    Happened {
        kind,
        practice: Some(&actor.practice.id),
        actor: Some(&actor.user.id),
        subject: Some(&actor.user.id),
        reason: None,
    }
}
