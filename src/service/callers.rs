//! Who may ask: proofs that the service alone can make, out of a token.

use std::future::Future;

use super::Service;
use super::facts::Facts;
use super::keys::token_hash;
use crate::api::{Error, Token};
use crate::domain::{
    Due, NotAllowed, Role, SessionLimits, SessionState, SessionTimes, Timestamp, stepped_up,
};
use crate::store::{About, PracticeRow, SessionRow, Tx, UserRow, WaitingKind, WaitingRow};

/// A proof of who asks.
pub trait Caller: sealed::Sealed + Sized + Send {
    /// What is answered without a token, if there is no such caller without one.
    const WITHOUT_TOKEN: Option<Error> = Some(Error::NotSignedIn);

    /// Makes the proof out of a token, or says why not.
    fn admit(
        service: &Service,
        token: Option<&Token>,
        now: Timestamp,
    ) -> impl Future<Output = Result<Self, Error>> + Send;
}

pub(super) mod sealed {
    pub trait Sealed {}
}

/// Anyone at all: the sign-in screen.
#[derive(Debug)]
pub struct Anyone(());

/// Whoever runs the backend, on the machine itself: no token makes one, and no server hands a call
/// on as one.
#[derive(Debug)]
pub struct Operator(pub(super) ());

/// A sign-in whose password was right and that waits for a code.
#[derive(Debug)]
pub struct CodeDue {
    pub(super) waiting: WaitingRow,
}

/// A sign-in that must set up a first method before anything else.
#[derive(Debug)]
pub struct SetUpDue {
    pub(super) waiting: WaitingRow,
}

/// A signed-in member of a practice, whatever the role.
#[derive(Debug)]
pub struct Staff {
    pub(super) session: SessionRow,
    pub(super) user: UserRow,
    pub(super) practice: PracticeRow,
    pub(super) role: Role,
    pub(super) facts: Facts,
}

/// A signed-in member whose set-up may be due: whoever may prove afresh who sits here. Without
/// this a session that became due could never reach the set-up that it is due for.
#[derive(Debug)]
pub struct Present(pub(super) Staff);

/// A signed-in person with full access to the practice of the session.
#[derive(Debug)]
pub struct FullAccess(pub(super) Staff);

/// A caller who proved afresh, at most 5 minutes ago, who sits here.
#[derive(Debug)]
pub struct SteppedUp<C>(pub(super) C);

/// Whoever may set up a method: a sign-in that must, or a stepped-up session. A session whose
/// owner has become due counts too: set-up is what it is due for.
#[derive(Debug)]
pub enum Enrolling {
    /// By the set-up step of a sign-in.
    SetUp(SetUpDue),
    /// From a session with a fresh password.
    Own(SteppedUp<Box<Staff>>),
}

/// Whoever leaves: any session, any sign-in that waits.
#[derive(Debug)]
pub enum Leaving {
    /// A session, open, locked or due.
    Session(SessionRow),
    /// A sign-in that waits.
    Waiting(WaitingRow),
}

impl sealed::Sealed for Anyone {}
impl sealed::Sealed for Operator {}
impl sealed::Sealed for CodeDue {}
impl sealed::Sealed for SetUpDue {}
impl sealed::Sealed for Staff {}
impl sealed::Sealed for Present {}
impl sealed::Sealed for FullAccess {}
impl<C: Caller> sealed::Sealed for SteppedUp<C> {}
impl sealed::Sealed for Enrolling {}
impl sealed::Sealed for Leaving {}

impl Caller for Anyone {
    const WITHOUT_TOKEN: Option<Error> = None;

    async fn admit(_: &Service, _: Option<&Token>, _: Timestamp) -> Result<Self, Error> {
        Ok(Self(()))
    }
}

impl Caller for Operator {
    async fn admit(_: &Service, _: Option<&Token>, _: Timestamp) -> Result<Self, Error> {
        Err(Error::Forbidden)
    }
}

impl Caller for CodeDue {
    const WITHOUT_TOKEN: Option<Error> = Some(Error::ChallengeEnded);

    async fn admit(
        service: &Service,
        token: Option<&Token>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let waiting = goes_on(service, token, WaitingKind::Code, now).await?;
        // What is known to whoever holds no such token: that nothing waits.
        waiting
            .map(|waiting| Self { waiting })
            .ok_or(Error::ChallengeEnded)
    }
}

impl Caller for SetUpDue {
    const WITHOUT_TOKEN: Option<Error> = Some(Error::ChallengeEnded);

    async fn admit(
        service: &Service,
        token: Option<&Token>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let waiting = goes_on(service, token, WaitingKind::SetUp, now).await?;
        waiting
            .map(|waiting| Self { waiting })
            .ok_or(Error::ChallengeEnded)
    }
}

impl Caller for Staff {
    async fn admit(
        service: &Service,
        token: Option<&Token>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let staff = Staff::open(service, token, now).await?;
        if staff.facts.due(now) == Due::Now {
            return Err(Error::SetUpDue);
        }
        Ok(staff)
    }
}

impl Caller for Present {
    async fn admit(
        service: &Service,
        token: Option<&Token>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        Staff::open(service, token, now).await.map(Self)
    }
}

impl Caller for FullAccess {
    async fn admit(
        service: &Service,
        token: Option<&Token>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let staff = Staff::admit(service, token, now).await?;
        if staff.role == Role::FullAccess {
            Ok(Self(staff))
        } else {
            Err(Error::Forbidden)
        }
    }
}

/// A caller that has a session whose step-up can be looked at.
pub trait InSession: Caller {
    /// The session.
    fn session(&self) -> &SessionRow;
}

