//! Acts on somebody of one's practice: on whom, whether the actor may, what is left behind.

use super::facts::Facts;
use super::notices::Told;
use super::{FullAccess, Happened, Service, Staff};
use crate::api::{Error, Fault, Field};
use crate::domain::{
    EventKind, MembershipId, NameFault, NotAllowed, NoticeKind, PracticeId, Reason, Role, Term,
    Timestamp, UserId,
};
use crate::store::{NewPlace, Tx, UserRow};

/// A person of the actor's practice, as of the act's own transaction.
pub(super) struct Subject {
    pub(super) user: UserRow,
    pub(super) role: Role,
    pub(super) term: Term,
    pub(super) facts: Facts,
}

/// What is done to somebody else. Activity has it, and the person is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    Deactivated,
    HandOverCodeMade,
    NewAddressAsked,
    DatesSet,
    Reactivated,
    Renamed,
    Reset,
    RoleSet,
    SessionsEnded,
    TriesAllowed,
    TurnedOff,
    TurnedOn,
}

impl Done {
    /// The entry, and the notice.
    const fn kinds(self) -> (EventKind, NoticeKind) {
        match self {
            Self::Deactivated => (EventKind::Deactivated, NoticeKind::Deactivated),
            Self::HandOverCodeMade => (EventKind::HandOverCodeMade, NoticeKind::HandOverCodeMade),
            Self::NewAddressAsked => (EventKind::NewAddressAsked, NoticeKind::NewAddressAsked),
            Self::DatesSet => (EventKind::DatesSet, NoticeKind::DatesSet),
            Self::Reactivated => (EventKind::Reactivated, NoticeKind::Reactivated),
            Self::Renamed => (EventKind::Renamed, NoticeKind::Renamed),
            Self::Reset => (EventKind::Reset, NoticeKind::Reset),
            Self::RoleSet => (EventKind::RoleSet, NoticeKind::RoleSet),
            Self::SessionsEnded => (EventKind::SessionsEnded, NoticeKind::SessionsEnded),
            Self::TriesAllowed => (EventKind::TriesAllowed, NoticeKind::TriesAllowed),
            Self::TurnedOff => (EventKind::TurnedOff, NoticeKind::TurnedOff),
            Self::TurnedOn => (EventKind::TurnedOn, NoticeKind::TurnedOn),
        }
    }
}

impl Staff {
    /// The actor once more, inside the transaction of the act: between the admission and here
    /// somebody else may have ended the session, closed the methods or taken the role.
    pub(super) async fn again(self, tx: &mut Tx, now: Timestamp) -> Result<Self, Error> {
        self.still_open(tx).await?;
        let facts = Facts::in_session(tx, &self.session, now).await?;
        let role = facts.role_in(&self.practice.id).ok_or(Error::NotSignedIn)?;
        Ok(Self {
            role,
            facts,
            ..self
        })
    }

    /// Refuses once the session was locked or ended.
    pub(super) async fn still_open(&self, tx: &mut Tx) -> Result<(), Error> {
        match tx.session_locked(&self.session.id).await? {
            Some(false) => Ok(()),
            Some(true) => Err(Error::Locked),
            None => Err(Error::NotSignedIn),
        }
    }

