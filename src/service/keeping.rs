//! What keeps a practice from being lost: the recovery key, the recovery, what a restore ends.

use secrecy::ExposeSecret;

use super::acts::by;
use super::notices::Told;
use super::{FullAccess, Handle, Happened, Keys, Service, SteppedUp};
use crate::api::{Error, Field, MakeRecoveryKey, RecoveryKeyMade, Secret};
use crate::domain::{
    Counter, EmailAddress, EventKind, NotAllowed, NoticeKind, Password, Reason, RecoveryKey, Role,
    Timestamp, UserId, step_at,
};
use crate::store::{PracticeRow, RequirementSource, Tx, UserRow};

/// Why a recovery was not done. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoverFault {
    /// There is no practice.
    #[error("there is no practice")]
    NoPractice,
    /// The recovery key is another's, or an old one.
    #[error("the recovery key does not open this practice")]
    KeyWrong,
    /// Nobody with this address has full access.
    #[error("nobody with full access has this address")]
    NotFullAccess,
    /// Anything else.
    #[error("{0}")]
    Call(#[from] Error),
}

impl From<crate::store::Fault> for RecoverFault {
    fn from(fault: crate::store::Fault) -> Self {
        Self::Call(fault.into())
    }
}

/// What a recovery did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// Who has the new password, by name.
    pub name: String,
    /// The newest record, if it lay ahead of the clock that was accepted.
    pub clock_was_ahead: Option<Timestamp>,
    /// How many others set up two-factor again, since their last time step lay ahead.
    pub set_up_again: usize,
}

impl Service {
    /// The addresses of those with full access to the practice, the first joined first: whom a
    /// recovery can help.
    ///
    /// # Errors
    ///
    /// A [`RecoverFault`].
    pub async fn recoverable(&self, key: &RecoveryKey) -> Result<Vec<String>, RecoverFault> {
        let mut tx = self.store.read().await?;
        let practice = opened_by(key, &mut tx).await?;
        Ok(tx.full_access_of(&practice.id, self.now()).await?)
    }

    /// With the practice recovery key: gives somebody with full access a new password, closes
    /// that person's methods and recovery codes, lifts a stop, leaves a set-up due, ends all
    /// sessions and challenges, and accepts the present clock where it stands before what was
    /// recorded.
    ///
    /// # Errors
    ///
    /// A [`RecoverFault`]; [`Error::Invalid`] for a password that cannot be chosen.
    pub async fn recover(
        &self,
        key: &RecoveryKey,
        email: &str,
        password: &Secret,
    ) -> Result<Recovered, RecoverFault> {
        let email = EmailAddress::parse(email).map_err(|_| RecoverFault::NotFullAccess)?;
        self.let_back_in(Right::Key(key), &email, password).await
    }

    /// For whoever runs a server: does for somebody with full access to any of its practices what
    /// [`Self::recover`] does with a recovery key. Others stay signed in, unless the clock is
    /// accepted: they may be of other practices.
    ///
    /// # Errors
    ///
    /// As of [`Self::recover`].
    pub async fn break_glass(
        &self,
        email: &EmailAddress,
        password: &Secret,
        reason: &Reason,
    ) -> Result<Recovered, RecoverFault> {
        self.let_back_in(Right::Operator(reason), email, password)
            .await
    }

