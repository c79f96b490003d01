//! Sessions, found by the hash of their token alone.

use super::memberships::stands_sql;
use super::{Fault, Tx, at, at_maybe, ms, parse};
use crate::domain::{PracticeId, SessionId, Timestamp, UserId};

/// A session that has not ended.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// The session.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// In which practice.
    pub practice: PracticeId,
    /// When the sign-in was completed.
    pub made: Timestamp,
    /// The last call of a person (not of a poll).
    pub active: Timestamp,
    /// The last step-up or completed sign-in.
    pub stepped_up: Option<Timestamp>,
    /// Since when it is locked.
    pub locked: Option<Timestamp>,
    /// The hash of its token.
    pub token_hash: String,
    /// The hash of the token of the computer that it is used on, once it has said so.
    pub computer: Option<String>,
    /// When it ends before its absolute limit.
    pub ends: Option<Timestamp>,
    /// Whether it was opened at the desk.
    pub desk: bool,
}

/// What is special about a session that full access opens at the desk.
#[derive(Clone, Copy, Debug)]
pub struct DeskSession<'a> {
    /// Who opens it.
    pub by: &'a UserId,
    /// When it ends.
    pub ends: Timestamp,
    /// Since when those of the day count.
    pub day: Timestamp,
    /// How many there may be in a day.
    pub most: u32,
}

/// A session to be made.
#[derive(Clone, Debug)]
pub struct NewSession<'a> {
    /// Its id.
    pub id: &'a SessionId,
    /// The hash of its token.
    pub token_hash: &'a str,
    /// Whose it is.
    pub user: &'a UserId,
    /// In which practice.
    pub practice: &'a PracticeId,
    /// Now.
    pub made: Timestamp,
    /// Whether the sign-in counts as a step-up.
    pub stepped_up: bool,
}

#[derive(sqlx::FromRow)]
struct SessionColumns {
    id: String,
    user_id: String,
    practice_id: String,
    made_at: i64,
    active_at: i64,
    stepped_up_at: Option<i64>,
    locked_at: Option<i64>,
    computer: Option<String>,
    token_hash: String,
    ends_at: Option<i64>,
    desk_by: Option<String>,
}

fn session(row: SessionColumns) -> Result<SessionRow, Fault> {
    Ok(SessionRow {
        id: parse(&row.id)?,
        user: parse(&row.user_id)?,
        practice: parse(&row.practice_id)?,
        made: at(row.made_at)?,
        active: at(row.active_at)?,
        stepped_up: at_maybe(row.stepped_up_at)?,
        locked: at_maybe(row.locked_at)?,
        computer: row.computer,
        token_hash: row.token_hash,
        ends: at_maybe(row.ends_at)?,
        desk: row.desk_by.is_some(),
    })
}

impl Tx {
    /// Makes a session; its owner has just completed a sign-in.
    pub async fn add_session(&mut self, session: NewSession<'_>) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO sessions
                 (id, token_hash, user_id, practice_id, made_at, active_at, stepped_up_at)
             VALUES ($1, $2, $3, $4, $5, $5, $6)",
        )
        .bind(session.id.to_string())
        .bind(session.token_hash.to_owned())
        .bind(session.user.to_string())
        .bind(session.practice.to_string())
        .bind(ms(session.made))
        .bind(session.stepped_up.then(|| ms(session.made)))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Makes a session that ends with the day and has no step-up; false if there were as many as
    /// there may be.
    pub async fn add_desk_session(
        &mut self,
        session: NewSession<'_>,
        desk: DeskSession<'_>,
    ) -> Result<bool, Fault> {
        let made = sqlx::query(
            "INSERT INTO sessions
                 (id, token_hash, user_id, practice_id, made_at, active_at, ends_at, desk_by)
             SELECT $1, $2, $3, $4, $5, $5, $6, $7
             WHERE (SELECT COUNT(*) FROM sessions earlier
                    WHERE earlier.user_id = $3 AND earlier.desk_by IS NOT NULL
                      AND earlier.made_at >= $8) < $9",
        )
        .bind(session.id.to_string())
        .bind(session.token_hash.to_owned())
        .bind(session.user.to_string())
        .bind(session.practice.to_string())
        .bind(ms(session.made))
        .bind(ms(desk.ends))
        .bind(desk.by.to_string())
        .bind(ms(desk.day))
        .bind(i64::from(desk.most))
        .execute(&mut *self.inner)
        .await?;
        Ok(made.rows_affected() == 1)
    }

    /// The session with this token, unless it has been ended.
    pub async fn session(&mut self, token_hash: &str) -> Result<Option<SessionRow>, Fault> {
        let row: Option<SessionColumns> = sqlx::query_as(
            "SELECT id, user_id, practice_id, made_at, active_at, stepped_up_at, locked_at,
                    computer, token_hash, ends_at, desk_by
             FROM sessions WHERE token_hash = $1 AND ended_at IS NULL",
        )
        .bind(token_hash.to_owned())
        .fetch_optional(&mut *self.inner)
        .await?;
        row.map(session).transpose()
    }

    /// The sessions of a person that were not ended, the newest first.
    pub async fn sessions_of(&mut self, user: &UserId) -> Result<Vec<SessionRow>, Fault> {
        let rows: Vec<SessionColumns> = sqlx::query_as(
            "SELECT id, user_id, practice_id, made_at, active_at, stepped_up_at, locked_at,
                    computer, token_hash, ends_at, desk_by
             FROM sessions WHERE user_id = $1 AND ended_at IS NULL
             ORDER BY made_at DESC, id DESC",
        )
        .bind(user.to_string())
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter().map(session).collect()
    }

