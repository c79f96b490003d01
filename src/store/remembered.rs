//! Computers on which the second step of a person is skipped, and what a practice sets about
//! computers.

use super::memberships::stands_sql;
use super::{Fault, Tx, at, ms, parse};
use crate::domain::{
    ComputerRule, MethodKind, PracticeId, RememberDays, SessionId, Timestamp, UserId,
};

/// A remembered computer that has not ended.
#[derive(Clone, Debug)]
pub struct RememberedRow {
    /// Which.
    pub id: String,
    /// By which method the code was given.
    pub method: MethodKind,
    /// When the code was given.
    pub made: Timestamp,
    /// When it was used last, or made.
    pub used: Timestamp,
    /// When it ends by what held as the code was given.
    pub ends: Timestamp,
}

/// A computer to be remembered.
#[derive(Clone, Debug)]
pub struct NewRemembered<'a> {
    /// The row's id.
    pub id: &'a str,
    /// Whose second step is skipped.
    pub user: &'a UserId,
    /// The hash of the token that is good next.
    pub token_hash: &'a str,
    /// By which method the code was given.
    pub method: MethodKind,
    /// Now.
    pub made: Timestamp,
    /// When it ends.
    pub ends: Timestamp,
}

/// A token that is good once, and the one that takes its place.
#[derive(Clone, Copy, Debug)]
pub struct Turn<'a> {
    /// Whose second step is to be skipped.
    pub user: &'a UserId,
    /// The hash of the token that was shown.
    pub shown: &'a str,
    /// The hash of the next.
    pub next: &'a str,
    /// The days that hold now.
    pub days: RememberDays,
    /// Now.
    pub now: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Columns {
    id: String,
    method: String,
    made_at: i64,
    used_at: i64,
    ends_at: i64,
}

fn row(row: Columns) -> Result<RememberedRow, Fault> {
    Ok(RememberedRow {
        id: row.id,
        method: parse(&row.method)?,
        made: at(row.made_at)?,
        used: at(row.used_at)?,
        ends: at(row.ends_at)?,
    })
}

/// What a practice set, as it was kept.
pub(super) fn computer_rule(days: i64, tell: i64, names: i64) -> Result<ComputerRule, Fault> {
    let remember = match days {
        0 => None,
        days => {
            let days = u32::try_from(days).ok().map(RememberDays::new);
            let Some(Ok(days)) = days else {
                return Err(Fault::Damaged("the days of a remembered computer".into()));
            };
            Some(days)
        }
    };
    Ok(ComputerRule {
        remember,
        tell_new: tell != 0,
        keep_names: names != 0,
    })
}

fn days_ms(days: Option<RememberDays>) -> i64 {
    days.map_or(0, |days| ms(days.end(Timestamp::UNIX_EPOCH)))
}

impl Tx {
    /// What a practice has set about computers.
    pub async fn computer_rule(&mut self, practice: &PracticeId) -> Result<ComputerRule, Fault> {
        let (days, tell, names): (i64, i64, i64) = sqlx::query_as(
            "SELECT remember_days, tell_new_computer, keep_names FROM practices WHERE id = $1",
        )
        .bind(practice.to_string())
        .fetch_one(&mut *self.inner)
        .await?;
        computer_rule(days, tell, names)
    }

