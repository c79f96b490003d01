//! The step-up: a fresh password, and a code if a method is proven.

use super::facts::Facts;
use super::keys::{new_token, token_hash};
use super::notices::Told;
use super::recovery::recovery_code;
use super::second_step::Asked;
use super::tries::Counted;
use super::{Handle, Happened, Present, Service, Staff};
use crate::api::{Error, Fault, Field, SendStepUp, StepUp, StepUpAsked, SteppedUp, Way};
use crate::domain::{
    Code, Counter, EventKind, MethodKind, NotAllowed, NoticeKind, Password, Purpose, RecoveryCode,
    TRIES_PER_CHALLENGE, Timestamp,
};
use crate::store::{About, Tx};

impl Handle<SendStepUp> for Service {
    type Caller = Present;

    async fn handle(
        &self,
        Present(caller): Present,
        call: SendStepUp,
        now: Timestamp,
    ) -> Result<StepUpAsked, Error> {
        let mut tx = self
            .store
            .write_about(About::Person(caller.user.id.as_str()))
            .await?;
        let caller = caller.again(&mut tx, now).await?;
        let facts = &caller.facts;
        let Some(methods) = facts.usable(now) else {
            return Ok(StepUpAsked {
                method: None,
                sent: None,
                ways: Vec::new(),
                recovery: false,
            });
        };
        let method = call.method.unwrap_or_else(|| methods.preferred());
        if !methods.has(method) {
            return Err(NotAllowed::NoSuchMethod.into());
        }
        let asked = Asked {
            method,
            purpose: Purpose::StepUp,
            challenge: caller.session.id.as_str(),
        };
        let sent = self
            .ask_for(&mut tx, facts, &caller.user.id, asked, call.send, now)
            .await?;
        tx.commit().await?;
        Ok(StepUpAsked {
            method: Some(method),
            sent,
            ways: facts.ways(method, now),
            recovery: facts.recovery_left.is_some_and(|left| left > 0),
        })
    }
}

/// The second factor of a step-up, as typed.
enum Factor {
    Code(MethodKind, Code),
    Recovery(RecoveryCode),
}

impl Factor {
    fn counter(&self) -> Counter {
        match self {
            Self::Code(..) => Counter::Codes,
            Self::Recovery(_) => Counter::RecoveryCodes,
        }
    }

    fn told(&self) -> crate::domain::Factor {
        match self {
            Self::Code(method, _) => (*method).into(),
            Self::Recovery(_) => crate::domain::Factor::RecoveryCode,
        }
    }

    fn read(facts: &Facts, call: &StepUp, now: Timestamp) -> Result<Option<Self>, Error> {
        let Some(methods) = facts.usable(now) else {
            return Ok(None);
        };
        let typed = call
            .code
            .as_ref()
            .ok_or_else(|| Field::Code.cannot_be(Fault::Missing))?;
        let method = match call.by {
            Some(Way::RecoveryCode) => return recovery_code(typed).map(Self::Recovery).map(Some),
            Some(Way::Method(method)) => method,
            None => methods.preferred(),
        };
        let code = Code::find(typed.expose()).map_err(|fault| Field::Code.cannot_be(fault))?;
        Ok(Some(Self::Code(method, code)))
    }
}

impl Handle<StepUp> for Service {
    type Caller = Present;

