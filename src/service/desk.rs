//! The desk code: a colleague with full access lets somebody in who has no phone today.
//!
//! Where the backend is embedded the waiting screen is the only window, so the colleague steps up
//! on that very screen: what a step-up asks for, counted in the same way. Where there is a server a
//! colleague at another computer makes a code for that screen, and reads it out.

mod code;

use super::acts::reason;
use super::callers::CodeDue;
use super::facts::Facts;
use super::hashing::Turn;
use super::notices::Told;
use super::second_step::Asked;
use super::sign_in::By;
use super::tries::Counted;
use super::{Handle, Happened, Service, internal};
use crate::api::{Admitted, Error, Field, LetIn, Outcome};
use crate::domain::{
    Code, Counter, DESK_SESSIONS_PER_DAY, Due, EmailAddress, EventKind, Factor, MethodKind,
    NotAllowed, NoticeKind, Password, Purpose, Reason, TRIES_PER_CHALLENGE, Timestamp, UserId,
    beginning_of, end_of,
};
use crate::store::{About, DeskSession, Tx, UserRow, WaitingRow};

impl Handle<LetIn> for Service {
    type Caller = CodeDue;

    async fn handle(
        &self,
        CodeDue { waiting }: CodeDue,
        call: LetIn,
        now: Timestamp,
    ) -> Result<Outcome, Error> {
        let email =
            EmailAddress::parse(&call.email).map_err(|fault| Field::Email.cannot_be(fault))?;
        let password = Password::typed(call.password.expose())
            .map_err(|fault| Field::Password.cannot_be(fault))?;
        let code = Code::find(call.code.expose()).map_err(|fault| Field::Code.cannot_be(fault))?;
        let why = reason(&call.reason)?;
        let turn = self.hasher.turn()?;

        // Both tries are the colleague's, and durable before either is looked at.
        let (colleague, password_try) = self
            .colleague(turn, &email, &password, &waiting, now)
            .await?;

        let mut tx = self
            .store
            .write_about(About::Person(colleague.id.as_str()))
            .await?;
        self.give_back(&mut tx, &password_try, now).await?;
        let both = Both::read(&mut tx, &colleague.id, &waiting.user, now).await?;
        let code_try = match both.may_here(now) {
            Ok(()) => {
                self.count_try_of(&mut tx, &colleague.id, Counter::Codes, now)
                    .await
            }
            Err(refused) => Err(refused),
        };
        tx.commit().await?;
        let code_try = code_try?;

        let mut tx = self.store.write().await?;
        // As it is in this transaction, before the code is looked at.
        let both = Both::read(&mut tx, &colleague.id, &waiting.user, now).await?;
        let waits = tx.end_waiting(&waiting.token_hash, now).await?;
        let user = tx.user(&waiting.user).await?.filter(|_| waits);
        let password = tx
            .user(&colleague.id)
            .await?
            .and_then(|row| row.password_hash);
        let may = match &user {
            None => Err(Error::ChallengeEnded),
            // Replaced since it was looked at.
            Some(_) if password != colleague.password_hash => Err(Error::WrongCredentials),
            Some(_) => both.may_here(now),
        };
        let (Some(user), Ok(())) = (user, &may) else {
            drop(tx);
            self.give_back_alone(&code_try, now).await?;
            return Err(may.err().unwrap_or(Error::ChallengeEnded));
        };
        let asked = Asked {
            method: MethodKind::Authenticator,
            purpose: Purpose::StepUp,
            challenge: &waiting.token_hash,
        };
        let checked = self
            .spend_code(
                &mut tx,
                &both.colleague,
                asked,
                &code,
                TRIES_PER_CHALLENGE,
                now,
            )
            .await;
        if let Err(refused) = checked {
            drop(tx);
            let about = Happened {
                actor: Some(&colleague.id),
                computer: waiting.computer.as_deref(),
                ..Happened::on(&colleague.id, EventKind::CodeWrong)
            };
            return Err(self.code_refused(refused, about, now).await);
        }
        // Right, and no completed sign-in of the colleague: the failures before it stand.
        self.give_back(&mut tx, &code_try, now).await?;
        let letting = LettingIn {
            colleague: &colleague,
            user: &user,
            owner: &both.owner,
            why: &why,
            computer: waiting.computer.as_deref(),
        };
        self.let_in_for_good(tx, letting, &code_try, now).await
    }
}

