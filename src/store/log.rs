//! Audit rows and notices: written in the transaction of the act they tell of.

use super::{Fault, Tx, at_maybe, ms};
use crate::domain::{PracticeId, Timestamp, UserId};

/// Something that happened, for the audit log. Never holds a secret.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// The row's id.
    pub id: String,
    /// In which practice.
    pub practice: Option<&'a PracticeId>,
    /// When.
    pub at: Timestamp,
    /// What: a fixed word such as `signed_in`.
    pub kind: &'static str,
    /// Who did it.
    pub actor: Option<&'a UserId>,
    /// To whom.
    pub subject: Option<&'a UserId>,
    /// Why, where a reason is asked for.
    pub reason: Option<&'a str>,
}

/// What an owner is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// A method was proven.
    Enabled,
    /// A method was replaced by a new one of its kind.
    Replaced,
    /// Two-factor was turned off.
    TurnedOff,
    /// Full access closed the person's methods.
    Reset,
    /// Full access turned two-factor on.
    TurnedOn,
    /// Full access ended the person's sessions.
    SessionsEnded,
    /// Full access allowed tries again.
    TriesAllowed,
    /// The oldest session ended, since there were too many.
    OldestSessionEnded,
    /// The practice recovery key gave the person a new password and closed the methods.
    Recovered,
    /// The clock had stood ahead, and codes of the person's method could not open for long.
    ClockSetRight,
}

impl NoticeKind {
    /// The word that is kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Replaced => "replaced",
            Self::TurnedOff => "turned_off",
            Self::Reset => "reset",
            Self::TurnedOn => "turned_on",
            Self::SessionsEnded => "sessions_ended",
            Self::TriesAllowed => "tries_allowed",
            Self::OldestSessionEnded => "oldest_session_ended",
            Self::Recovered => "recovered",
            Self::ClockSetRight => "clock_set_right",
        }
    }
}

impl Tx {
    /// Writes an audit row.
    pub async fn log(&mut self, event: Event<'_>) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO events (id, practice_id, at, kind, actor, subject, reason)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(event.id)
        .bind(event.practice.map(ToString::to_string))
        .bind(ms(event.at))
        .bind(event.kind)
        .bind(event.actor.map(ToString::to_string))
        .bind(event.subject.map(ToString::to_string))
        .bind(event.reason.map(str::to_owned))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// The newest recorded time: the clock must not stand far before it. What a clock recorded
    /// that was found to stand ahead does not count.
    pub async fn newest_event(&mut self) -> Result<Option<Timestamp>, Fault> {
        let (newest,): (Option<i64>,) =
            sqlx::query_as("SELECT MAX(at) FROM events WHERE ahead = 0")
                .fetch_one(&mut *self.inner)
                .await?;
        at_maybe(newest)
    }

    /// Leaves a notice for the owner of an account.
    pub async fn notify(
        &mut self,
        id: String,
        user: &UserId,
        kind: NoticeKind,
        by: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO notices (id, user_id, at, kind, by_name) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(id)
        .bind(user.to_string())
        .bind(ms(now))
        .bind(kind.as_str())
        .bind(by.map(str::to_owned))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }
}