    async fn let_back_in(
        &self,
        right: Right<'_>,
        email: &EmailAddress,
        password: &Secret,
    ) -> Result<Recovered, RecoverFault> {
        let now = self.clock.now();
        let mut tx = self.store.read().await?;
        let (practice, user) = right.reaches(email, &mut tx, now).await?;
        drop(tx);
        let made_of = [
            practice.name.as_str(),
            user.name.as_str(),
            user.email.as_str(),
        ];
        let password = Password::chosen(password.expose(), &made_of)
            .map_err(|fault| Field::Password.cannot_be(fault))?;
        let turn = self.hasher.turn()?;
        let hash = self
            .hasher
            .hash(turn, &user.id, &password, &*self.random)
            .await?;

        let mut tx = self.store.write().await?;
        // As they are now: the key may have been replaced while the password was typed.
        let (practice, user) = right.reaches(email, &mut tx, now).await?;
        if let Right::Key(_) = right {
            tx.end_all_that_is_open(now).await?;
        }
        let ahead = match self.check_clock(&mut tx, now).await {
            Err(Error::ClockBehind { newest, .. }) => {
                // What was begun by the other clock would last for too long.
                tx.end_all_that_is_open(now).await?;
                let others = self
                    .accept_clock(&practice, &user, newest, &mut tx, now)
                    .await?;
                Some((newest, others))
            }
            checked => checked.map(|()| None)?,
        };
        tx.end_sessions_of(&user.id, None, now).await?;
        tx.end_waiting_of(&user.id, now).await?;
        tx.replace_password(&user.id, &hash).await?;
        // A code that somebody made would replace what was just chosen.
        tx.end_invitations_of(&user.id, now).await?;
        self.must_set_up_again(&user.id, &user.id, &mut tx, now)
            .await?;
        tx.forget_code_tries(&user.id).await?;
        let subject = self.password_subject(&user.email);
        tx.forget_tries(&subject, Counter::Passwords).await?;
        let happened = Happened {
            reason: right.reason(),
            ..about(&practice, right.kind(), &user.id)
        };
        self.log(&mut tx, happened, now).await?;
        self.notify(&mut tx, &user.id, Told::of(NoticeKind::Recovered), now)
            .await?;
        tx.commit().await?;
        Ok(Recovered {
            name: user.name,
            clock_was_ahead: ahead.map(|(newest, _)| newest),
            set_up_again: ahead.map_or(0, |(_, others)| others),
        })
    }

    /// Accepts the present clock; how many others set up again, since no code of theirs would
    /// be taken before the clock comes to the step that they spent last.
    async fn accept_clock(
        &self,
        practice: &PracticeRow,
        by: &UserRow,
        newest: Timestamp,
        tx: &mut Tx,
        now: Timestamp,
    ) -> Result<usize, Error> {
        tx.accept_clock(now).await?;
        let happened = Happened {
            practice: Some(&practice.id),
            reason: Some(&format!("the newest record was of {newest}")),
            ..Happened::of(EventKind::ClockAccepted)
        };
        self.log(tx, happened, now).await?;
        let mut others = 0;
        for user in tx.users_ahead_of(newest_open_step(now)).await? {
            if user == by.id {
                continue;
            }
            self.must_set_up_again(&user, &by.id, tx, now).await?;
            let happened = about(practice, EventKind::SetUpAgain, &user);
            self.log(tx, happened, now).await?;
            self.notify(tx, &user, Told::of(NoticeKind::ClockSetRight), now)
                .await?;
            others += 1;
        }
        Ok(others)
    }

    /// Closes the methods and recovery codes of a person, and leaves a set-up due from now.
    async fn must_set_up_again(
        &self,
        user: &UserId,
        by: &UserId,
        tx: &mut Tx,
        now: Timestamp,
    ) -> Result<(), Error> {
        tx.close_methods(user, now).await?;
        tx.end_recovery_sets(user, now).await?;
        // An open requirement with a later date would make the insert below do nothing
        // (`ON CONFLICT DO NOTHING`).
        tx.close_requirements(user, now).await?;
        let id = self.new_row_id(now);
        let source = RequirementSource::FullAccess;
        tx.add_requirement(&id, user, source, Some(now), by, now)
            .await?;
        Ok(())
    }

    /// Makes a database that was just put back safe to open: what may have been used since it
    /// was written opens nothing any more. Sessions, sign-ins that wait, sent codes, invitations
    /// and recovery codes end, and every time step that is open now counts as spent (G2).
    ///
    /// # Errors
    ///
    /// An [`Error`]; nothing was changed.
    pub async fn settle_restored(&self) -> Result<(), Error> {
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        if tx.practices().await?.is_empty() {
            return Err(Error::NotFound);
        }
        tx.end_all_that_is_open(now).await?;
        tx.void_admissions(now).await?;
        tx.spend_steps_up_to(newest_open_step(now)).await?;
        self.log_everywhere(&mut tx, Happened::of(EventKind::Restored), now)
            .await?;
        Ok(tx.commit().await?)
    }
}

