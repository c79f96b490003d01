//! The second step: a one-time code, of an authenticator or sent.

use zeroize::Zeroizing;

use super::callers::CodeDue;
use super::facts::Facts;
use super::keys::Place;
use super::sending::Sending;
use super::sign_in::{By, SENT_CODE_DUE_MINUTES};
use super::tries::Counted;
use super::{Handle, Happened, Service, internal};
use crate::api::{
    Challenge, ChallengeNow, Error, Field, Outcome, SendAgain, SentCode, SubmitCode, ToSend,
    TryAnother,
};
use crate::domain::{
    Code, Counter, EventKind, MethodKind, NotAllowed, Proven, Purpose, Timestamp, TotpSecret,
    UserId,
};
use crate::store::{About, Bond, MethodRow, Tx, UserRow, WaitingKind, WaitingRow};

impl Handle<SubmitCode> for Service {
    type Caller = CodeDue;

    async fn handle(
        &self,
        CodeDue { waiting }: CodeDue,
        call: SubmitCode,
        now: Timestamp,
    ) -> Result<Outcome, Error> {
        let code = Code::find(call.code.expose()).map_err(|fault| Field::Code.cannot_be(fault))?;

        let (mut tx, counted, tries_left) = self.count_challenge_try(&waiting, now).await?;
        // First, so that a right code is never called wrong because a reset came before it.
        if !tx.end_waiting(&waiting.token_hash, now).await? {
            return Err(Error::ChallengeEnded);
        }
        let user = tx.user(&waiting.user).await?.ok_or(Error::ChallengeEnded)?;
        let facts = Facts::read(&mut tx, &user.id, now).await?;
        // Nothing was sent that could be right.
        if self.barred(&user, &facts)? == Some(waiting.method) {
            drop(tx);
            self.give_back_alone(&counted, now).await?;
            return Err(NotAllowed::MethodBarred.into());
        }
        let asked = Asked {
            method: waiting.method,
            purpose: Purpose::SignIn,
            challenge: &waiting.token_hash,
        };
        let checked = self
            .spend_code(&mut tx, &facts, asked, &code, tries_left, now)
            .await;
        if let Err(refused) = checked {
            drop(tx);
            let failed = Happened {
                computer: waiting.computer.as_deref(),
                ..Happened::on(&user.id, EventKind::CodeWrong)
            };
            let failed = failed.with(waiting.method);
            return Err(self.code_refused(refused, failed, now).await);
        }
        let by = By::factor(waiting.method.into(), &waiting);
        let mut outcome = self.after_code(&mut tx, &user, &facts, by, now).await?;
        if let (true, Outcome::In(admitted)) = (call.remember, &mut outcome) {
            self.remember(
                &mut tx,
                &facts,
                admitted,
                waiting.method,
                waiting.computer.as_deref(),
                now,
            )
            .await?;
        }
        self.right_without_sign_in(&mut tx, &outcome, &counted, now)
            .await?;
        tx.commit().await?;
        Ok(outcome)
    }
}

impl Handle<ChallengeNow> for Service {
    type Caller = CodeDue;

    async fn handle(
        &self,
        CodeDue { waiting }: CodeDue,
        _: ChallengeNow,
        now: Timestamp,
    ) -> Result<Challenge, Error> {
        let mut tx = self.store.read().await?;
        let facts = Facts::read(&mut tx, &waiting.user, now).await?;
        let barred = self.barred_of(&mut tx, &waiting, &facts).await?;
        self.challenge(&mut tx, &waiting, &facts, barred, None, now)
            .await
    }
}

impl Handle<SendAgain> for Service {
    type Caller = CodeDue;

    async fn handle(
        &self,
        CodeDue { waiting }: CodeDue,
        _: SendAgain,
        now: Timestamp,
    ) -> Result<Challenge, Error> {
        let mut tx = self
            .store
            .write_about(About::Person(waiting.user.as_str()))
            .await?;
        let waiting = still_waits(&mut tx, &waiting, now).await?;
        let facts = Facts::read(&mut tx, &waiting.user, now).await?;
        let barred = self.barred_of(&mut tx, &waiting, &facts).await?;
        let challenge = self
            .challenge(&mut tx, &waiting, &facts, barred, Some(ToSend::Again), now)
            .await?;
        tx.commit().await?;
        Ok(challenge)
    }
}

