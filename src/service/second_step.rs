//! The second step: a one-time code.

use zeroize::Zeroizing;

use super::facts::Facts;
use super::keys::Place;
use super::{CodeDue, Handle, Service, internal};
use crate::api::{Error, Field, Outcome, SubmitCode};
use crate::domain::{
    Code, Counter, MethodKind, TRIES_PER_CHALLENGE, Timestamp, TotpSecret, UserId,
};
use crate::store::{MethodRow, Tx};

impl Handle<SubmitCode> for Service {
    type Caller = CodeDue;

    async fn handle(
        &self,
        CodeDue { waiting }: CodeDue,
        call: SubmitCode,
        now: Timestamp,
    ) -> Result<Outcome, Error> {
        let code = Code::find(call.code.expose()).map_err(|fault| Field::Code.cannot_be(fault))?;

        // The try is durable before the code is looked at: no kill, rollback or race gives it back.
        let mut tx = self.store.write().await?;
        self.count_try(&mut tx, waiting.user.as_str(), Counter::Codes, now)
            .await?;
        let taken = tx
            .take_try(&waiting.token_hash, TRIES_PER_CHALLENGE, now)
            .await?
            .ok_or(Error::ChallengeEnded)?;
        tx.commit().await?;
        let tries_left = TRIES_PER_CHALLENGE.saturating_sub(taken);

        let mut tx = self.store.write().await?;
        let user = tx.user(&waiting.user).await?.ok_or(Error::ChallengeEnded)?;
        let facts = Facts::read(&mut tx, &user.id, now).await?;
        let checked = self
            .spend_code(&mut tx, &facts, &code, tries_left, now)
            .await;
        if let Err(refused) = checked {
            drop(tx);
            return Err(self.code_refused(refused, &user.id, now).await);
        }
        if !tx.end_waiting(&waiting.token_hash, now).await? {
            return Err(Error::ChallengeEnded);
        }
        let admitted = self
            .admit_member(&mut tx, &user, &facts, now)
            .await
            .map_err(|error| match error {
                // Whoever belongs nowhere any more is told of the sign-in alone.
                Error::WrongCredentials => Error::ChallengeEnded,
                fault => fault,
            })?;
        tx.commit().await?;
        Ok(Outcome::In(admitted))
    }
}

impl Service {
    /// Looks at a counted code and spends its time step, in the caller's transaction.
    pub(super) async fn spend_code(
        &self,
        tx: &mut Tx,
        facts: &Facts,
        code: &Code,
        tries_left: u32,
        now: Timestamp,
    ) -> Result<(), Error> {
        let method = facts
            .proven(MethodKind::Authenticator)
            .ok_or(Error::CodeWrong { tries_left })?;
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

    /// What is answered after a counted code was not taken. A fault of ours is not logged as a wrong
    /// code, but its try stays counted: the code may have been looked at (security.md 17).
    pub(super) async fn code_refused(
        &self,
        refused: Error,
        user: &UserId,
        now: Timestamp,
    ) -> Error {
        let noted = match refused {
            Error::CodeWrong { .. } => self.log_failure("code_wrong", Some(user), now).await,
            Error::CodeUsed { .. } => self.log_failure("code_used", Some(user), now).await,
            _ => Ok(()),
        };
        // What cannot be recorded is not answered either.
        noted.err().unwrap_or(refused)
    }

    /// The secret of an authenticator. One that is missing, moved or changed is a fault, never
    /// "no factor" (security.md 23, 84).
    pub(super) fn totp_secret(&self, method: &MethodRow) -> Result<TotpSecret, Error> {
        let sealed = method
            .secret
            .as_deref()
            .ok_or_else(|| internal(&"a method has no secret"))?;
        let opened: Zeroizing<Vec<u8>> = self
            .keys
            .open(secret_of(method.id.as_str()), sealed)
            .map_err(|error| internal(&error))?;
        TotpSecret::from_bytes(&opened).ok_or_else(|| internal(&"a secret is malformed"))
    }
}

/// Where the secret of a method is sealed to.
pub(super) fn secret_of(method: &str) -> Place<'_> {
    Place {
        table: "methods",
        row: method,
        column: "secret",
    }
}
