//! The step-up: a fresh password, and a code if a method is proven.

use super::facts::Facts;
use super::keys::{new_token, token_hash};
use super::notices::Told;
use super::recovery::{Hashed, recovery_code};
use super::second_step::Asked;
use super::{Handle, Happened, Present, Service, Staff};
use crate::api::{
    Error, Fault, Field, SendStepUp, StepUp, StepUpAsked, StepUpNow, SteppedUp, ToSend, Way,
};
use crate::domain::{
    Code, Counter, EventKind, MethodKind, NotAllowed, NoticeKind, Password, Purpose, RecoveryCode,
    TRIES_PER_CHALLENGE, Timestamp,
};
use crate::store::{About, Bond, Tx};

impl Handle<SendStepUp> for Service {
    type Caller = Present;

    async fn handle(
        &self,
        Present(caller): Present,
        call: SendStepUp,
        now: Timestamp,
    ) -> Result<StepUpAsked, Error> {
        not_at_a_desk(&caller)?;
        let mut tx = self
            .store
            .write_about(About::Person(caller.user.id.as_str()))
            .await?;
        let caller = caller.again(&mut tx, now).await?;
        let asked = self
            .step_up_asked(&mut tx, &caller, call.method, Some(call.send), now)
            .await?;
        tx.commit().await?;
        Ok(asked)
    }
}

/// Whoever let a person in answered for one day's work: no code is sent for a step-up that cannot be.
fn not_at_a_desk(caller: &Staff) -> Result<(), Error> {
    match caller.session.desk {
        true => Err(NotAllowed::DeskSession.into()),
        false => Ok(()),
    }
}

impl Handle<StepUpNow> for Service {
    type Caller = Present;

    async fn handle(
        &self,
        Present(caller): Present,
        call: StepUpNow,
        now: Timestamp,
    ) -> Result<StepUpAsked, Error> {
        let mut tx = self.store.read().await?;
        self.step_up_asked(&mut tx, &caller, call.method, None, now)
            .await
    }
}

/// The second factor of a step-up, as typed.
enum Factor {
    Code(MethodKind, Code),
    Recovery(RecoveryCode),
}

/// The same, ready to be looked at.
enum Shown {
    Code(MethodKind, Code),
    Recovery(Hashed),
}

impl Factor {
    fn counter(&self) -> Counter {
        match self {
            Self::Code(..) => Counter::Codes,
            Self::Recovery(_) => Counter::RecoveryCodes,
        }
    }

    /// What a code that is sent for a step-up of this session is bound to.
    fn bond<'a>(&self, session: &'a str) -> Option<Bond<'a>> {
        let Self::Code(method, _) = self else {
            return None;
        };
        Some(Bond {
            purpose: Purpose::StepUp,
            challenge: session,
            channel: method.channel()?,
        })
    }

    /// What a wrong one is written down as.
    fn refused(&self) -> EventKind {
        match self {
            Self::Code(..) => EventKind::CodeWrong,
            Self::Recovery(_) => EventKind::RecoveryCodeWrong,
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
        not_at_a_desk(&caller)?;
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
        let session = caller.session.id.as_str();
        let bond = factor.as_ref().and_then(|factor| factor.bond(session));
        let tries_left = match bond {
            Some(bond) => self.take_code_try(&mut tx, bond, now).await?,
            None => TRIES_PER_CHALLENGE,
        };
        tx.commit().await?;

        let kept = caller.user.password();
        let right = self.verify_password(turn, &password, kept).await?;
        if !right {
            // The code was not looked at: its try is not lost.
            if let Some(counted) = &factor_try {
                self.give_back_alone(counted, now).await?;
            }
            if let Some(bond) = bond {
                let mut tx = self.store.write_beside().await?;
                tx.give_code_try_back(bond).await?;
                tx.commit().await?;
            }
            let wrong = Happened {
                subject: Some(user),
                ..Happened::in_session(&caller.session, EventKind::StepUpPasswordWrong)
            };
            self.log_failure(wrong, now).await?;
            return Err(Error::WrongCredentials);
        }
        // Right: what comes of the code is counted to the code.
        self.give_back_alone(&password_try, now).await?;
        let told = factor.as_ref().map(Factor::told);
        let wrong = factor
            .as_ref()
            .map_or(EventKind::CodeWrong, Factor::refused);
        let shown = match factor {
            None => None,
            Some(Factor::Code(method, code)) => Some(Shown::Code(method, code)),
            Some(Factor::Recovery(code)) => match self.hasher.turn() {
                Ok(turn) => {
                    let hashed = self.hash_recovery_code(turn, user, &code).await?;
                    Some(Shown::Recovery(hashed))
                }
                Err(busy) => {
                    if let Some(counted) = &factor_try {
                        self.give_back_alone(counted, now).await?;
                    }
                    return Err(busy);
                }
            },
        };

        let mut tx = self.store.write_about(About::Person(user.as_str())).await?;
        // A method proven since the call was admitted is asked for too.
        let facts = Facts::read(&mut tx, user, now).await?;
        if facts.is_enabled() && shown.is_none() {
            return Err(Field::Code.cannot_be(Fault::Missing));
        }
        let checked = match &shown {
            None => Ok(()),
            Some(Shown::Code(method, code)) => {
                let asked = Asked {
                    method: *method,
                    purpose: Purpose::StepUp,
                    challenge: session,
                };
                self.spend_code(&mut tx, &facts, asked, code, tries_left, now)
                    .await
            }
            Some(Shown::Recovery(hashed)) => {
                self.recovery_step_up(&mut tx, &caller, hashed, now).await
            }
        };
        if let Err(refused) = checked {
            drop(tx);
            let failed = Happened {
                subject: Some(user),
                factor: told,
                ..Happened::in_session(&caller.session, wrong)
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
            factor: told,
            ..Happened::in_session(&caller.session, EventKind::SteppedUp)
        };
        self.log(&mut tx, happened, now).await?;
        tx.commit().await?;
        Ok(SteppedUp { token })
    }
}

impl Service {
    /// What a step-up needs besides the password, after sending what is to be sent.
    async fn step_up_asked(
        &self,
        tx: &mut Tx,
        caller: &Staff,
        method: Option<MethodKind>,
        send: Option<ToSend>,
        now: Timestamp,
    ) -> Result<StepUpAsked, Error> {
        let facts = &caller.facts;
        let Some(methods) = facts.usable(now) else {
            return Ok(StepUpAsked {
                method: None,
                sent: None,
                ways: Vec::new(),
                recovery: false,
            });
        };
        let method = method.unwrap_or_else(|| methods.preferred());
        if !methods.has(method) {
            return Err(NotAllowed::NoSuchMethod.into());
        }
        let asked = Asked {
            method,
            purpose: Purpose::StepUp,
            challenge: caller.session.id.as_str(),
        };
        let sent = self
            .ask_for(tx, facts, &caller.user.id, asked, send, now)
            .await?;
        Ok(StepUpAsked {
            method: Some(method),
            sent,
            ways: facts.ways(method, now),
            recovery: facts.recovery_left.is_some_and(|left| left > 0),
        })
    }

    async fn recovery_step_up(
        &self,
        tx: &mut Tx,
        caller: &Staff,
        hashed: &Hashed,
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