    /// Sets it. What was remembered under more days ends by the new ones, and more days stretch
    /// nothing that was made before.
    pub async fn set_computer_rule(
        &mut self,
        practice: &PracticeId,
        rule: ComputerRule,
        now: Timestamp,
    ) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE practices SET remember_days = $2, tell_new_computer = $3, keep_names = $4
             WHERE id = $1",
        )
        .bind(practice.to_string())
        .bind(i64::from(rule.remember.map_or(0, RememberDays::get)))
        .bind(i64::from(rule.tell_new))
        .bind(i64::from(rule.keep_names))
        .execute(&mut *self.inner)
        .await?;
        sqlx::query(concat!(
            "UPDATE remembered SET ends_at = made_at + $3
             WHERE until_at IS NULL AND ends_at > made_at + $3
               AND user_id IN (SELECT memberships.user_id FROM memberships
                   WHERE memberships.practice_id = $1 AND ",
            stands_sql!("memberships", "$2"),
            ")",
        ))
        .bind(practice.to_string())
        .bind(ms(now))
        .bind(days_ms(rule.remember))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Whether the sign-in screen may keep names: not where any practice has it off.
    pub async fn keeps_names(&mut self) -> Result<bool, Fault> {
        let (least,): (Option<i64>,) = sqlx::query_as("SELECT MIN(keep_names) FROM practices")
            .fetch_one(&mut *self.inner)
            .await?;
        Ok(least != Some(0))
    }

    /// Remembers a computer for a person; of those beyond a number the oldest end.
    pub async fn add_remembered(&mut self, new: NewRemembered<'_>, most: u32) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO remembered (id, user_id, token_hash, method, made_at, used_at, ends_at)
             VALUES ($1, $2, $3, $4, $5, $5, $6)",
        )
        .bind(new.id.to_owned())
        .bind(new.user.to_string())
        .bind(new.token_hash.to_owned())
        .bind(new.method.as_str())
        .bind(ms(new.made))
        .bind(ms(new.ends))
        .execute(&mut *self.inner)
        .await?;
        sqlx::query(
            "UPDATE remembered SET until_at = $2 WHERE until_at IS NULL AND id IN (
                 SELECT id FROM remembered
                 WHERE user_id = $1 AND until_at IS NULL AND ends_at > $2
                 ORDER BY made_at DESC, id DESC LIMIT 1000 OFFSET $3)",
        )
        .bind(new.user.to_string())
        .bind(ms(new.made))
        .bind(i64::from(most))
        .execute(&mut *self.inner)
        .await?;
        // What has ended tells no copy from another any more.
        sqlx::query(
            "DELETE FROM remembered_tokens WHERE remembered_id IN (
                 SELECT id FROM remembered
                 WHERE user_id = $1 AND (until_at IS NOT NULL OR ends_at <= $2))",
        )
        .bind(new.user.to_string())
        .bind(ms(new.made))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Uses a token up and puts the next in its place; none if it is not good, or not any more:
    /// of two who show one at once, one finds it used. The days count from the code.
    pub async fn turn_remembered(
        &mut self,
        turn: Turn<'_>,
    ) -> Result<Option<RememberedRow>, Fault> {
        let turned: Option<Columns> = sqlx::query_as(
            "UPDATE remembered SET token_hash = $3, used_at = $4
             WHERE token_hash = $1 AND user_id = $2 AND until_at IS NULL
               AND ends_at > $4 AND made_at + $5 > $4
             RETURNING id, method, made_at, used_at, ends_at",
        )
        .bind(turn.shown.to_owned())
        .bind(turn.user.to_string())
        .bind(turn.next.to_owned())
        .bind(ms(turn.now))
        .bind(days_ms(Some(turn.days)))
        .fetch_optional(&mut *self.inner)
        .await?;
        let Some(turned) = turned.map(row).transpose()? else {
            return Ok(None);
        };
        sqlx::query("INSERT INTO remembered_tokens (token_hash, remembered_id) VALUES ($1, $2)")
            .bind(turn.shown.to_owned())
            .bind(turned.id.clone())
            .execute(&mut *self.inner)
            .await?;
        Ok(Some(turned))
    }

    /// Ends the remembered computer whose token was used before and is shown again, and the
    /// sessions that it opened; whether there was one.
    pub async fn end_replayed(
        &mut self,
        user: &UserId,
        shown: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let ended: Option<(String,)> = sqlx::query_as(
            "UPDATE remembered SET until_at = $3
             WHERE user_id = $2 AND until_at IS NULL AND ends_at > $3
               AND id IN (SELECT remembered_id FROM remembered_tokens WHERE token_hash = $1)
             RETURNING id",
        )
        .bind(shown.to_owned())
        .bind(user.to_string())
        .bind(ms(now))
        .fetch_optional(&mut *self.inner)
        .await?;
        let Some((id,)) = ended else {
            return Ok(false);
        };
        sqlx::query(
            "UPDATE sessions SET ended_at = $3
             WHERE user_id = $1 AND remembered = $2 AND ended_at IS NULL",
        )
        .bind(user.to_string())
        .bind(id)
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(true)
    }

    /// Ends the remembered computer whose token this is.
    pub async fn end_shown(
        &mut self,
        user: &UserId,
        shown: &str,
        now: Timestamp,
    ) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE remembered SET until_at = $3
             WHERE token_hash = $1 AND user_id = $2 AND until_at IS NULL",
        )
        .bind(shown.to_owned())
        .bind(user.to_string())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Ends one of a person's remembered computers; false if it is no such one, or had ended.
    pub async fn end_remembered(
        &mut self,
        user: &UserId,
        id: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let ended = sqlx::query(
            "UPDATE remembered SET until_at = $3
             WHERE id = $1 AND user_id = $2 AND until_at IS NULL",
        )
        .bind(id.to_owned())
        .bind(user.to_string())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(ended.rows_affected() == 1)
    }

    /// Ends every remembered computer of a person.
    pub async fn end_remembered_of(&mut self, user: &UserId, now: Timestamp) -> Result<(), Fault> {
        sqlx::query("UPDATE remembered SET until_at = $2 WHERE user_id = $1 AND until_at IS NULL")
            .bind(user.to_string())
            .bind(ms(now))
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// The remembered computers of a person, the newest first.
    pub async fn remembered_of(
        &mut self,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Vec<RememberedRow>, Fault> {
        let rows: Vec<Columns> = sqlx::query_as(
            "SELECT id, method, made_at, used_at, ends_at FROM remembered
             WHERE user_id = $1 AND until_at IS NULL AND ends_at > $2
             ORDER BY made_at DESC, id DESC",
        )
        .bind(user.to_string())
        .bind(ms(now))
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter().map(row).collect()
    }

    /// Says on which remembered computer a session is used.
    pub async fn remember_session(&mut self, token_hash: &str, id: &str) -> Result<(), Fault> {
        sqlx::query("UPDATE sessions SET remembered = $2 WHERE token_hash = $1")
            .bind(token_hash.to_owned())
            .bind(id.to_owned())
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// The remembered computer that a session is used on.
    pub async fn remembered_by(&mut self, session: &SessionId) -> Result<Option<String>, Fault> {
        let row: Option<(Option<String>,)> =
            sqlx::query_as("SELECT remembered FROM sessions WHERE id = $1")
                .bind(session.to_string())
                .fetch_optional(&mut *self.inner)
                .await?;
        Ok(row.and_then(|(remembered,)| remembered))
    }
}
