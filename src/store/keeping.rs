//! What a restore and a recovery change at once, for everybody.

use super::memberships::{joined_sql, stands_sql};
use super::{Fault, Tx, ms, parse};
use crate::domain::{PracticeId, Timestamp, UserId};

impl Tx {
    /// Runs statements that take the time as `$1` and nothing else.
    async fn at_this_time(&mut self, statements: &[&'static str], now: i64) -> Result<(), Fault> {
        for statement in statements {
            sqlx::query(*statement)
                .bind(now)
                .execute(&mut *self.inner)
                .await?;
        }
        Ok(())
    }

    /// Ends every session, every sign-in that waits, every remembered computer, every set-up that
    /// is not proven and every code that was sent; what is still to be sent is dropped.
    pub async fn end_all_that_is_open(&mut self, now: Timestamp) -> Result<(), Fault> {
        let statements = [
            "UPDATE sessions SET ended_at = $1 WHERE ended_at IS NULL",
            "UPDATE waiting SET ended_at = $1 WHERE ended_at IS NULL",
            "UPDATE remembered SET until_at = $1 WHERE until_at IS NULL",
            "UPDATE methods SET until_at = $1, secret = NULL
             WHERE until_at IS NULL AND proven_at IS NULL",
            "UPDATE codes SET ended_at = $1 WHERE used_at IS NULL AND ended_at IS NULL",
            "UPDATE outbox SET sealed = NULL, changed_at = $1,
                 state = CASE WHEN state IN ('queued', 'sending') THEN 'dropped' ELSE state END
             WHERE sealed IS NOT NULL OR state IN ('queued', 'sending')",
        ];
        self.at_this_time(&statements, ms(now)).await
    }

    /// Voids every admission that is kept outside the database and may have been used since:
    /// invitations, places that are offered, sets of recovery codes, and what was agreed to.
    pub async fn void_admissions(&mut self, now: Timestamp) -> Result<(), Fault> {
        let statements = [
            "UPDATE invitations SET ended_at = $1 WHERE ended_at IS NULL",
            "UPDATE recovery_sets SET ended_at = $1 WHERE ended_at IS NULL",
            "UPDATE offered_places SET ended_at = $1 WHERE ended_at IS NULL",
            "UPDATE agreements SET used_at = $1 WHERE used_at IS NULL",
        ];
        self.at_this_time(&statements, ms(now)).await
    }

    /// Counts this time step and every earlier one as spent, on every method.
    pub async fn spend_steps_up_to(&mut self, step: u64) -> Result<(), Fault> {
        sqlx::query("UPDATE methods SET last_step = $1 WHERE until_at IS NULL AND last_step < $1")
            .bind(i64::try_from(step).unwrap_or(i64::MAX))
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Whose proven method has accepted a step after this one.
    pub async fn users_ahead_of(&mut self, step: u64) -> Result<Vec<UserId>, Fault> {
        let rows: Vec<(String,)> = sqlx::query_as(
            "SELECT DISTINCT user_id FROM methods
             WHERE until_at IS NULL AND proven_at IS NOT NULL AND last_step > $1
             ORDER BY user_id",
        )
        .bind(i64::try_from(step).unwrap_or(i64::MAX))
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter().map(|(user,)| parse(&user)).collect()
    }

    /// Takes this for the present time although later ones were recorded. What was recorded
    /// later stays as it was recorded, and is no measure of the clock any more; what would last
    /// until the clock comes by is moved to now, by as much as it lay ahead.
    pub async fn accept_clock(&mut self, now: Timestamp) -> Result<(), Fault> {
        let statements = [
            "UPDATE events SET ahead = 1 WHERE at > $1",
            // A wait ends; the failures that led to it stay counted.
            "UPDATE tries SET next_at = NULL, changed_at = $1 WHERE changed_at > $1",
            "UPDATE invitations SET ended_at = $1 WHERE ended_at IS NULL AND made_at > $1",
            // Nobody's set-up is put off by the time that the clock was ahead.
            "UPDATE rules SET bites_at = bites_at - from_at + $1
             WHERE until_at IS NULL AND bites_at IS NOT NULL AND from_at > $1",
            "UPDATE requirements SET bites_at = bites_at - from_at + $1
             WHERE until_at IS NULL AND bites_at IS NOT NULL AND from_at > $1",
            "UPDATE allowed_methods SET bites_at = bites_at - from_at + $1
             WHERE until_at IS NULL AND from_at > $1",
            "UPDATE new_addresses SET until_at = $1 WHERE until_at IS NULL AND from_at > $1",
            // No longer than was promised: what was agreed to and offered then is asked for anew.
            "UPDATE agreements SET used_at = $1 WHERE used_at IS NULL AND at > $1",
            "UPDATE offered_places SET ended_at = $1 WHERE ended_at IS NULL AND made_at > $1",
            "UPDATE requests SET made_at = $1 WHERE made_at > $1",
            // How often somebody was let in today is counted by when that was.
            "UPDATE sessions SET made_at = $1 WHERE made_at > $1",
            // The limits of an address, and those of sending, look back from now.
            "DELETE FROM failures_by_origin WHERE slot > $1",
            "UPDATE outbox SET made_at = $1 WHERE made_at > $1",
        ];
        self.at_this_time(&statements, ms(now)).await
    }

    /// Gives a person another password, whatever it was before.
    pub async fn replace_password(&mut self, user: &UserId, hash: &str) -> Result<(), Fault> {
        sqlx::query("UPDATE users SET password_hash = $2 WHERE id = $1")
            .bind(user.to_string())
            .bind(hash.to_owned())
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Puts another wrapped copy of the keys in the place of the one that was seen; false if it
    /// is not what was seen any more.
    pub async fn rewrap_keys(
        &mut self,
        practice: &PracticeId,
        seen: &[u8],
        new: &[u8],
    ) -> Result<bool, Fault> {
        let changed = sqlx::query(
            "UPDATE practices SET wrapped_keys = $3 WHERE id = $1 AND wrapped_keys = $2",
        )
        .bind(practice.to_string())
        .bind(seen.to_vec())
        .bind(new.to_vec())
        .execute(&mut *self.inner)
        .await?;
        Ok(changed.rows_affected() == 1)
    }

    /// Those with full access to a practice: their e-mail addresses, the first joined first.
    pub async fn full_access_of(
        &mut self,
        practice: &PracticeId,
        now: Timestamp,
    ) -> Result<Vec<String>, Fault> {
        let rows: Vec<(String,)> = sqlx::query_as(concat!(
            "SELECT users.email FROM memberships JOIN users ON users.id = memberships.user_id
             WHERE memberships.practice_id = $1 AND memberships.role = 'full_access'
               AND ",
            stands_sql!("memberships", "$2"),
            " ORDER BY ",
            joined_sql!(),
            ", memberships.id",
        ))
        .bind(practice.to_string())
        .bind(ms(now))
        .fetch_all(&mut *self.inner)
        .await?;
        Ok(rows.into_iter().map(|(email,)| email).collect())
    }
}