    /// Somebody of the actor's practice, also before the first day: what is the person's is the
    /// practice's concern already. Another practice's person is as unknown as nobody (SECURITY.md,
    /// attack 57).
    pub(super) async fn subject(
        &self,
        tx: &mut Tx,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Subject, Error> {
        let subject = self.anybody(tx, user, now).await?;
        match subject.term.at(now).belongs() {
            true => Ok(subject),
            false => Err(Error::NotFound),
        }
    }

    /// As [`Self::subject`], or somebody who worked there once.
    pub(super) async fn anybody(
        &self,
        tx: &mut Tx,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Subject, Error> {
        let place = tx.place(&self.practice.id, user).await?;
        let place = place.ok_or(Error::NotFound)?;
        let user = tx.user(user).await?.ok_or(Error::NotFound)?;
        let facts = Facts::read(tx, &user.id, now).await?;
        Ok(Subject {
            user,
            role: place.role,
            term: place.term,
            facts,
        })
    }

    /// Refuses an act on oneself that is done for somebody else, never for oneself.
    fn is_not(&self, user: &UserId) -> Result<(), Error> {
        if *user == self.user.id {
            return Err(NotAllowed::OnOneself.into());
        }
        Ok(())
    }

    /// As [`Self::anybody`], but never oneself.
    pub(super) async fn anybody_else(
        &self,
        tx: &mut Tx,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Subject, Error> {
        self.is_not(user)?;
        self.anybody(tx, user, now).await
    }

    /// Somebody else of the actor's practice.
    pub(super) async fn another(
        &self,
        tx: &mut Tx,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Subject, Error> {
        self.is_not(user)?;
        self.subject(tx, user, now).await
    }
}

impl FullAccess {
    /// As [`Staff::again`], for whoever still has full access.
    pub(super) async fn again(self, tx: &mut Tx, now: Timestamp) -> Result<Staff, Error> {
        let actor = self.0.again(tx, now).await?;
        if actor.role == Role::FullAccess {
            Ok(actor)
        } else {
            Err(Error::Forbidden)
        }
    }
}

impl Subject {
    /// Whether a practice would be left without an Enabled person with full access.
    pub(super) async fn is_last_enabled(&self, tx: &mut Tx, now: Timestamp) -> Result<bool, Error> {
        for place in &self.facts.memberships {
            if self.is_last_enabled_of(tx, &place.practice.id, now).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// As [`Self::is_last_enabled`], for one practice.
    pub(super) async fn is_last_enabled_of(
        &self,
        tx: &mut Tx,
        practice: &PracticeId,
        now: Timestamp,
    ) -> Result<bool, Error> {
        Ok(self.facts.is_enabled()
            && self.facts.role_in(practice) == Some(Role::FullAccess)
            && tx
                .other_enabled_full_access(practice, &self.user.id, now)
                .await?
                == 0)
    }
}

impl Service {
    /// The audit row and the notice of an act on somebody else.
    pub(super) async fn done_to(
        &self,
        tx: &mut Tx,
        actor: &Staff,
        subject: &Subject,
        done: Done,
        reason: Option<&Reason>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let (kind, notice) = done.kinds();
        let happened = Happened {
            subject: Some(&subject.user.id),
            reason: reason.map(Reason::as_str),
            ..by(actor, kind)
        };
        self.log(tx, happened, now).await?;
        let told = Told::in_session(actor, notice).by(Some(&actor.user.name));
        self.notify(tx, &subject.user.id, told, now).await
    }
}

/// A membership that the actor writes, of somebody in the actor's practice.
pub(super) fn new_place<'a>(
    id: &'a MembershipId,
    actor: &'a Staff,
    user: &'a UserId,
    role: Role,
    term: &'a Term,
    now: Timestamp,
) -> NewPlace<'a> {
    NewPlace {
        id,
        practice: &actor.practice.id,
        user,
        role,
        term,
        by: &actor.user.id,
        joined: now,
        now,
    }
}

/// An audit row of an act in the actor's practice.
pub(super) fn by<'a>(actor: &'a Staff, kind: EventKind) -> Happened<'a> {
    Happened {
        practice: Some(&actor.practice.id),
        actor: Some(&actor.user.id),
        computer: actor.session.computer.as_deref(),
        ..Happened::of(kind)
    }
}

/// An audit row of an act on oneself.
pub(super) fn on_oneself<'a>(owner: &'a Staff, kind: EventKind) -> Happened<'a> {
    Happened {
        subject: Some(&owner.user.id),
        ..by(owner, kind)
    }
}

/// The reason that an act on somebody else needs.
pub(super) fn reason(typed: &str) -> Result<Reason, Error> {
    Reason::parse(typed).map_err(|fault| match fault {
        NameFault::Empty => Field::Reason.cannot_be(Fault::Missing),
        fault => Field::Reason.cannot_be(fault),
    })
}
