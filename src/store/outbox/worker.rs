//! What the workers of the outbox do: take, put where it has come to, erase.

use super::{SendingState, Taken};
use crate::domain::{NotSent, Timestamp};
use crate::store::{Fault, Tx, at, at_maybe, ms, parse};

impl Tx {
    /// Takes the next message that is due. A worker that has not come back by `until` is given
    /// up, and another takes its message: the same text once more, never another code.
    pub async fn take_message(
        &mut self,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Taken>, Fault> {
        type Columns = (String, String, String, Vec<u8>, i64, i64, i64);
        macro_rules! take {
            ($which:literal) => {
                concat!(
                    "UPDATE outbox SET state = 'sending', tried = tried + 1, next_at = $2
                     WHERE id = (SELECT id FROM outbox
                                 WHERE state IN ('queued', 'sending') AND next_at <= $1
                                   AND ends_at > $1 AND sealed IS NOT NULL
                                 ORDER BY next_at, id LIMIT 1",
                    $which,
                    ") AND state IN ('queued', 'sending') AND next_at <= $1
                     RETURNING id, practice_id, channel, sealed, tried, made_at, ends_at"
                )
            };
        }
        // Where workers take at the same time each takes another: the one place where the text
        // is not the same.
        let sql = match self.is_shared() {
            true => take!(" FOR UPDATE SKIP LOCKED"),
            false => take!(""),
        };
        let row: Option<Columns> = sqlx::query_as(sql)
            .bind(ms(now))
            .bind(ms(until))
            .fetch_optional(&mut *self.inner)
            .await?;
        row.map(|(id, practice, channel, sealed, tried, made, ends)| {
            Ok(Taken {
                id,
                practice: parse(&practice)?,
                channel: parse(&channel)?,
                sealed,
                tried: u32::try_from(tried).unwrap_or(u32::MAX),
                made: at(made)?,
                ends: at(ends)?,
            })
        })
        .transpose()
    }

    /// Puts a taken message into the state it has come to. Nothing happens if another worker has
    /// taken it since.
    pub async fn put_message(
        &mut self,
        taken: &Taken,
        state: SendingState,
        next: Timestamp,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let (word, why) = match state {
            SendingState::Queued => ("queued", None),
            SendingState::HandedOver => ("handed_over", None),
            SendingState::Again(why) => ("queued", Some(why)),
            SendingState::Failed(why) => ("failed", Some(why)),
            SendingState::Dropped => ("dropped", None),
        };
        sqlx::query(
            "UPDATE outbox SET state = $3, why = $4, next_at = $5, changed_at = $6
             WHERE id = $1 AND tried = $2 AND state = 'sending'",
        )
        .bind(taken.id.clone())
        .bind(i64::from(taken.tried))
        .bind(word)
        .bind(why.map(NotSent::as_str))
        .bind(ms(next))
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// When the worker has something to do next, if at all: to send, or to erase.
    pub async fn next_message(&mut self) -> Result<Option<Timestamp>, Fault> {
        let (next,): (Option<i64>,) = sqlx::query_as(
            "SELECT MIN(due) FROM (
                 SELECT MIN(next_at) AS due FROM outbox
                 WHERE state IN ('queued', 'sending') AND sealed IS NOT NULL
                 UNION ALL
                 SELECT MIN(ends_at) FROM outbox WHERE sealed IS NOT NULL) AS dues",
        )
        .fetch_one(&mut *self.inner)
        .await?;
        at_maybe(next)
    }

    /// Whether there is something to erase in messages that have ended.
    pub async fn has_ended_messages(&mut self, now: Timestamp) -> Result<bool, Fault> {
        let (ended,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM outbox WHERE sealed IS NOT NULL AND ends_at <= $1",
        )
        .bind(ms(now))
        .fetch_one(&mut *self.inner)
        .await?;
        Ok(ended > 0)
    }

    /// Erases what is in the messages that have ended; what was not sent by then is dropped.
    pub async fn erase_ended_messages(&mut self, now: Timestamp) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE outbox SET sealed = NULL, changed_at = $1,
                 state = CASE WHEN state IN ('queued', 'sending') THEN 'dropped' ELSE state END
             WHERE sealed IS NOT NULL AND ends_at <= $1",
        )
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }
}
