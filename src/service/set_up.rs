//! Setting up a method: the secret, the proof, the way back.

use super::acts::on_oneself;
use super::facts::Facts;
use super::notices::Told;
use super::second_step::secret_of;
use super::set_up_sent::waiting_method;
use super::sign_in::By;
use super::{Enrolling, Handle, Happened, Service, SetUpDue, SteppedUp};
use crate::api::{
    Ack, AuthenticatorKey, CancelSetUp, Error, Field, Hindrance, ProveMethod, Proven, Secret,
    StartAuthenticator,
};
use crate::domain::{
    Code, Counter, Destination, Due, EventKind, MethodId, MethodKind, NotAllowed, NoticeKind,
    Purpose, SET_UP_MINUTES, SessionId, TRIES_PER_CHALLENGE, Timestamp, TotpSecret, UserId,
    minutes_after,
};
use crate::store::{About, Bond, MethodRow, NewMethod, Tx, WaitingKind};

/// The step that a method without time steps is left at.
const NO_STEPS: u64 = 1;

impl Handle<StartAuthenticator> for Service {
    type Caller = Enrolling;

    async fn handle(
        &self,
        caller: Enrolling,
        call: StartAuthenticator,
        now: Timestamp,
    ) -> Result<AuthenticatorKey, Error> {
        let mut tx = self
            .store
            .write_about(About::Person(caller.user().as_str()))
            .await?;
        let user = tx.user(caller.user()).await?.ok_or(Error::NotSignedIn)?;
        let facts = caller.check(&mut tx, now).await?;
        let started =
            facts
                .enrolment
                .clone()
                .start(MethodKind::Authenticator, call.replaces, now)?;
        let place = facts.memberships.first().ok_or(Error::NotSignedIn)?;
        let practice = place.practice.clone();

        let secret = TotpSecret::generate(&*self.random);
        let id = MethodId::new(now, &*self.random);
        let ends = minutes_after(now, SET_UP_MINUTES);
        let place = secret_of(id.as_str());
        let sealed = self.seal(&mut tx, place, secret.expose_bytes()).await?;
        tx.close_pending(&user.id, now).await?;
        tx.add_method(NewMethod {
            id: &id,
            user: &user.id,
            kind: MethodKind::Authenticator,
            replaces: started.replaces(),
            secret: sealed,
            from: now,
            ends,
        })
        .await?;
        let happened = caller.happened(EventKind::SetUpStarted);
        self.log(&mut tx, happened.with(MethodKind::Authenticator), now)
            .await?;
        tx.commit().await?;
        Ok(AuthenticatorKey {
            method: id,
            uri: Secret::new(secret.uri(&practice.name, user.email.as_str())),
            text: Secret::new(secret.grouped()),
            issuer: practice.name,
            account: user.email.as_str().to_owned(),
            ends,
        })
    }
}

impl Handle<ProveMethod> for Service {
    type Caller = Enrolling;

    async fn handle(
        &self,
        caller: Enrolling,
        call: ProveMethod,
        now: Timestamp,
    ) -> Result<Proven, Error> {
        let code = Code::find(call.code.expose()).map_err(|fault| Field::Code.cannot_be(fault))?;

        // The same limiter as at sign-in: this door is no easier to guess through.
        let mut tx = self
            .store
            .write_about(About::Person(caller.user().as_str()))
            .await?;
        let counted = self
            .count_try_of(&mut tx, caller.user(), Counter::Codes, now)
            .await?;
        let taken = tx
            .take_set_up_try(&call.method, caller.user(), TRIES_PER_CHALLENGE, now)
            .await?
            .ok_or(Error::ChallengeEnded)?;
        let tries_left = TRIES_PER_CHALLENGE.saturating_sub(taken);
        let mut tx = tx.commit_and_go_on(&self.store).await?;
        let user = tx.user(caller.user()).await?.ok_or(Error::NotSignedIn)?;
        let facts = caller.check(&mut tx, now).await?;
        let method = waiting_method(&facts, &call.method)?;
        let hindrance = self.hindrance(&mut tx, &facts, method.kind).await?;
        if let Some(Hindrance::NotForFullAccess | Hindrance::NotAllowed) = hindrance {
            drop(tx);
            self.give_back_alone(&counted, now).await?;
            return Err(NotAllowed::MethodNotAllowed.into());
        }
        let step = match self
            .prove_code(&mut tx, method, &code, tries_left, now)
            .await
        {
            Ok(step) => step,
            Err(refused) => {
                drop(tx);
                let failed = caller.happened(EventKind::CodeWrong).with(method.kind);
                return Err(self.code_refused(refused, failed, now).await);
            }
        };
        facts.enrolment.clone().prove(method.kind, now)?;
        // Never two generations of one kind, whatever the row says.
        let old = method.replaces.unwrap_or(method.kind);
        let replaced = tx.close_proven(&user.id, old, now).await?;
        if !tx.prove(&method.id, step, now).await? {
            return Err(Error::Stale);
        }
        tx.end_sessions_of(&user.id, caller.session(), now).await?;
        // What was recovered from is over: the rest of that paper opens nothing either, and a new
        // set is offered (SECURITY.md, attack 49).
        if replaced && tx.end_used_recovery_set(&user.id, now).await? {
            let voided = caller.happened(EventKind::RecoveryCodesVoided);
            self.log(&mut tx, voided, now).await?;
        }
        let notice = if replaced {
            NoticeKind::Replaced
        } else {
            NoticeKind::Enabled
        };
        self.notify(&mut tx, &user.id, caller.told(notice), now)
            .await?;
        if replaced && old != method.kind {
            let removed = caller.happened(EventKind::MethodRemoved);
            self.log(&mut tx, removed.with(old), now).await?;
        }
        let proven = caller.happened(EventKind::MethodProven);
        self.log(&mut tx, proven.with(method.kind), now).await?;
        let admitted = match &caller {
            Enrolling::SetUp(SetUpDue { waiting }) => {
                if !tx.end_waiting(&waiting.token_hash, now).await? {
                    return Err(Error::ChallengeEnded);
                }
                let facts = Facts::read(&mut tx, &user.id, now).await?;
                let by = By::factor(method.kind.into(), waiting);
                let admitted = self.admit_member(&mut tx, &user, &facts, by, now);
                Some(admitted.await?)
            }
            Enrolling::Own(_) => {
                self.give_back(&mut tx, &counted, now).await?;
                None
            }
        };
        // What else waits for a code or a set-up of this person began under the former state.
        tx.end_waiting_of(&user.id, now).await?;
        tx.commit().await?;
        Ok(Proven { admitted })
    }
}