    /// Whether a session that has not been ended was locked.
    pub async fn session_locked(&mut self, id: &SessionId) -> Result<Option<bool>, Fault> {
        let row: Option<(Option<i64>,)> =
            sqlx::query_as("SELECT locked_at FROM sessions WHERE id = $1 AND ended_at IS NULL")
                .bind(id.to_string())
                .fetch_optional(&mut *self.inner)
                .await?;
        Ok(row.map(|(locked,)| locked.is_some()))
    }

    /// Gives a session a new token and a fresh step-up; false if it ended in the meantime.
    pub async fn step_up_session(
        &mut self,
        id: &SessionId,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let raised = sqlx::query(
            "UPDATE sessions SET token_hash = $2, stepped_up_at = $3, active_at = $3
             WHERE id = $1 AND ended_at IS NULL AND locked_at IS NULL",
        )
        .bind(id.to_string())
        .bind(token_hash.to_owned())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(raised.rows_affected() == 1)
    }

    /// Takes a session to another practice of its owner, with a new token and no step-up; false if
    /// it was locked, ended or given another token in the meantime, is one of the desk, or its
    /// owner does not belong there.
    pub async fn move_session(
        &mut self,
        id: &SessionId,
        shown: &str,
        practice: &PracticeId,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let moved = sqlx::query(concat!(
            "UPDATE sessions SET practice_id = $3, token_hash = $4, stepped_up_at = NULL
             WHERE id = $1 AND token_hash = $2 AND ended_at IS NULL AND locked_at IS NULL
               AND desk_by IS NULL
               AND EXISTS (SELECT 1 FROM memberships
                           WHERE memberships.user_id = sessions.user_id
                             AND memberships.practice_id = $3 AND ",
            stands_sql!("memberships", "$5"),
            ")",
        ))
        .bind(id.to_string())
        .bind(shown.to_owned())
        .bind(practice.to_string())
        .bind(token_hash.to_owned())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(moved.rows_affected() == 1)
    }

    /// Ends a session.
    pub async fn end_session(&mut self, id: &SessionId, now: Timestamp) -> Result<(), Fault> {
        sqlx::query("UPDATE sessions SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL")
            .bind(id.to_string())
            .bind(ms(now))
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Ends one of a person's own sessions; false if it is no such one, or had ended.
    pub async fn end_session_of(
        &mut self,
        user: &UserId,
        id: &SessionId,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let ended = sqlx::query(
            "UPDATE sessions SET ended_at = $3
             WHERE id = $1 AND user_id = $2 AND ended_at IS NULL",
        )
        .bind(id.to_string())
        .bind(user.to_string())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(ended.rows_affected() == 1)
    }

    /// Ends all sessions of a person, but the one that may be named; how many. The remembered
    /// computers end first, or one would open another session in between.
    pub async fn end_sessions_of(
        &mut self,
        user: &UserId,
        but: Option<&SessionId>,
        now: Timestamp,
    ) -> Result<u64, Fault> {
        self.end_remembered_of(user, now).await?;
        let ended = sqlx::query(
            "UPDATE sessions SET ended_at = $3
             WHERE user_id = $1 AND ended_at IS NULL AND id <> $2",
        )
        .bind(user.to_string())
        .bind(but.map(ToString::to_string).unwrap_or_default())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(ended.rows_affected())
    }

    /// Ends the sessions of a person in one practice.
    pub async fn end_sessions_in(
        &mut self,
        practice: &PracticeId,
        user: &UserId,
        now: Timestamp,
    ) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE sessions SET ended_at = $3
             WHERE practice_id = $1 AND user_id = $2 AND ended_at IS NULL",
        )
        .bind(practice.to_string())
        .bind(user.to_string())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Ends the oldest session of a person beyond a number, a locked one first; whether one ended.
    /// Those made up to `over` have ended by themselves; those idle since `idle` are locked.
    pub async fn end_oldest_session_beyond(
        &mut self,
        user: &UserId,
        most: u32,
        over: Timestamp,
        idle: Timestamp,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let ended = sqlx::query(
            "UPDATE sessions SET ended_at = $3 WHERE id IN (
                 SELECT id FROM sessions
                 WHERE user_id = $1 AND ended_at IS NULL AND made_at > $4
                   AND (ends_at IS NULL OR ends_at > $3)
                 ORDER BY CASE WHEN locked_at IS NULL AND active_at > $5 THEN 0 ELSE 1 END,
                          made_at DESC, id DESC
                 LIMIT 1000 OFFSET $2)",
        )
        .bind(user.to_string())
        .bind(i64::from(most))
        .bind(ms(now))
        .bind(ms(over))
        .bind(ms(idle))
        .execute(&mut *self.inner)
        .await?;
        Ok(ended.rows_affected() > 0)
    }

    /// How many sessions of a person are open or locked.
    pub async fn count_sessions(
        &mut self,
        user: &UserId,
        newer: Timestamp,
        now: Timestamp,
    ) -> Result<u32, Fault> {
        let (count,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM sessions
             WHERE user_id = $1 AND ended_at IS NULL AND made_at > $2
               AND (ends_at IS NULL OR ends_at > $3)",
        )
        .bind(user.to_string())
        .bind(ms(newer))
        .bind(ms(now))
        .fetch_one(&mut *self.inner)
        .await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }
}
