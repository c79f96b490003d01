//! Consecutive failures.

use super::{Fault, Tx, at_maybe, ms};
use crate::domain::{Counter, Timestamp, Tries, UserId};

impl Tx {
    /// The failures of a subject so far.
    pub async fn tries(&mut self, subject: &str, counter: Counter) -> Result<Tries, Fault> {
        let row: Option<(i64, Option<i64>)> = sqlx::query_as(
            "SELECT failures, next_at FROM tries WHERE subject = $1 AND counter = $2",
        )
        .bind(subject.to_owned())
        .bind(counter.as_str())
        .fetch_optional(&mut *self.inner)
        .await?;
        let (failures, next_at) = row.unwrap_or((0, None));
        Ok(Tries {
            failures: u32::try_from(failures).unwrap_or(u32::MAX),
            next_at: at_maybe(next_at)?,
        })
    }

    /// Replaces what was seen by what follows from it; false if it is not what was seen any more.
    pub async fn count_try(
        &mut self,
        subject: &str,
        counter: Counter,
        seen: &Tries,
        then: &Tries,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let changed = sqlx::query(
            "INSERT INTO tries (subject, counter, failures, next_at, changed_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (subject, counter) DO UPDATE
             SET failures = excluded.failures, next_at = excluded.next_at,
                 changed_at = excluded.changed_at
             WHERE tries.failures = $6",
        )
        .bind(subject.to_owned())
        .bind(counter.as_str())
        .bind(i64::from(then.failures))
        .bind(then.next_at.map(ms))
        .bind(ms(now))
        .bind(i64::from(seen.failures))
        .execute(&mut *self.inner)
        .await?;
        Ok(changed.rows_affected() == 1)
    }

    /// Takes back one failure, and the wait that it brought unless others came after it.
    pub async fn give_try_back(
        &mut self,
        subject: &str,
        counter: Counter,
        before: &Tries,
        after: &Tries,
        now: Timestamp,
    ) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE tries SET failures = failures - 1, changed_at = $3,
                 next_at = CASE WHEN failures <= $4 THEN $5 ELSE next_at END
             WHERE subject = $1 AND counter = $2 AND failures > 0",
        )
        .bind(subject.to_owned())
        .bind(counter.as_str())
        .bind(ms(now))
        .bind(i64::from(after.failures))
        .bind(before.next_at.map(ms))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Forgets the failures: after a completed sign-in, or *Allow tries again*.
    pub async fn forget_tries(&mut self, subject: &str, counter: Counter) -> Result<(), Fault> {
        sqlx::query("DELETE FROM tries WHERE subject = $1 AND counter = $2")
            .bind(subject.to_owned())
            .bind(counter.as_str())
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Forgets a person's failures at codes of every kind.
    pub async fn forget_code_tries(&mut self, user: &UserId) -> Result<(), Fault> {
        sqlx::query("DELETE FROM tries WHERE subject = $1 AND counter IN ($2, $3)")
            .bind(user.to_string())
            .bind(Counter::Codes.as_str())
            .bind(Counter::RecoveryCodes.as_str())
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }
}
