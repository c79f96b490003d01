//! The first step of a sign-in, and what every completed sign-in does.

use super::account::me;
use super::facts::Facts;
use super::keys::{new_token, token_hash};
use super::notices::Told;
use super::second_step::allowed_first;
use super::{Anyone, Handle, Happened, Service};
use crate::api::{
    Admitted, CodeDue, Error, Field, Offer, Outcome, RecoveryDue, Secret, SetUpDue, SignIn, ToSend,
};
use crate::domain::{
    Counter, EmailAddress, EventKind, Factor, MethodKind, Next, NotAllowed, NoticeKind, Password,
    SESSIONS_PER_PERSON, SessionId, Timestamp, after_factors, may_sign_in, minutes_after,
};
use crate::store::{About, DeskSession, NewSession, Tx, UserRow, WaitingKind, WaitingRow};

/// Minutes that a sign-in waits for an authenticator's code: ours.
const CODE_DUE_MINUTES: i64 = 10;
/// Minutes that a sign-in waits for a code that is sent: ours. It outlives the code, so that an
/// ended code is told as one and a new one can be sent with the tries as they stand.
pub(super) const SENT_CODE_DUE_MINUTES: i64 = 20;
/// Minutes that a sign-in waits for a set-up: ours.
const SET_UP_DUE_MINUTES: i64 = 15;
/// How far the clock may stand before the newest record (SECURITY.md, fault 17).
const CLOCK_BEHIND_MINUTES: i64 = 5;

/// By what a sign-in was completed, and from where.
#[derive(Clone, Copy, Debug)]
pub(super) struct By<'a> {
    pub(super) factor: Option<Factor>,
    /// The hash of the token of a computer that the person is known on.
    pub(super) computer: Option<&'a str>,
}

impl<'a> By<'a> {
    /// By the password alone.
    pub(super) const fn password(computer: Option<&'a str>) -> Self {
        Self {
            factor: None,
            computer,
        }
    }

    /// Whether the second step was skipped, on a remembered computer.
    fn remembered(&self) -> bool {
        self.factor == Some(Factor::RememberedComputer)
    }

    /// By a second step of a sign-in that waited.
    pub(super) fn factor(factor: Factor, waiting: &'a WaitingRow) -> Self {
        Self {
            factor: Some(factor),
            computer: waiting.computer.as_deref(),
        }
    }
}

impl Handle<SignIn> for Service {
    type Caller = Anyone;

    async fn handle(&self, _: Anyone, call: SignIn, now: Timestamp) -> Result<Outcome, Error> {
        // An address that cannot be one belongs to nobody: no counter of anybody moves.
        let email =
            EmailAddress::parse(&call.email).map_err(|fault| Field::Email.cannot_be(fault))?;
        let password = Password::typed(call.password.expose())
            .map_err(|fault| Field::Password.cannot_be(fault))?;
        let turn = self.hasher.turn()?;

        // On a computer where the person is known the tries of strangers do not count, nor do
        // its own count against anybody else (SECURITY.md, attack 6).
        let computer = token_hash(call.computer.as_ref().map_or("", |token| token.expose()));
        let mut tx = self.store.write_beside().await?;
        self.check_clock(&mut tx, now).await?;
        let user = tx.user_by_email(&email).await?;
        let owner = user.as_ref().map(|user| &user.id);
        // Who it is was not known before. An address without an account costs the same.
        let strangers = self.password_subject(&email);
        let whom = owner.map_or(strangers.as_str(), |owner| owner.as_str());
        tx.also_about(About::Person(whom)).await?;
        let known = tx.knows_computer(&computer, owner).await?;
        let known = known.then_some(computer);
        let subject = known.clone().unwrap_or(strangers);
        let counted = self
            .count_try(&mut tx, &subject, owner, Counter::Passwords, now)
            .await?;
        tx.commit().await?;

        let kept = user.as_ref().and_then(UserRow::password);
        let right = self.verify_password(turn, &password, kept).await?;
        let wrong = user.as_ref().map(|user| user.id.clone());
        let wrong = Happened {
            subject: wrong.as_ref(),
            computer: known.as_deref(),
            ..Happened::of(EventKind::PasswordWrong)
        };
        let Some(user) = user.filter(|_| right) else {
            self.log_failure(wrong, now).await?;
            return Err(Error::WrongCredentials);
        };
        let stands = self.rehash_if_dated(&user, &password).await?;

        let mut tx = self
            .store
            .write_about(About::Person(user.id.as_str()))
            .await?;
        // Changed while this one was looked at: nothing was decided, and the next try will be.
        let kept = tx.user(&user.id).await?;
        if kept.and_then(|user| user.password_hash) != stands {
            self.give_back(&mut tx, &counted, now).await?;
            tx.commit().await?;
            return Err(Error::Busy { retry_after: 1 });
        }
        tx.forget_tries(&subject, Counter::Passwords).await?;
        let outcome = match self
            .after_password(
                &mut tx,
                &user,
                known.as_deref(),
                call.remembered.as_ref(),
                now,
            )
            .await
        {
            // Nobody's any more: recorded and counted as any wrong password is.
            Err(Error::WrongCredentials) => {
                drop(tx);
                self.log_failure(wrong, now).await?;
                return Err(Error::WrongCredentials);
            }
            outcome => outcome?,
        };
        tx.commit().await?;
        Ok(outcome)
    }
}

