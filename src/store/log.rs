//! Audit rows: written in the transaction of the act they tell of.

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
}