    async fn handle(
        &self,
        Present(caller): Present,
        call: StepUp,
        now: Timestamp,
    ) -> Result<SteppedUp, Error> {
        let password = Password::typed(call.password.expose())
            .map_err(|fault| Field::Password.cannot_be(fault))?;
        if caller.session.desk {
            return Err(NotAllowed::DeskSession.into());
        }
        let factor = Factor::read(&caller.facts, &call, now)?;
        let turn = self.hasher.turn()?;

        let user = &caller.user.id;
        let subject = self.password_subject_of(&caller.session, &caller.user.email);
        let mut tx = self.store.write_about(About::Person(user.as_str())).await?;
        let password_try = self
            .count_try(&mut tx, &subject, Some(user), Counter::Passwords, now)
            .await?;
        let factor_try = match &factor {
            Some(factor) => Some(
                self.count_try_of(&mut tx, user, factor.counter(), now)
                    .await?,
            ),
            None => None,
        };
        tx.commit().await?;

        let kept = caller.user.password();
        let right = self.verify_password(turn, &password, kept).await?;
        if !right {
            // The code was not looked at: its try is not lost.
            self.not_looked_at(factor_try.as_ref(), now).await?;
            let wrong = Happened {
                subject: Some(user),
                ..Happened::in_session(&caller.session, EventKind::StepUpPasswordWrong)
            };
            self.log_failure(wrong, now).await?;
            return Err(Error::WrongCredentials);
        }
        // Right: what comes of the code is counted to the code.
        self.not_looked_at(Some(&password_try), now).await?;
        let hashed = match &factor {
            Some(Factor::Recovery(code)) => {
                let turn = match self.hasher.turn() {
                    Ok(turn) => turn,
                    Err(busy) => {
                        self.not_looked_at(factor_try.as_ref(), now).await?;
                        return Err(busy);
                    }
                };
                Some(self.hash_recovery_code(turn, user, code).await?)
            }
            _ => None,
        };

        let mut tx = self.store.write_about(About::Person(user.as_str())).await?;
        // A method proven since the call was admitted is asked for too.
        let facts = Facts::read(&mut tx, user, now).await?;
        if facts.is_enabled() && factor.is_none() {
            return Err(Field::Code.cannot_be(Fault::Missing));
        }
        let checked = match (&factor, &hashed) {
            (Some(Factor::Code(method, code)), _) => {
                let asked = Asked {
                    method: *method,
                    purpose: Purpose::StepUp,
                    challenge: caller.session.id.as_str(),
                };
                self.spend_code(&mut tx, &facts, asked, code, TRIES_PER_CHALLENGE, now)
                    .await
            }
            (_, Some(hashed)) => self.recovery_step_up(&mut tx, &caller, hashed, now).await,
            (None, _) | (Some(Factor::Recovery(_)), None) => Ok(()),
        };
        if let Err(refused) = checked {
            drop(tx);
            let failed = Happened {
                subject: Some(user),
                factor: factor.as_ref().map(Factor::told),
                ..Happened::in_session(&caller.session, EventKind::CodeWrong)
            };
            return Err(self.code_refused(refused, failed, now).await);
        }
        if let Some(counted) = &factor_try {
            self.give_back(&mut tx, counted, now).await?;
        }
        let token = new_token(&*self.random);
        let raised = tx
            .step_up_session(&caller.session.id, &token_hash(token.expose()), now)
            .await?;
        if !raised {
            return Err(Error::NotSignedIn);
        }
        let happened = Happened {
            factor: factor.as_ref().map(Factor::told),
            ..Happened::in_session(&caller.session, EventKind::SteppedUp)
        };
        self.log(&mut tx, happened, now).await?;
        tx.commit().await?;
        Ok(SteppedUp { token })
    }
}

impl Service {
    /// Gives the try back of a code that nobody looked at, in a transaction of its own.
    pub(super) async fn not_looked_at(
        &self,
        counted: Option<&Counted>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let Some(counted) = counted else {
            return Ok(());
        };
        let mut tx = self.store.write_beside().await?;
        self.give_back(&mut tx, counted, now).await?;
        Ok(tx.commit().await?)
    }

    async fn recovery_step_up(
        &self,
        tx: &mut Tx,
        caller: &Staff,
        hashed: &super::recovery::Hashed,
        now: Timestamp,
    ) -> Result<(), Error> {
        if !self.spend_recovery_code(tx, hashed, now).await? {
            return Err(Error::CodeWrong {
                tries_left: TRIES_PER_CHALLENGE,
            });
        }
        let told = Told::in_session(caller, NoticeKind::RecoveryCodeUsed);
        let used = self.recovery_code_used(tx, &caller.user.id, told, now);
        used.await.map(|_| ())
    }
}
