//! Sign-ins between their first step and their end, found by the hash of their token alone.

use super::{Fault, Tx, at, ms, parse};
use crate::domain::{MethodKind, Timestamp, UserId};

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
    /// The hash of the token of the computer it comes from, if the person is known on it.
    pub computer: Option<String>,
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
            "INSERT INTO waiting (token_hash, user_id, kind, method, tries, made_at, ends_at,
                                  computer)
             VALUES ($1, $2, $3, $4, 0, $5, $6, $7)",
        )
        .bind(new.token_hash.clone())
        .bind(new.user.to_string())
        .bind(kind.as_str())
        .bind(new.method.as_str())
        .bind(ms(now))
        .bind(ms(new.ends))
        .bind(new.computer.clone())
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
        let row: Option<(String, i64, String, Option<String>)> = sqlx::query_as(
            "SELECT user_id, ends_at, method, computer FROM waiting
             WHERE token_hash = $1 AND kind = $2 AND ended_at IS NULL AND ends_at > $3",
        )
        .bind(token_hash.to_owned())
        .bind(kind.as_str())
        .bind(ms(now))
        .fetch_optional(&mut *self.inner)
        .await?;
        row.map(|(user, ends, method, computer)| {
            Ok(WaitingRow {
                token_hash: token_hash.to_owned(),
                user: parse(&user)?,
                ends: at(ends)?,
                method: parse(&method)?,
                computer,
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
}
