//! Locked sessions: what locks one, what opens it again, and how long sessions last.

use super::account::me;
use super::acts::by;
use super::callers::sealed::Sealed;
use super::callers::{Seen, times};
use super::keys::{new_token, token_hash};
use super::{Caller, FullAccess, Handle, Happened, Present, Service, Staff, SteppedUp};
use crate::api::{
    Ack, Active, Error, Fault, Field, KnowComputer, KnownComputer, Lasting, Lasts, Lock,
    SessionRule, SessionTimeOuts, SetSessionRule, Token, Unlock, Unlocked,
};
use crate::domain::{
    AbsoluteHours, COMPUTERS_PER_PERSON, Counter, EventKind, IdleMinutes, Password, SessionLimits,
    SessionState, Timestamp, UNLOCKS_PER_SESSION,
};
use crate::store::{About, SessionRow};

/// The owner of a locked session that has not ended.
#[derive(Debug)]
pub struct Locked(Staff);

/// Whoever holds a session that has not ended: open, due or locked, and whatever the clock says.
/// To lock must never fail for a reason that keeps the screen readable.
#[derive(Debug)]
pub struct Locking(SessionRow);

impl Sealed for Locked {}
impl Sealed for Locking {}

impl Caller for Locked {
    async fn admit(
        service: &Service,
        token: Option<&Token>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let mut tx = service.store.read().await?;
        let seen = Seen::session(&mut tx, token, now).await?;
        service.check_clock(&mut tx, now).await?;
        drop(tx);
        match seen.settle(service, now).await? {
            SessionState::Locked => seen.staff().map(Self),
            SessionState::Open => Err(Error::Stale),
            SessionState::Ended => Err(Error::NotSignedIn),
        }
    }
}

impl Caller for Locking {
    async fn admit(
        service: &Service,
        token: Option<&Token>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let mut tx = service.store.read().await?;
        let seen = Seen::session(&mut tx, token, now).await?;
        drop(tx);
        match seen.settle(service, now).await? {
            SessionState::Ended => Err(Error::NotSignedIn),
            SessionState::Open | SessionState::Locked => Ok(Self(seen.session)),
        }
    }
}

impl Handle<Lock> for Service {
    type Caller = Locking;

    async fn handle(
        &self,
        Locking(session): Locking,
        _: Lock,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let mut tx = self
            .store
            .write_about(About::Person(session.user.as_str()))
            .await?;
        if tx.lock_session(&session.id, now).await? {
            let happened = Happened::in_session(&session, EventKind::Locked);
            self.log(&mut tx, happened, now).await?;
            tx.commit().await?;
        }
        Ok(Ack {})
    }
}

impl Handle<Unlock> for Service {
    type Caller = Locked;

    async fn handle(
        &self,
        Locked(caller): Locked,
        call: Unlock,
        now: Timestamp,
    ) -> Result<Unlocked, Error> {
        let password = Password::typed(call.password.expose())
            .map_err(|fault| Field::Password.cannot_be(fault))?;
        let turn = self.hasher.turn()?;
        let (session, user) = (&caller.session, &caller.user);
        let own = session.id.to_string();

        let mut tx = self
            .store
            .write_about(About::Person(user.id.as_str()))
            .await?;
        let whose = Some(&user.id);
        let counted = self
            .count_try(&mut tx, &own, whose, Counter::Unlock, now)
            .await;
        if matches!(counted, Err(Error::Stopped)) {
            // The tenth was counted, and what should have ended the session was cut short.
            drop(tx);
            return Err(self.end_by_unlocks(session, now).await);
        }
        counted?;
        let subject = self.password_subject_of(session, &user.email);
        let password_try = self
            .count_try(&mut tx, &subject, whose, Counter::Passwords, now)
            .await?;
        let failures = tx.tries(&own, Counter::Unlock).await?.failures;
        tx.commit().await?;

        if !self
            .verify_password(turn, &password, user.password())
            .await?
        {
            let wrong = Happened {
                subject: Some(&user.id),
                ..Happened::in_session(session, EventKind::UnlockPasswordWrong)
            };
            self.log_failure(wrong, now).await?;
            if failures >= UNLOCKS_PER_SESSION {
                return Err(self.end_by_unlocks(session, now).await);
            }
            return Err(Error::WrongCredentials);
        }

        let mut tx = self
            .store
            .write_about(About::Person(user.id.as_str()))
            .await?;
        self.give_back(&mut tx, &password_try, now).await?;
        tx.forget_tries(&own, Counter::Unlock).await?;
        let token = new_token(&*self.random);
        let hash = token_hash(token.expose());
        if !tx
            .unlock_session(&session.id, &session.token_hash, &hash, now)
            .await?
        {
            return Err(Error::NotSignedIn);
        }
        self.log(
            &mut tx,
            Happened::in_session(session, EventKind::Unlocked),
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(Unlocked {
            token,
            me: me(user, &caller.practice, caller.role, &caller.facts),
        })
    }
}

impl Handle<Active> for Service {
    type Caller = Present;