impl Service {
    /// What follows a right password, from a computer if the person is known on it, with what it
    /// may be remembered by, in the caller's transaction.
    pub(super) async fn after_password(
        &self,
        tx: &mut Tx,
        user: &UserRow,
        computer: Option<&str>,
        remembered: Option<&Secret>,
        now: Timestamp,
    ) -> Result<Outcome, Error> {
        let facts = Facts::read(tx, &user.id, now).await?;
        // Someone who belongs nowhere any more is answered as someone unknown.
        if facts.memberships.is_empty() {
            return Err(Error::WrongCredentials);
        }
        let next = may_sign_in(&facts.requirement, &facts.enrolment, &facts.allowed, now);
        if let (Next::Code { .. }, Some(shown)) = (&next, remembered) {
            let skipped = self
                .by_remembered(tx, user, &facts, shown, computer, now)
                .await?;
            if let Some(outcome) = skipped {
                return Ok(outcome);
            }
        }
        let by = By::password(computer);
        self.goes_on(tx, user, &facts, next, by, now).await
    }

    /// What follows a right code, in the caller's transaction.
    pub(super) async fn after_code(
        &self,
        tx: &mut Tx,
        user: &UserRow,
        facts: &Facts,
        by: By<'_>,
        now: Timestamp,
    ) -> Result<Outcome, Error> {
        let next = after_factors(facts.due(now));
        self.goes_on(tx, user, facts, next, by, now)
            .await
            .map_err(|error| match error {
                // Whoever belongs nowhere any more is told of the sign-in alone.
                Error::WrongCredentials => Error::ChallengeEnded,
                fault => fault,
            })
    }

    pub(super) async fn goes_on(
        &self,
        tx: &mut Tx,
        user: &UserRow,
        facts: &Facts,
        next: Next,
        by: By<'_>,
        now: Timestamp,
    ) -> Result<Outcome, Error> {
        match next {
            Next::Code { methods } => {
                let barred = self.barred(user, facts)?;
                let method = allowed_first(&methods, barred);
                let minutes = match method.channel() {
                    Some(_) => SENT_CODE_DUE_MINUTES,
                    None => CODE_DUE_MINUTES,
                };
                let token = new_token(&*self.random);
                let waiting = WaitingRow {
                    token_hash: token_hash(token.expose()),
                    user: user.id.clone(),
                    ends: minutes_after(now, minutes),
                    method,
                    computer: by.computer.map(str::to_owned),
                };
                tx.add_waiting(&waiting, WaitingKind::Code, now).await?;
                let challenge = self
                    .challenge(tx, &waiting, facts, barred, Some(ToSend::IfNone), now)
                    .await?;
                Ok(Outcome::Code(CodeDue { token, challenge }))
            }
            Next::SetUp { later: false, .. } => {
                let token = new_token(&*self.random);
                let waiting = WaitingRow {
                    token_hash: token_hash(token.expose()),
                    user: user.id.clone(),
                    ends: minutes_after(now, SET_UP_DUE_MINUTES),
                    method: MethodKind::Authenticator,
                    computer: by.computer.map(str::to_owned),
                };
                tx.add_waiting(&waiting, WaitingKind::SetUp, now).await?;
                Ok(Outcome::SetUp(SetUpDue {
                    token,
                    name: user.name.clone(),
                    email: user.email.as_str().to_owned(),
                    ends: waiting.ends,
                    narrowed: facts.is_enabled(),
                }))
            }
            Next::SetUp { until, .. } => {
                let mut admitted = self.admit_member(tx, user, facts, by, now).await?;
                admitted.offer = Some(Offer {
                    until,
                    narrowed: facts.is_enabled(),
                });
                Ok(Outcome::In(admitted))
            }
            Next::In => {
                let admitted = self.admit_member(tx, user, facts, by, now).await?;
                Ok(Outcome::In(admitted))
            }
        }
    }