impl Handle<TryAnother> for Service {
    type Caller = CodeDue;

    async fn handle(
        &self,
        CodeDue { waiting }: CodeDue,
        call: TryAnother,
        now: Timestamp,
    ) -> Result<Challenge, Error> {
        let mut tx = self
            .store
            .write_about(About::Person(waiting.user.as_str()))
            .await?;
        let facts = Facts::read(&mut tx, &waiting.user, now).await?;
        // The backend alone decides what may be asked for (SECURITY.md, attack 21).
        if facts.usable_method(call.method, now).is_none() {
            return Err(NotAllowed::NoSuchMethod.into());
        }
        let barred = self.barred_of(&mut tx, &waiting, &facts).await?;
        if barred == Some(call.method) {
            return Err(NotAllowed::MethodBarred.into());
        }
        let longest = match call.method.channel() {
            Some(_) => SENT_CODE_DUE_MINUTES,
            None => 0,
        };
        let hash = &waiting.token_hash;
        if !tx.ask_waiting(hash, call.method, longest, now).await? {
            return Err(Error::ChallengeEnded);
        }
        let waiting = still_waits(&mut tx, &waiting, now).await?;
        let challenge = self
            .challenge(&mut tx, &waiting, &facts, barred, Some(ToSend::IfNone), now)
            .await?;
        tx.commit().await?;
        Ok(challenge)
    }
}

/// What a code is asked for: by which method, to open what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) method: MethodKind,
    pub(super) purpose: Purpose,
    pub(super) challenge: &'a str,
}

impl Service {
    /// What the code screen has to say, after sending what is to be sent.
    pub(super) async fn challenge(
        &self,
        tx: &mut Tx,
        waiting: &WaitingRow,
        facts: &Facts,
        barred: Option<MethodKind>,
        send: Option<ToSend>,
        now: Timestamp,
    ) -> Result<Challenge, Error> {
        let is_barred = barred == Some(waiting.method);
        let asked = Asked {
            method: waiting.method,
            purpose: Purpose::SignIn,
            challenge: &waiting.token_hash,
        };
        let sent = match is_barred {
            true => None,
            false => {
                self.ask_for(tx, facts, &waiting.user, asked, send, now)
                    .await?
            }
        };
        let mut ways = facts.ways(waiting.method, now);
        ways.retain(|kind| Some(*kind) != barred);
        let tries = self
            .try_state(tx, waiting.user.as_str(), Counter::Codes, now)
            .await?;
        Ok(Challenge {
            method: waiting.method,
            ends: waiting.ends,
            tries,
            sent,
            barred: is_barred,
            ways,
            recovery: facts.recovery_left.is_some_and(|left| left > 0),
            remember: facts.remembers(now),
        })
    }

    /// The method whose codes are no second factor at this sign-in: they go where the letter went
    /// by which the password was chosen.
    pub(super) fn barred(
        &self,
        user: &UserRow,
        facts: &Facts,
    ) -> Result<Option<MethodKind>, Error> {
        let Some(method) = facts
            .proven(MethodKind::Email)
            .filter(|_| user.email_barred)
        else {
            return Ok(None);
        };
        let to = self.destination(method)?;
        Ok((to.as_str() == user.email.as_str()).then_some(MethodKind::Email))
    }

    async fn barred_of(
        &self,
        tx: &mut Tx,
        waiting: &WaitingRow,
        facts: &Facts,
    ) -> Result<Option<MethodKind>, Error> {
        let user = tx.user(&waiting.user).await?.ok_or(Error::ChallengeEnded)?;
        self.barred(&user, facts)
    }

    /// Sends what is to be sent of an asked method, and tells how its code stands.
    pub(super) async fn ask_for(
        &self,
        tx: &mut Tx,
        facts: &Facts,
        user: &UserId,
        asked: Asked<'_>,
        send: Option<ToSend>,
        now: Timestamp,
    ) -> Result<Option<SentCode>, Error> {
        let Some(method) = facts.usable_method(asked.method, now) else {
            return Ok(None);
        };
        if method.kind.channel().is_none() {
            return Ok(None);
        }
        let to = self.destination(method)?;
        let practices = facts.practices();
        let sending = Sending {
            purpose: asked.purpose,
            challenge: asked.challenge,
            user,
            practices: &practices,
            to: &to,
        };
        self.code_for(tx, sending, send, now).await.map(Some)
    }

