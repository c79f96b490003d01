//! Sign-ins that wait, and sessions. Both are found by the hash of their token alone.

use super::{Fault, Tx, at, at_maybe, ms, parse};
use crate::domain::{MethodKind, PracticeId, SessionId, Timestamp, UserId};

/// What a waiting sign-in waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitingKind {
    /// A code.
    Code,
    /// The set-up of a first method.
    SetUp,
}

impl WaitingKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::SetUp => "set_up",
        }
    }
}

/// A sign-in that waits and has not ended.
#[derive(Clone, Debug)]
pub struct WaitingRow {
    /// The hash of its token.
    pub token_hash: String,
    /// Whose it is.
    pub user: UserId,
    /// When it ends by itself.
    pub ends: Timestamp,
    /// The method that is asked for now.
    pub method: MethodKind,
}

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
}

type SessionColumns = (
    String,
    String,
    String,
    i64,
    i64,
    Option<i64>,
    Option<i64>,
    Option<String>,
    String,
);

fn session(row: SessionColumns) -> Result<SessionRow, Fault> {
    Ok(SessionRow {
        id: parse(&row.0)?,
        user: parse(&row.1)?,
        practice: parse(&row.2)?,
        made: at(row.3)?,
        active: at(row.4)?,
        stepped_up: at_maybe(row.5)?,
        locked: at_maybe(row.6)?,
        computer: row.7,
        token_hash: row.8,
    })
}

impl Tx {
    /// Records a sign-in that waits.
    pub async fn add_waiting(
        &mut self,
        new: &WaitingRow,
        kind: WaitingKind,
        now: Timestamp,
    ) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO waiting (token_hash, user_id, kind, method, tries, made_at, ends_at)
             VALUES ($1, $2, $3, $4, 0, $5, $6)",
        )
        .bind(new.token_hash.clone())
        .bind(new.user.to_string())
        .bind(kind.as_str())
        .bind(new.method.as_str())
        .bind(ms(now))
        .bind(ms(new.ends))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// The waiting sign-in with this token, unless it has ended.
    pub async fn waiting(
        &mut self,
        token_hash: &str,
        kind: WaitingKind,
        now: Timestamp,
    ) -> Result<Option<WaitingRow>, Fault> {
        let row: Option<(String, i64, String)> = sqlx::query_as(
            "SELECT user_id, ends_at, method FROM waiting
             WHERE token_hash = $1 AND kind = $2 AND ended_at IS NULL AND ends_at > $3",
        )
        .bind(token_hash.to_owned())
        .bind(kind.as_str())
        .bind(ms(now))
        .fetch_optional(&mut *self.inner)
        .await?;
        row.map(|(user, ends, method)| {
            Ok(WaitingRow {
                token_hash: token_hash.to_owned(),
                user: parse(&user)?,
                ends: at(ends)?,
                method: parse(&method)?,
            })
        })
        .transpose()
    }

    /// Asks a waiting sign-in for another method, and lets it wait until `longest` minutes from
    /// its beginning; false if it has ended. Its tries stand.
    pub async fn ask_waiting(
        &mut self,
        token_hash: &str,
        method: MethodKind,
        longest: i64,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let asked = sqlx::query(
            "UPDATE waiting SET method = $2,
                 ends_at = CASE WHEN ends_at < made_at + $3 THEN made_at + $3 ELSE ends_at END
             WHERE token_hash = $1 AND kind = 'code' AND ended_at IS NULL AND ends_at > $4",
        )
        .bind(token_hash.to_owned())
        .bind(method.as_str())
        .bind(longest * 60_000)
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(asked.rows_affected() == 1)
    }

    /// Takes one of the challenge's tries; the number taken, or none if none is left.
    pub async fn take_try(
        &mut self,
        token_hash: &str,
        limit: u32,
        now: Timestamp,
    ) -> Result<Option<u32>, Fault> {
        let taken: Option<(i64,)> = sqlx::query_as(
            "UPDATE waiting SET tries = tries + 1
             WHERE token_hash = $1 AND tries < $2 AND ended_at IS NULL AND ends_at > $3
             RETURNING tries",
        )
        .bind(token_hash.to_owned())
        .bind(i64::from(limit))
        .bind(ms(now))
        .fetch_optional(&mut *self.inner)
        .await?;
        Ok(taken.and_then(|(tries,)| u32::try_from(tries).ok()))
    }

    /// Ends a waiting sign-in; false if it had ended already.
    pub async fn end_waiting(&mut self, token_hash: &str, now: Timestamp) -> Result<bool, Fault> {
        let ended = sqlx::query(
            "UPDATE waiting SET ended_at = $2
             WHERE token_hash = $1 AND ended_at IS NULL AND ends_at > $2",
        )
        .bind(token_hash.to_owned())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(ended.rows_affected() == 1)
    }

    /// Ends every waiting sign-in of a person, and every code that was sent to them.
    pub async fn end_waiting_of(&mut self, user: &UserId, now: Timestamp) -> Result<(), Fault> {
        sqlx::query("UPDATE waiting SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL")
            .bind(user.to_string())
            .bind(ms(now))
            .execute(&mut *self.inner)
            .await?;
        self.end_codes_of(user, now).await
    }

    /// Makes a session; its owner has just completed a sign-in.
    pub async fn add_session(&mut self, session: NewSession<'_>) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO sessions
                 (id, token_hash, user_id, practice_id, made_at, active_at, stepped_up_at)
             VALUES ($1, $2, $3, $4, $5, $5, $5)",
        )
        .bind(session.id.to_string())
        .bind(session.token_hash.to_owned())
        .bind(session.user.to_string())
        .bind(session.practice.to_string())
        .bind(ms(session.made))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// The session with this token, unless it has been ended.
    pub async fn session(&mut self, token_hash: &str) -> Result<Option<SessionRow>, Fault> {
        let row: Option<SessionColumns> = sqlx::query_as(
            "SELECT id, user_id, practice_id, made_at, active_at, stepped_up_at, locked_at,
                    computer, token_hash
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
                    computer, token_hash
             FROM sessions WHERE user_id = $1 AND ended_at IS NULL
             ORDER BY made_at DESC, id DESC",
        )
        .bind(user.to_string())
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter().map(session).collect()
    }

    /// Whether a session has not been ended.
    pub async fn session_stands(&mut self, id: &SessionId) -> Result<bool, Fault> {
        let row: Option<(i64,)> =
            sqlx::query_as("SELECT made_at FROM sessions WHERE id = $1 AND ended_at IS NULL")
                .bind(id.to_string())
                .fetch_optional(&mut *self.inner)
                .await?;
        Ok(row.is_some())
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

    /// Ends all sessions of a person, but the one that may be named; how many.
    pub async fn end_sessions_of(
        &mut self,
        user: &UserId,
        but: Option<&SessionId>,
        now: Timestamp,
    ) -> Result<u64, Fault> {
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
    pub async fn count_sessions(&mut self, user: &UserId, newer: Timestamp) -> Result<u32, Fault> {
        let (count,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM sessions
             WHERE user_id = $1 AND ended_at IS NULL AND made_at > $2",
        )
        .bind(user.to_string())
        .bind(ms(newer))
        .fetch_one(&mut *self.inner)
        .await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }
}