    async fn handle(
        &self,
        Present(caller): Present,
        _: Active,
        now: Timestamp,
    ) -> Result<Lasting, Error> {
        let mut tx = self
            .store
            .write_about(About::Person(caller.user.id.as_str()))
            .await?;
        if !tx.touch_session(&caller.session.id, now).await? {
            // Locked or ended since the call was admitted; the next one says which.
            return Err(Error::Locked);
        }
        tx.commit().await?;
        let active = caller.session.active.max(now);
        Ok(lasting(
            &SessionRow {
                active,
                ..caller.session
            },
            caller.facts.limits(),
        ))
    }
}

impl Handle<Lasts> for Service {
    type Caller = Present;

    async fn handle(
        &self,
        Present(caller): Present,
        _: Lasts,
        _: Timestamp,
    ) -> Result<Lasting, Error> {
        Ok(lasting(&caller.session, caller.facts.limits()))
    }
}

impl Handle<KnowComputer> for Service {
    type Caller = Present;

    async fn handle(
        &self,
        Present(caller): Present,
        call: KnowComputer,
        now: Timestamp,
    ) -> Result<KnownComputer, Error> {
        let (session, user) = (&caller.session, &caller.user.id);
        let mut tx = self.store.write_about(About::Person(user.as_str())).await?;
        let shown = token_hash(call.computer.as_ref().map_or("", |token| token.expose()));
        let (hash, new) = if tx.knows_computer(&shown, Some(user)).await? {
            (shown, None)
        } else {
            let token = new_token(&*self.random);
            let hash = token_hash(token.expose());
            tx.add_computer(&hash, user, COMPUTERS_PER_PERSON, now)
                .await?;
            (hash, Some(token))
        };
        // One for each session: a stolen session must not make counters to guess through.
        if !tx.place_session(&session.id, &hash).await? {
            return Err(Error::Stale);
        }
        if new.is_some() {
            let happened = Happened {
                computer: Some(&hash),
                ..Happened::in_session(session, EventKind::ComputerAdded)
            };
            self.log(&mut tx, happened, now).await?;
        }
        tx.commit().await?;
        Ok(KnownComputer { computer: new })
    }
}

impl Handle<SessionRule> for Service {
    type Caller = FullAccess;

    async fn handle(
        &self,
        FullAccess(actor): FullAccess,
        _: SessionRule,
        _: Timestamp,
    ) -> Result<SessionTimeOuts, Error> {
        let mut tx = self.store.read().await?;
        let limits = tx.limits_of_practice(&actor.practice.id).await?;
        Ok(asked(limits))
    }
}

impl Handle<SetSessionRule> for Service {
    type Caller = SteppedUp<FullAccess>;

    fn check(&self, call: &SetSessionRule) -> Result<(), Error> {
        limits(call).map(drop)
    }

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: SetSessionRule,
        now: Timestamp,
    ) -> Result<SessionTimeOuts, Error> {
        let new = limits(&call)?;
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let practice = &actor.practice.id;
        let before = tx.limits_of_practice(practice).await?;
        if before != new {
            // Longer limits bring nothing to life that the shorter ones had ended or locked.
            tx.settle_sessions_in(practice, before, now).await?;
            tx.set_limits_of_practice(practice, new).await?;
            let change = format!("{} to {}", told(before), told(new));
            let happened = Happened {
                reason: Some(&change),
                ..by(&actor, EventKind::SessionRuleChanged)
            };
            self.log(&mut tx, happened, now).await?;
            tx.commit().await?;
        }
        Ok(asked(new))
    }
}

fn limits(SetSessionRule { limits }: &SetSessionRule) -> Result<SessionLimits, Error> {
    Ok(SessionLimits {
        idle: IdleMinutes::new(limits.idle_minutes)
            .map_err(|_| Field::IdleMinutes.cannot_be(Fault::OutOfBounds))?,
        absolute: AbsoluteHours::new(limits.absolute_hours)
            .map_err(|_| Field::AbsoluteHours.cannot_be(Fault::OutOfBounds))?,
    })
}

impl Service {
    /// The subject that wrong passwords in a session are counted under: its computer's, where
    /// the person is known, so that no stranger can hold it; else the address's.
    pub(super) fn password_subject_of(
        &self,
        session: &SessionRow,
        email: &crate::domain::EmailAddress,
    ) -> String {
        session
            .computer
            .clone()
            .unwrap_or_else(|| self.password_subject(email))
    }

    async fn end_by_unlocks(&self, session: &SessionRow, now: Timestamp) -> Error {
        let end = async {
            let mut tx = self
                .store
                .write_about(About::Person(session.user.as_str()))
                .await?;
            tx.end_session(&session.id, now).await?;
            let happened = Happened::in_session(session, EventKind::EndedByUnlocks);
            self.log(&mut tx, happened, now).await?;
            tx.commit().await?;
            Ok::<(), Error>(())
        };
        end.await.err().unwrap_or(Error::NotSignedIn)
    }
}

fn lasting(session: &SessionRow, limits: SessionLimits) -> Lasting {
    let times = times(session, limits);
    Lasting {
        locks: times.locks_at(),
        ends: times.ends_at(),
    }
}

fn asked(limits: SessionLimits) -> SessionTimeOuts {
    SessionTimeOuts {
        idle_minutes: limits.idle.get(),
        absolute_hours: limits.absolute.get(),
    }
}

/// The limits in the audit log.
fn told(limits: SessionLimits) -> String {
    format!("{} min, {} h", limits.idle.get(), limits.absolute.get())
}
