//! Locking and unlocking sessions, how long they last, and the computers that people are known on.

use super::memberships::stands_sql;
use super::{Fault, SessionRow, Tx, ms};
use crate::domain::{
    AbsoluteHours, IdleMinutes, PracticeId, SessionId, SessionLimits, Timestamp, UserId,
    minutes_after,
};

/// Who works in a practice.
macro_rules! people_sql {
    ($practice:literal, $now:literal) => {
        concat!(
            "SELECT memberships.user_id FROM memberships WHERE memberships.practice_id = ",
            $practice,
            " AND ",
            stands_sql!("memberships", $now),
        )
    };
}

impl Tx {
    /// The limits that a practice has set.
    pub async fn limits_of_practice(
        &mut self,
        practice: &PracticeId,
    ) -> Result<SessionLimits, Fault> {
        let (idle, absolute): (i64, i64) =
            sqlx::query_as("SELECT idle_minutes, absolute_hours FROM practices WHERE id = $1")
                .bind(practice.to_string())
                .fetch_one(&mut *self.inner)
                .await?;
        Ok(SessionLimits {
            idle: idle_minutes(idle)?,
            absolute: absolute_hours(absolute)?,
        })
    }

    /// Sets the limits of a practice.
    pub async fn set_limits_of_practice(
        &mut self,
        practice: &PracticeId,
        limits: SessionLimits,
    ) -> Result<(), Fault> {
        sqlx::query("UPDATE practices SET idle_minutes = $2, absolute_hours = $3 WHERE id = $1")
            .bind(practice.to_string())
            .bind(i64::from(limits.idle.get()))
            .bind(i64::from(limits.absolute.get()))
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Locks a session and ends its step-up; false if it was locked or has ended.
    pub async fn lock_session(&mut self, id: &SessionId, now: Timestamp) -> Result<bool, Fault> {
        let locked = sqlx::query(
            "UPDATE sessions SET locked_at = $2, stepped_up_at = NULL
             WHERE id = $1 AND ended_at IS NULL AND locked_at IS NULL",
        )
        .bind(id.to_string())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(locked.rows_affected() == 1)
    }

    /// As [`Self::lock_session`], for one that was seen idle; not if the person has done
    /// something since.
    pub async fn lock_idle_session(
        &mut self,
        seen: &SessionRow,
        now: Timestamp,
    ) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE sessions SET locked_at = $2, stepped_up_at = NULL
             WHERE id = $1 AND ended_at IS NULL AND locked_at IS NULL AND active_at = $3",
        )
        .bind(seen.id.to_string())
        .bind(ms(now))
        .bind(ms(seen.active))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Ends and locks the sessions of a practice's people that have reached its limits, seen or
    /// not: for whoever is about to make those longer, or to take a person out of them.
    pub async fn settle_sessions_in(
        &mut self,
        practice: &PracticeId,
        limits: SessionLimits,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let over = minutes_after(now, -60 * i64::from(limits.absolute.get()));
        let idle = minutes_after(now, -i64::from(limits.idle.get()));
        for (sql, limit) in [
            (
                concat!(
                    "UPDATE sessions SET ended_at = $2
                     WHERE ended_at IS NULL AND made_at <= $3 AND user_id IN (",
                    people_sql!("$1", "$2"),
                    ")"
                ),
                over,
            ),
            (
                concat!(
                    "UPDATE sessions SET locked_at = $2, stepped_up_at = NULL
                     WHERE ended_at IS NULL AND locked_at IS NULL AND active_at <= $3
                       AND user_id IN (",
                    people_sql!("$1", "$2"),
                    ")"
                ),
                idle,
            ),
        ] {
            sqlx::query(sql)
                .bind(practice.to_string())
                .bind(ms(now))
                .bind(ms(limit))
                .execute(&mut *self.inner)
                .await?;
        }
        Ok(())
    }

    /// Opens a locked session under a new token, without a step-up; false if it has ended or the
    /// former token is not its token any more.
    pub async fn unlock_session(
        &mut self,
        id: &SessionId,
        former: &str,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let unlocked = sqlx::query(
            "UPDATE sessions
             SET token_hash = $3, locked_at = NULL, stepped_up_at = NULL, active_at = $4
             WHERE id = $1 AND token_hash = $2 AND ended_at IS NULL",
        )
        .bind(id.to_string())
        .bind(former.to_owned())
        .bind(token_hash.to_owned())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(unlocked.rows_affected() == 1)
    }

    /// Notes that the person did something in an open session; false if it is locked or has
    /// ended.
    pub async fn touch_session(&mut self, id: &SessionId, now: Timestamp) -> Result<bool, Fault> {
        let touched = sqlx::query(
            "UPDATE sessions
             SET active_at = CASE WHEN active_at < $2 THEN $2 ELSE active_at END
             WHERE id = $1 AND ended_at IS NULL AND locked_at IS NULL",
        )
        .bind(id.to_string())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(touched.rows_affected() == 1)
    }

    /// Whether a person is known on the computer with this token. Both an unknown token and
    /// somebody else's are looked for by the same statement.
    pub async fn knows_computer(
        &mut self,
        token_hash: &str,
        user: Option<&UserId>,
    ) -> Result<bool, Fault> {
        let row: Option<(i64,)> =
            sqlx::query_as("SELECT made_at FROM computers WHERE token_hash = $1 AND user_id = $2")
                .bind(token_hash.to_owned())
                .bind(user.map(ToString::to_string).unwrap_or_default())
                .fetch_optional(&mut *self.inner)
                .await?;
        Ok(row.is_some())
    }

    /// How many computers a person is known on.
    pub async fn count_computers(&mut self, user: &UserId) -> Result<i64, Fault> {
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM computers WHERE user_id = $1")
            .bind(user.to_string())
            .fetch_one(&mut *self.inner)
            .await?;
        Ok(count)
    }

    /// Makes a person known on a computer, and forgets the computers of that person beyond a
    /// number, the oldest first.
    pub async fn add_computer(
        &mut self,
        token_hash: &str,
        user: &UserId,
        most: u32,
        now: Timestamp,
    ) -> Result<(), Fault> {
        sqlx::query("INSERT INTO computers (token_hash, user_id, made_at) VALUES ($1, $2, $3)")
            .bind(token_hash.to_owned())
            .bind(user.to_string())
            .bind(ms(now))
            .execute(&mut *self.inner)
            .await?;
        sqlx::query(
            "DELETE FROM computers WHERE token_hash IN (
                 SELECT token_hash FROM computers WHERE user_id = $1
                 ORDER BY made_at DESC, token_hash LIMIT 1000 OFFSET $2)",
        )
        .bind(user.to_string())
        .bind(i64::from(most))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Says which computer a session is used on; false if it has been said, or the session has
    /// ended.
    pub async fn place_session(&mut self, id: &SessionId, token_hash: &str) -> Result<bool, Fault> {
        let placed = sqlx::query(
            "UPDATE sessions SET computer = $2
             WHERE id = $1 AND computer IS NULL AND ended_at IS NULL",
        )
        .bind(id.to_string())
        .bind(token_hash.to_owned())
        .execute(&mut *self.inner)
        .await?;
        Ok(placed.rows_affected() == 1)
    }
}

pub(super) fn idle_minutes(kept: i64) -> Result<IdleMinutes, Fault> {
    u32::try_from(kept)
        .ok()
        .and_then(|minutes| IdleMinutes::new(minutes).ok())
        .ok_or_else(|| Fault::Damaged("an idle limit".into()))
}

pub(super) fn absolute_hours(kept: i64) -> Result<AbsoluteHours, Fault> {
    u32::try_from(kept)
        .ok()
        .and_then(|hours| AbsoluteHours::new(hours).ok())
        .ok_or_else(|| Fault::Damaged("a session limit".into()))
}