impl InSession for Staff {
    fn session(&self) -> &SessionRow {
        &self.session
    }
}

impl InSession for FullAccess {
    fn session(&self) -> &SessionRow {
        &self.0.session
    }
}

impl<C: InSession> Caller for SteppedUp<C> {
    async fn admit(
        service: &Service,
        token: Option<&Token>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let caller = C::admit(service, token, now).await?;
        stepped_up_in(caller.session(), now)?;
        Ok(Self(caller))
    }
}

impl Caller for Enrolling {
    async fn admit(
        service: &Service,
        token: Option<&Token>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        if let Some(waiting) = goes_on(service, token, WaitingKind::SetUp, now).await? {
            return Ok(Self::SetUp(SetUpDue { waiting }));
        }
        let staff = Staff::open(service, token, now).await?;
        stepped_up_in(&staff.session, now)?;
        Ok(Self::Own(SteppedUp(Box::new(staff))))
    }
}

impl Caller for Leaving {
    async fn admit(
        service: &Service,
        token: Option<&Token>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let mut tx = service.store.read().await?;
        for kind in [WaitingKind::Code, WaitingKind::SetUp] {
            if let Some(waiting) = waiting(&mut tx, token, kind, now).await? {
                return Ok(Self::Waiting(waiting));
            }
        }
        session(&mut tx, token).await.map(Self::Session)
    }
}

impl Staff {
    /// The owner of an open session, due or not.
    async fn open(service: &Service, token: Option<&Token>, now: Timestamp) -> Result<Self, Error> {
        let mut tx = service.store.read().await?;
        let seen = Seen::session(&mut tx, token, now).await?;
        service.check_clock(&mut tx, now).await?;
        drop(tx);
        match seen.settle(service, now).await? {
            SessionState::Open => seen.staff(),
            SessionState::Locked => Err(Error::Locked),
            SessionState::Ended => Err(Error::NotSignedIn),
        }
    }
}

/// A session as it was found, with its owner, and what it is good for.
pub(super) struct Seen {
    pub(super) session: SessionRow,
    user: UserRow,
    facts: Facts,
    state: SessionState,
}

impl Seen {
    /// Looks for the session of a token.
    pub(super) async fn session(
        tx: &mut Tx,
        token: Option<&Token>,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let session = session(tx, token).await?;
        let user = tx.user(&session.user).await?.ok_or(Error::NotSignedIn)?;
        let facts = Facts::in_session(tx, &session, now).await?;
        let state = times(&session, facts.limits()).state(now);
        Ok(Self {
            session,
            user,
            facts,
            state,
        })
    }

    /// The owner, whatever the state.
    pub(super) fn staff(self) -> Result<Staff, Error> {
        let place = self.facts.place_in(&self.session.practice);
        let place = place.ok_or(Error::NotSignedIn)?;
        let (practice, role) = (place.practice.clone(), place.role);
        Ok(Staff {
            session: self.session,
            user: self.user,
            practice,
            role,
            facts: self.facts,
        })
    }

    /// Its state, which is written down once a limit has been seen to be reached: a clock that
    /// is set back brings nothing to life that somebody has seen locked or ended.
    pub(super) async fn settle(
        &self,
        service: &Service,
        now: Timestamp,
    ) -> Result<SessionState, Error> {
        let unwritten = match self.state {
            SessionState::Open => false,
            SessionState::Locked => self.session.locked.is_none(),
            SessionState::Ended => true,
        };
        if unwritten {
            let user = About::Person(self.session.user.as_str());
            let mut tx = service.store.write_about(user).await?;
            match self.state {
                SessionState::Ended => tx.end_session(&self.session.id, now).await?,
                _ => tx.lock_idle_session(&self.session, now).await?,
            }
            tx.commit().await?;
        }
        Ok(self.state)
    }
}

/// Refuses where nobody has proven afresh who sits here. A session of the desk is told at once that
/// nothing of the kind is possible in it: no code is sent for it, and none typed.
fn stepped_up_in(session: &SessionRow, now: Timestamp) -> Result<(), Error> {
    if session.desk {
        return Err(NotAllowed::DeskSession.into());
    }
    match stepped_up(session.stepped_up, now) {
        true => Ok(()),
        false => Err(Error::StepUpNeeded),
    }
}

/// The times of a session, with the limits that hold for it.
pub(super) fn times(session: &SessionRow, limits: SessionLimits) -> SessionTimes {
    SessionTimes {
        made: session.made,
        last_active: session.active,
        locked_at: session.locked,
        limits,
        until: session.ends,
    }
}

async fn session(tx: &mut Tx, token: Option<&Token>) -> Result<SessionRow, Error> {
    let token = token.ok_or(Error::NotSignedIn)?;
    tx.session(&token_hash(token.expose()))
        .await?
        .ok_or(Error::NotSignedIn)
}

async fn waiting(
    tx: &mut Tx,
    token: Option<&Token>,
    kind: WaitingKind,
    now: Timestamp,
) -> Result<Option<WaitingRow>, Error> {
    let Some(token) = token else { return Ok(None) };
    Ok(tx.waiting(&token_hash(token.expose()), kind, now).await?)
}

/// As [`waiting`], for whoever goes on with the sign-in: not on a clock that was set back, which
/// would stretch the token's time.
pub(super) async fn goes_on(
    service: &Service,
    token: Option<&Token>,
    kind: WaitingKind,
    now: Timestamp,
) -> Result<Option<WaitingRow>, Error> {
    let mut tx = service.store.read().await?;
    let waiting = waiting(&mut tx, token, kind, now).await?;
    if waiting.is_some() {
        service.check_clock(&mut tx, now).await?;
    }
    Ok(waiting)
}
