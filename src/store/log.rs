//! Audit rows: written in the transaction of the act they tell of.

use super::memberships::{joined_sql, stands_sql};
use super::{Fault, Tx, at_maybe, ms, parse};
use crate::domain::{Counter, EventKind, Factor, PracticeId, Timestamp, UserId};

/// Something that happened, for the audit log. Never holds a secret.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// The row's id.
    pub id: String,
    /// In which practice; none for what belongs to none.
    pub practice: Option<PracticeId>,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// Who did it.
    pub actor: Option<&'a UserId>,
    /// To whom.
    pub subject: Option<&'a UserId>,
    /// Why, where a reason is asked for; or from what to what.
    pub reason: Option<&'a str>,
    /// By which factor.
    pub factor: Option<Factor>,
    /// From which computer: a short label.
    pub computer: Option<&'a str>,
}

impl Tx {
    /// Writes an audit row, with the MAC of the row by itself.
    pub async fn log(&mut self, event: Event<'_>, stamp: &[u8]) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO events
                 (id, practice_id, at, kind, actor, subject, reason, factor, computer, stamp)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(event.id)
        .bind(chain(event.practice.as_ref()))
        .bind(ms(event.at))
        .bind(event.kind.as_str())
        .bind(event.actor.map(ToString::to_string))
        .bind(event.subject.map(ToString::to_string))
        .bind(event.reason.map(str::to_owned))
        .bind(event.factor.map(|factor| factor.as_str().to_owned()))
        .bind(event.computer.map(str::to_owned))
        .bind(stamp.to_vec())
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Whether something of this kind stands in a practice's log since then.
    pub async fn has_event(
        &mut self,
        practice: &PracticeId,
        kind: EventKind,
        since: Timestamp,
    ) -> Result<bool, Fault> {
        let (found,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM events WHERE practice_id = $1 AND at > $2 AND kind = $3",
        )
        .bind(practice.to_string())
        .bind(ms(since))
        .bind(kind.as_str())
        .fetch_one(&mut *self.inner)
        .await?;
        Ok(found > 0)
    }

    /// The practice in whose log something stands that happened in no session: the first that the
    /// person joined and works at, or the only one there is.
    pub async fn practice_of_event(
        &mut self,
        user: Option<&UserId>,
        now: Timestamp,
    ) -> Result<Option<PracticeId>, Fault> {
        let (practice,): (Option<String>,) = sqlx::query_as(concat!(
            "SELECT COALESCE(
                 (SELECT practice_id FROM memberships WHERE user_id = $1
                  ORDER BY CASE WHEN ",
            stands_sql!("memberships", "$2"),
            " THEN 0 WHEN until_at IS NULL THEN 1 ELSE 2 END, ",
            joined_sql!(),
            ", id LIMIT 1),
                 (SELECT MIN(id) FROM practices HAVING COUNT(*) = 1))",
        ))
        .bind(user.map(ToString::to_string).unwrap_or_default())
        .bind(ms(now))
        .fetch_one(&mut *self.inner)
        .await?;
        practice.map(|practice| parse(&practice)).transpose()
    }

    /// Notes that a subject was told to wait until then; false if that wait was noted before.
    pub async fn note_wait(
        &mut self,
        subject: &str,
        counter: Counter,
        until: Option<Timestamp>,
    ) -> Result<bool, Fault> {
        let noted = sqlx::query(
            "UPDATE tries SET noted = $3
             WHERE subject = $1 AND counter = $2 AND (noted IS NULL OR noted <> $3)",
        )
        .bind(subject.to_owned())
        .bind(counter.as_str())
        // -1 is stopped, which has no end and is noted once.
        .bind(until.map_or(-1, ms))
        .execute(&mut *self.inner)
        .await?;
        Ok(noted.rows_affected() == 1)
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

/// The chain of a practice; the one of those that belong to none has no name.
pub(super) fn chain(practice: Option<&PracticeId>) -> String {
    practice.map(ToString::to_string).unwrap_or_default()
}