    /// A right code that leads to a set-up is no failure; those before it stand until the sign-in
    /// is completed, which forgets them all.
    pub(super) async fn right_without_sign_in(
        &self,
        tx: &mut Tx,
        outcome: &Outcome,
        counted: &Counted,
        now: Timestamp,
    ) -> Result<(), Error> {
        match outcome {
            Outcome::In(_) => Ok(()),
            _ => self.give_back(tx, counted, now).await,
        }
    }

    /// Looks at a counted code and spends it, in the caller's transaction.
    pub(super) async fn spend_code(
        &self,
        tx: &mut Tx,
        facts: &Facts,
        asked: Asked<'_>,
        code: &Code,
        tries_left: u32,
        now: Timestamp,
    ) -> Result<(), Error> {
        let method = facts
            .usable_method(asked.method, now)
            .ok_or(NotAllowed::NoSuchMethod)?;
        if let Some(channel) = method.kind.channel() {
            let bond = Bond {
                purpose: asked.purpose,
                challenge: asked.challenge,
                channel,
            };
            return self.spend_sent_code(tx, bond, code, tries_left, now).await;
        }
        let step = self
            .totp_secret(method)?
            .matching_step(code, now)
            .ok_or(Error::CodeWrong { tries_left })?;
        if tx.spend_step(&method.id, step).await? {
            Ok(())
        } else {
            Err(Error::CodeUsed { tries_left })
        }
    }

    /// What is answered after a counted code was not taken. A fault of ours is not logged as a
    /// wrong code, but its try stays counted: the code may have been looked at (attack 17).
    pub(super) async fn code_refused(
        &self,
        refused: Error,
        failed: Happened<'_>,
        now: Timestamp,
    ) -> Error {
        let kind = match refused {
            Error::CodeWrong { .. } => failed.kind,
            Error::CodeUsed { .. } => EventKind::CodeUsed,
            Error::CodeEnded { .. } => EventKind::CodeEnded,
            fault => return fault,
        };
        let noted = self.log_failure(Happened { kind, ..failed }, now).await;
        // What cannot be recorded is not answered either.
        noted.err().unwrap_or(refused)
    }

    /// The secret of an authenticator. One that is missing, moved or changed is a fault, never
    /// "no factor" (SECURITY.md, attacks 23 and 84).
    pub(super) fn totp_secret(&self, method: &MethodRow) -> Result<TotpSecret, Error> {
        let opened = self.method_secret(method)?;
        TotpSecret::from_bytes(&opened).ok_or_else(|| internal(&"a secret is malformed"))
    }

    /// What is sealed in a method: an authenticator's secret, or where codes are sent.
    pub(super) fn method_secret(&self, method: &MethodRow) -> Result<Zeroizing<Vec<u8>>, Error> {
        let sealed = method
            .secret
            .as_deref()
            .ok_or_else(|| internal(&"a method has no secret"))?;
        self.keys
            .open(secret_of(method.id.as_str()), sealed)
            .map_err(|error| internal(&error))
    }
}

/// The method that is asked for first: the preferred one, or the next if that is barred. Where it
/// is the only one it is asked for, and the screen says what else there is.
pub(super) fn allowed_first(methods: &Proven, barred: Option<MethodKind>) -> MethodKind {
    let preferred = methods.preferred();
    let mut others = methods.kinds().iter().copied();
    match barred {
        Some(barred) if barred == preferred => {
            others.find(|kind| *kind != barred).unwrap_or(preferred)
        }
        _ => preferred,
    }
}

/// The waiting sign-in as it is in this transaction.
pub(super) async fn still_waits(
    tx: &mut Tx,
    waiting: &WaitingRow,
    now: Timestamp,
) -> Result<WaitingRow, Error> {
    let hash = &waiting.token_hash;
    tx.waiting(hash, WaitingKind::Code, now)
        .await?
        .ok_or(Error::ChallengeEnded)
}

/// Where the secret of a method is sealed to.
pub(super) fn secret_of(method: &str) -> Place<'_> {
    Place {
        table: "methods",
        row: method,
        column: "secret",
    }
}
