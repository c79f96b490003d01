//! One's own methods: which there are, which may be chosen, which is asked for first.

use super::acts::on_oneself;
use super::callers::goes_on;
use super::callers::sealed::Sealed;
use super::facts::Facts;
use super::notices::Told;
use super::{Caller, Handle, Present, Service, SetUpDue, Staff, SteppedUp};
use crate::api::{
    Choice, Choices, Error, Hindrance, MyMethods, Prefer, RemoveMethod, StatusFacts, Token,
};
use crate::domain::{Due, EventKind, MethodKind, NotAllowed, NoticeKind, Role, Timestamp, UserId};
use crate::store::{About, Tx, WaitingKind};

/// Whoever looks at the methods that may be set up: as [`super::Enrolling`], before the step-up.
#[derive(Debug)]
pub enum Choosing {
    /// In the set-up step of a sign-in.
    SetUp(SetUpDue),
    /// In a session, due or not.
    Own(Box<Present>),
}

impl Sealed for Choosing {}

impl Caller for Choosing {
    async fn admit(
        service: &Service,
        token: Option<&Token>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        if let Some(waiting) = goes_on(service, token, WaitingKind::SetUp, now).await? {
            return Ok(Self::SetUp(SetUpDue { waiting }));
        }
        let present = Present::admit(service, token, now).await?;
        Ok(Self::Own(Box::new(present)))
    }
}

impl Choosing {
    pub(super) fn user(&self) -> &UserId {
        match self {
            Self::SetUp(due) => &due.waiting.user,
            Self::Own(present) => &present.0.user.id,
        }
    }
}

impl Handle<MyMethods> for Service {
    type Caller = Staff;

    async fn handle(
        &self,
        caller: Staff,
        _: MyMethods,
        now: Timestamp,
    ) -> Result<StatusFacts, Error> {
        self.tell(&caller.facts, caller.role, true, now)
    }
}

impl Handle<Choices> for Service {
    type Caller = Choosing;

    async fn handle(
        &self,
        caller: Choosing,
        _: Choices,
        now: Timestamp,
    ) -> Result<Vec<Choice>, Error> {
        let mut tx = self.store.read().await?;
        let facts = Facts::read(&mut tx, caller.user(), now).await?;
        let mut choices = Vec::with_capacity(MethodKind::ALL.len());
        for kind in MethodKind::ALL {
            choices.push(Choice {
                kind: *kind,
                hindrance: self.hindrance(&mut tx, &facts, *kind).await?,
                proven: facts.proven(*kind).is_some(),
            });
        }
        Ok(choices)
    }
}

impl Handle<Prefer> for Service {
    type Caller = SteppedUp<Staff>;

    async fn handle(
        &self,
        SteppedUp(owner): Self::Caller,
        call: Prefer,
        now: Timestamp,
    ) -> Result<StatusFacts, Error> {
        let mut tx = self
            .store
            .write_about(About::Person(owner.user.id.as_str()))
            .await?;
        let owner = owner.again(&mut tx, now).await?;
        owner.facts.enrolment.clone().prefer(call.kind)?;
        tx.prefer_method(&owner.user.id, call.kind).await?;
        let preferred = on_oneself(&owner, EventKind::MethodPreferred).with(call.kind);
        self.log(&mut tx, preferred, now).await?;
        let facts = Facts::read(&mut tx, &owner.user.id, now).await?;
        tx.commit().await?;
        self.tell(&facts, owner.role, true, now)
    }
}

impl Handle<RemoveMethod> for Service {
    type Caller = SteppedUp<Staff>;

    async fn handle(
        &self,
        SteppedUp(owner): Self::Caller,
        call: RemoveMethod,
        now: Timestamp,
    ) -> Result<StatusFacts, Error> {
        let mut tx = self
            .store
            .write_about(About::Person(owner.user.id.as_str()))
            .await?;
        let owner = owner.again(&mut tx, now).await?;
        let user = &owner.user.id;
        let left = owner.facts.enrolment.clone().remove(call.kind)?;
        // What is left must open the door (attack 55).
        let allowed = &owner.facts.allowed;
        if left
            .methods()
            .is_some_and(|left| allowed.due(left, now) == Due::Now)
        {
            return Err(NotAllowed::OnlyMethod.into());
        }
        tx.close_proven(user, call.kind, now).await?;
        if let Some(methods) = left.methods() {
            tx.prefer_method(user, methods.preferred()).await?;
        }
        if left.started().is_none() {
            tx.close_pending(user, now).await?;
        }
        // What waits for a code of the method that is gone began under the former state.
        tx.end_waiting_of(user, now).await?;
        tx.end_sessions_of(user, Some(&owner.session.id), now)
            .await?;
        let removed = on_oneself(&owner, EventKind::MethodRemoved).with(call.kind);
        self.log(&mut tx, removed, now).await?;
        let told = Told::in_session(&owner, NoticeKind::Removed);
        self.notify(&mut tx, user, told, now).await?;
        let facts = Facts::read(&mut tx, user, now).await?;
        tx.commit().await?;
        self.tell(&facts, owner.role, true, now)
    }
}

impl Service {
    /// The status and what it rests on, for somebody with this role who asks.
    pub(super) fn tell(
        &self,
        facts: &Facts,
        asker: Role,
        oneself: bool,
        now: Timestamp,
    ) -> Result<StatusFacts, Error> {
        let mut told = facts.tell(asker, oneself, now);
        for method in &mut told.methods {
            if let (Some(_), Some(row)) = (method.kind.channel(), facts.proven(method.kind)) {
                method.to = Some(self.destination(row)?.masked());
            }
        }
        Ok(told)
    }

    /// What stands in the way of setting this kind up.
    pub(super) async fn hindrance(
        &self,
        tx: &mut Tx,
        facts: &Facts,
        kind: MethodKind,
    ) -> Result<Option<Hindrance>, Error> {
        // Of several practices the most forbidding choice holds.
        for place in &facts.memberships {
            // What is being narrowed out is not begun any more.
            let allowed = place.allowance.decided;
            if !allowed.allows(kind, place.role) {
                let for_others = allowed.allows(kind, Role::Reception);
                return Ok(Some(if for_others {
                    Hindrance::NotForFullAccess
                } else {
                    Hindrance::NotAllowed
                }));
            }
        }
        let Some(channel) = kind.channel() else {
            return Ok(None);
        };
        let sender = self.sender(tx, &facts.practices(), channel).await?;
        Ok(sender.is_none().then_some(Hindrance::NotConfigured))
    }
}