impl Handle<CancelSetUp> for Service {
    type Caller = Enrolling;

    async fn handle(
        &self,
        caller: Enrolling,
        _: CancelSetUp,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let mut tx = self
            .store
            .write_about(About::Person(caller.user().as_str()))
            .await?;
        caller.check(&mut tx, now).await?;
        if tx.close_pending(caller.user(), now).await? {
            let cancelled = caller.happened(EventKind::SetUpCancelled);
            self.log(&mut tx, cancelled, now).await?;
        }
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Service {
    /// Looks at the counted code of a set-up; the time step that it spends.
    async fn prove_code(
        &self,
        tx: &mut Tx,
        method: &MethodRow,
        code: &Code,
        tries_left: u32,
        now: Timestamp,
    ) -> Result<u64, Error> {
        let Some(channel) = method.kind.channel() else {
            return self
                .totp_secret(method)?
                .matching_step(code, now)
                .ok_or(Error::CodeWrong { tries_left });
        };
        let bond = Bond {
            purpose: Purpose::SetUp,
            challenge: method.id.as_str(),
            channel,
        };
        self.spend_sent_code(tx, bond, code, tries_left, now)
            .await?;
        if let Destination::Email(address) = self.destination(method)? {
            tx.prove_email(&method.user, &address, now).await?;
        }
        Ok(NO_STEPS)
    }
}

impl Enrolling {
    pub(super) fn user(&self) -> &UserId {
        match self {
            Self::SetUp(due) => &due.waiting.user,
            Self::Own(SteppedUp(staff)) => &staff.user.id,
        }
    }

    /// An audit row of what this person did about their own methods.
    pub(super) fn happened(&self, kind: EventKind) -> Happened<'_> {
        match self {
            Self::SetUp(due) => Happened {
                actor: Some(self.user()),
                computer: due.waiting.computer.as_deref(),
                ..Happened::on(self.user(), kind)
            },
            Self::Own(SteppedUp(staff)) => on_oneself(staff, kind),
        }
    }

    /// What this person is told of it.
    fn told(&self, kind: NoticeKind) -> Told<'_> {
        match self {
            Self::SetUp(_) => Told::of(kind),
            Self::Own(SteppedUp(staff)) => Told::in_session(staff, kind),
        }
    }

    fn session(&self) -> Option<&SessionId> {
        match self {
            Self::SetUp(_) => None,
            Self::Own(SteppedUp(staff)) => Some(&staff.session.id),
        }
    }

    /// The facts as they are in this transaction, if the caller still stands in it. The set-up step
    /// of a sign-in reaches the set-up that is due and no other: as soon as one is proven it is
    /// dead (SECURITY.md, attack 32).
    pub(super) async fn check(&self, tx: &mut Tx, now: Timestamp) -> Result<Facts, Error> {
        match self {
            Self::SetUp(due) => {
                let facts = Facts::read(tx, self.user(), now).await?;
                let hash = &due.waiting.token_hash;
                let waits = tx.waiting(hash, WaitingKind::SetUp, now).await?.is_some();
                if !waits || (facts.is_enabled() && facts.due(now) != Due::Now) {
                    return Err(Error::ChallengeEnded);
                }
                Ok(facts)
            }
            Self::Own(SteppedUp(staff)) => {
                staff.still_open(tx).await?;
                Facts::in_session(tx, &staff.session, now).await
            }
        }
    }
}