impl Handle<MakeRecoveryKey> for Service {
    type Caller = SteppedUp<FullAccess>;

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        _: MakeRecoveryKey,
        now: Timestamp,
    ) -> Result<RecoveryKeyMade, Error> {
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        // It can do what a reset can, so it needs what a reset needs.
        actor.facts.must_be_enabled()?;
        // It opens what belongs to the others too: whoever runs the backend keeps that.
        if tx.has_several_practices().await? {
            return Err(NotAllowed::SharedBackend.into());
        }
        let practice = &actor.practice.id;
        let wrapped = tx.wrapped_keys(practice).await?;
        let key = RecoveryKey::generate(&*self.random);
        let copy = self.keys.wrap(&key, practice.as_str(), &*self.random);
        if !tx.rewrap_keys(practice, &wrapped, &copy).await? {
            return Err(Error::Stale);
        }
        self.log(&mut tx, by(&actor, EventKind::RecoveryKeyMade), now)
            .await?;
        tx.commit().await?;
        Ok(RecoveryKeyMade {
            recovery_key: Secret::new(key.to_text().expose_secret()),
        })
    }
}

/// The newest time step whose code would be taken now (RFC 6238, 5.2: one step ahead).
pub(super) fn newest_open_step(now: Timestamp) -> u64 {
    step_at(now).saturating_add(1)
}

/// The practice, if this is its recovery key.
async fn opened_by(key: &RecoveryKey, tx: &mut Tx) -> Result<PracticeRow, RecoverFault> {
    let sealed = tx.first_practice().await?.ok_or(RecoverFault::NoPractice)?;
    match Keys::unwrap(key, sealed.practice.id.as_str(), &sealed.wrapped_keys) {
        Ok(keys) if keys.holds(&sealed.key_id) => Ok(sealed.practice),
        _ => Err(RecoverFault::KeyWrong),
    }
}

/// By what somebody is let back in.
#[derive(Clone, Copy)]
enum Right<'a> {
    /// The practice recovery key, in the hands of whoever is at the computer.
    Key(&'a RecoveryKey),
    /// Whoever runs the server, for this reason.
    Operator(&'a Reason),
}

impl<'a> Right<'a> {
    /// The person, if it reaches them, and a practice in which they have full access: of a recovery
    /// key its own, of an operator the one joined first.
    async fn reaches(
        self,
        email: &EmailAddress,
        tx: &mut Tx,
        now: Timestamp,
    ) -> Result<(PracticeRow, UserRow), RecoverFault> {
        let own = match self {
            Self::Key(key) => Some(opened_by(key, tx).await?),
            Self::Operator(_) => None,
        };
        let user = tx.user_by_email(email).await?;
        let user = user.ok_or(RecoverFault::NotFullAccess)?;
        let places = tx.memberships(&user.id, now).await?;
        let full = places.into_iter().find(|place| {
            let reached = own.as_ref().is_none_or(|own| own.id == place.practice.id);
            reached && place.role == Role::FullAccess
        });
        let place = full.ok_or(RecoverFault::NotFullAccess)?;
        Ok((place.practice, user))
    }

    fn kind(self) -> EventKind {
        match self {
            Self::Key(_) => EventKind::Recovered,
            Self::Operator(_) => EventKind::GlassBroken,
        }
    }

    fn reason(self) -> Option<&'a str> {
        match self {
            Self::Key(_) => None,
            Self::Operator(reason) => Some(reason.as_str()),
        }
    }
}

/// An audit row of what the recovery key did to somebody.
fn about<'a>(practice: &'a PracticeRow, kind: EventKind, user: &'a UserId) -> Happened<'a> {
    Happened {
        practice: Some(&practice.id),
        subject: Some(user),
        ..Happened::of(kind)
    }
}