    /// Completes a sign-in into the first practice that the person joined.
    pub(super) async fn admit_member(
        &self,
        tx: &mut Tx,
        user: &UserRow,
        facts: &Facts,
        by: By<'_>,
        now: Timestamp,
    ) -> Result<Admitted, Error> {
        let mut admitted = self.admit(tx, user, facts, by, None, now).await?;
        // By a password alone nothing that was guessed at is forgotten: codes that prove a method
        // or an address could be guessed without end between two passwords (attacks 14 and 30).
        // A remembered computer shows no code either.
        if facts.is_enabled() {
            if !by.remembered() {
                tx.forget_code_tries(&user.id).await?;
            }
            if facts.recovery_left.is_none() {
                admitted.recovery = Some(RecoveryDue::NoSet);
            }
        }
        Ok(admitted)
    }

    /// The session, the audit row, the time of the last sign-in.
    pub(super) async fn admit(
        &self,
        tx: &mut Tx,
        user: &UserRow,
        facts: &Facts,
        by: By<'_>,
        desk: Option<DeskSession<'_>>,
        now: Timestamp,
    ) -> Result<Admitted, Error> {
        let place = facts.memberships.first().ok_or(Error::WrongCredentials)?;
        let practice = &place.practice;
        // Room is made before the new session, which is then never the one that ends.
        let most = u32::try_from(SESSIONS_PER_PERSON - 1).unwrap_or(u32::MAX);
        let limits = facts.limits();
        let over = minutes_after(now, -60 * i64::from(limits.absolute.get()));
        let idle = minutes_after(now, -i64::from(limits.idle.get()));
        if tx
            .end_oldest_session_beyond(&user.id, most, over, idle, now)
            .await?
        {
            let ended = Happened {
                practice: Some(&practice.id),
                ..Happened::on(&user.id, EventKind::OldestSessionEnded)
            };
            self.log(tx, ended, now).await?;
            self.notify(tx, &user.id, Told::of(NoticeKind::OldestSessionEnded), now)
                .await?;
        }
        let token = new_token(&*self.random);
        let session = NewSession {
            id: &SessionId::new(now, &*self.random),
            token_hash: &token_hash(token.expose()),
            user: &user.id,
            practice: &practice.id,
            made: now,
            stepped_up: !by.remembered(),
        };
        // Neither a desk code nor a remembered computer is a factor of the person's own.
        let own_factor = desk.is_none() && !by.remembered();
        match desk {
            None => tx.add_session(session).await?,
            Some(desk) if tx.add_desk_session(session, desk).await? => {}
            Some(_) => return Err(NotAllowed::DeskTooOften.into()),
        }
        tx.signed_in(&user.id, own_factor, now).await?;
        // The first computer of all is no news to anybody.
        let new = by.computer.is_none() && facts.computers().tell_new;
        if new && tx.count_computers(&user.id).await? > 0 {
            let told = Told::of(NoticeKind::NewComputer).at(practice);
            self.notify(tx, &user.id, told, now).await?;
        }
        let happened = Happened {
            practice: Some(&practice.id),
            actor: Some(&user.id),
            factor: by.factor,
            computer: by.computer,
            ..Happened::of(EventKind::SignedIn)
        };
        self.log(tx, happened, now).await?;
        Ok(Admitted {
            token,
            me: me(user, practice, place.role, facts),
            offer: None,
            recovery: None,
            remembered: None,
        })
    }

    /// Refuses while this computer's clock stands clearly before what was already recorded: a
    /// clock that was set back would bring spent time steps to life.
    pub(super) async fn check_clock(&self, tx: &mut Tx, now: Timestamp) -> Result<(), Error> {
        match tx.newest_event().await? {
            Some(newest) if newest > minutes_after(now, CLOCK_BEHIND_MINUTES) => {
                Err(Error::ClockBehind { now, newest })
            }
            _ => Ok(()),
        }
    }

    /// The subject that wrong passwords of an address are counted under, whether or not there is
    /// an account: a keyed hash, so that no list of addresses comes about.
    pub(super) fn password_subject(&self, email: &EmailAddress) -> String {
        let mac = self.keys.mac("password tries", email.as_str().as_bytes());
        data_encoding::HEXLOWER.encode(&*mac)
    }

    /// Replaces a hash of another cost than today's; the hash that the password now stands under.
    async fn rehash_if_dated(
        &self,
        user: &UserRow,
        password: &Password,
    ) -> Result<Option<String>, Error> {
        let Some(seen) = user.password_hash.clone() else {
            return Ok(None);
        };
        if !self.hasher.is_dated(&seen) {
            return Ok(Some(seen));
        }
        // In a crowd it waits for the next sign-in: this one has been counted and looked at.
        let Ok(turn) = self.hasher.turn() else {
            return Ok(Some(seen));
        };
        let new = self
            .hasher
            .hash(turn, &user.id, password, &*self.random)
            .await?;
        let mut tx = self
            .store
            .write_about(About::Person(user.id.as_str()))
            .await?;
        let replaced = tx.rehash(&user.id, &seen, &new).await?;
        tx.commit().await?;
        Ok(Some(if replaced { new } else { seen }))
    }
}
