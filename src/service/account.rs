//! The signed-in person: who it is, the step-up, the end of the session.

use super::facts::Facts;
use super::keys::{new_token, token_hash};
use super::sign_in::me;
use super::{Handle, Happened, Leaving, Present, Service, Staff};
use crate::api::{Ack, Error, Field, Me, SignOut, StepUp, SteppedUp, WhoAmI};
use crate::domain::{Code, Counter, Password, TRIES_PER_CHALLENGE, Timestamp};

impl Handle<WhoAmI> for Service {
    type Caller = Staff;

    async fn handle(&self, caller: Staff, _: WhoAmI, _: Timestamp) -> Result<Me, Error> {
        Ok(me(&caller.user, &caller.practice, caller.role))
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
        let code = match (&call.code, caller.facts.is_enabled()) {
            (Some(typed), true) => {
                Some(Code::find(typed.expose()).map_err(|fault| Field::Code.cannot_be(fault))?)
            }
            (None, true) => return Err(Field::Code.cannot_be(crate::api::Fault::Missing)),
            (_, false) => None,
        };
        let turn = self.hasher.turn().await?;

        let user = &caller.user.id;
        let subject = self.password_subject_of(&caller.session, &caller.user.email);
        let mut tx = self.store.write().await?;
        let password_try = self
            .count_try(&mut tx, &subject, Counter::Passwords, now)
            .await?;
        let code_try = match code {
            Some(_) => Some(
                self.count_try(&mut tx, user.as_str(), Counter::Codes, now)
                    .await?,
            ),
            None => None,
        };
        tx.commit().await?;

        let kept = caller.user.password();
        let right = self.hasher.verify(turn, &password, kept).await?;
        if !right {
            // The code was not looked at: its try is not lost.
            let mut tx = self.store.write().await?;
            if let Some(counted) = &code_try {
                self.give_back(&mut tx, counted, now).await?;
            }
            tx.commit().await?;
            self.log_failure("step_up_password_wrong", Some(user), now)
                .await?;
            return Err(Error::WrongCredentials);
        }

        let mut tx = self.store.write().await?;
        self.give_back(&mut tx, &password_try, now).await?;
        // A method proven since the call was admitted is asked for too.
        let facts = Facts::read(&mut tx, user, now).await?;
        if facts.is_enabled() && code.is_none() {
            return Err(Field::Code.cannot_be(crate::api::Fault::Missing));
        }
        if let (Some(code), Some(counted)) = (&code, &code_try) {
            let checked = self
                .spend_code(&mut tx, &facts, code, TRIES_PER_CHALLENGE, now)
                .await;
            if let Err(refused) = checked {
                drop(tx);
                return Err(self.code_refused(refused, user, now).await);
            }
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
            kind: "stepped_up",
            practice: Some(&caller.practice.id),
            actor: Some(user),
            ..Happened::default()
        };
        self.log(&mut tx, happened, now).await?;
        tx.commit().await?;
        Ok(SteppedUp { token })
    }
}

impl Handle<SignOut> for Service {
    type Caller = Leaving;

    async fn handle(&self, caller: Leaving, _: SignOut, now: Timestamp) -> Result<Ack, Error> {
        let mut tx = self.store.write().await?;
        match caller {
            Leaving::Session(session) => {
                tx.end_session(&session.id, now).await?;
                let happened = Happened {
                    kind: "signed_out",
                    practice: Some(&session.practice),
                    actor: Some(&session.user),
                    ..Happened::default()
                };
                self.log(&mut tx, happened, now).await?;
            }
            Leaving::Waiting(waiting) => {
                tx.end_waiting(&waiting.token_hash, now).await?;
            }
        }
        tx.commit().await?;
        Ok(Ack {})
    }
}