impl Service {
    /// The colleague whose password was right, with the try that was counted for it.
    async fn colleague(
        &self,
        turn: Turn,
        email: &EmailAddress,
        password: &Password,
        waiting: &WaitingRow,
        now: Timestamp,
    ) -> Result<(UserRow, Counted), Error> {
        let subject = self.password_subject(email);
        let mut tx = self.store.write_beside().await?;
        let colleague = tx.user_by_email(email).await?;
        let owner = colleague.as_ref().map(|colleague| &colleague.id);
        let whom = owner.map_or(subject.as_str(), |owner| owner.as_str());
        tx.also_about(About::Person(whom)).await?;
        let counted = self
            .count_try(&mut tx, &subject, owner, Counter::Passwords, now)
            .await?;
        tx.commit().await?;
        let kept = colleague.as_ref().and_then(UserRow::password);
        let right = self.verify_password(turn, password, kept).await?;
        if let Some(colleague) = colleague.filter(|_| right) {
            return Ok((colleague, counted));
        }
        let wrong = Happened::on(&waiting.user, EventKind::DeskPasswordWrong);
        self.log_failure(wrong, now).await?;
        Err(Error::WrongCredentials)
    }

    /// Lets in after a right code, and commits it.
    async fn let_in_for_good(
        &self,
        mut tx: Tx,
        letting: LettingIn<'_>,
        counted: &Counted,
        now: Timestamp,
    ) -> Result<Outcome, Error> {
        match self.let_in(&mut tx, letting, now).await {
            Ok(admitted) => {
                tx.commit().await?;
                Ok(Outcome::In(admitted))
            }
            Err(refused) => {
                drop(tx);
                // Too often today: a right code is no failure, and stays unspent.
                if matches!(refused, Error::NotAllowed { .. }) {
                    self.give_back_alone(counted, now).await?;
                }
                Err(refused)
            }
        }
    }

    async fn let_in(
        &self,
        tx: &mut Tx,
        letting: LettingIn<'_>,
        now: Timestamp,
    ) -> Result<Admitted, Error> {
        let LettingIn {
            colleague,
            user,
            owner,
            why,
            computer,
        } = letting;
        let place = owner.memberships.first().ok_or(Error::ChallengeEnded)?;
        let zone = place.practice.zone()?;
        let today = zone.to_datetime(now).date();
        let desk = DeskSession {
            by: &colleague.id,
            ends: end_of(today, &zone).map_err(|error| internal(&error))?,
            day: beginning_of(today, &zone).map_err(|error| internal(&error))?,
            most: DESK_SESSIONS_PER_DAY,
        };
        let by = By {
            factor: Some(Factor::DeskCode),
            computer,
        };
        let admitted = self.admit(tx, user, owner, by, Some(desk), now).await?;
        let happened = Happened {
            practice: Some(&place.practice.id),
            actor: Some(&colleague.id),
            reason: Some(why.as_str()),
            computer,
            ..Happened::on(&user.id, EventKind::LetInAtDesk)
        };
        self.log(tx, happened, now).await?;
        let by = Some(colleague.name.as_str());
        let told = Told::of(NoticeKind::LetIn).by(by);
        self.notify(tx, &user.id, told, now).await?;
        Ok(admitted)
    }
}

/// Who lets whom in, why, and where.
struct LettingIn<'a> {
    colleague: &'a UserRow,
    user: &'a UserRow,
    owner: &'a Facts,
    why: &'a Reason,
    /// The hash of the token of the computer that the sign-in waits on, if it is known there.
    computer: Option<&'a str>,
}

/// What the rules ask about both, as it is in one transaction.
struct Both {
    colleague: Facts,
    owner: Facts,
    same: bool,
}

impl Both {
    async fn read(
        tx: &mut Tx,
        colleague: &UserId,
        owner: &UserId,
        now: Timestamp,
    ) -> Result<Self, Error> {
        Ok(Self {
            colleague: Facts::read(tx, colleague, now).await?,
            owner: Facts::read(tx, owner, now).await?,
            same: colleague == owner,
        })
    }

    /// Refuses unless the colleague is another person who may act on the owner's factors.
    fn may(&self, now: Timestamp) -> Result<(), Error> {
        if self.same {
            return Err(NotAllowed::OnOneself.into());
        }
        // Nobody lets in someone without a practice: `may_act_on_factors_of` would hold for them
        // vacuously.
        if self.owner.memberships.is_empty() {
            return Err(Error::ChallengeEnded);
        }
        self.colleague.may_act_on_factors_of(&self.owner)?;
        // A set-up needs a step-up, which such a session has not: it would be good for nothing.
        if self.owner.due(now) == Due::Now {
            return Err(NotAllowed::DeskSetUpDue.into());
        }
        Ok(())
    }

    /// As [`Self::may`], on the waiting screen itself, where no code can be sent to the colleague.
    fn may_here(&self, now: Timestamp) -> Result<(), Error> {
        self.may(now)?;
        let authenticator = MethodKind::Authenticator;
        if self.colleague.usable_method(authenticator, now).is_none() {
            return Err(NotAllowed::DeskAuthenticator.into());
        }
        Ok(())
    }
}
