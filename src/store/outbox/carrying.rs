//! What the worker of the outbox does: takes a message, notes what became of it, erases it.

use super::{SendingState, kept};
use crate::domain::{Channel, NotDelivered, PracticeId, Timestamp};
use crate::store::{Fault, Tx, at, at_maybe, ms, parse};

/// A message that a worker has taken.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The row's id.
    pub id: String,
    /// By which practice it is sent.
    pub practice: PracticeId,
    /// The way it is sent.
    pub channel: Channel,
    /// Whether it brings a code that can be used.
    pub has_code: bool,
    /// Where to and what, sealed to this row.
    pub sealed: Vec<u8>,
    /// How often it was tried, this time included: tells this worker from a later one.
    pub tried: u32,
    /// When it was made.
    pub made: Timestamp,
    /// From when on it is not sent any more.
    pub ends: Timestamp,
}

impl Tx {
    /// Takes the next message that is due. A worker that has not come back by `until` is given
    /// up, and another takes its message: the same text once more, never another code.
    pub async fn take_message(
        &mut self,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Taken>, Fault> {
        #[derive(sqlx::FromRow)]
        struct Columns {
            id: String,
            practice_id: String,
            channel: String,
            has_code: i64,
            sealed: Vec<u8>,
            tried: i64,
            made_at: i64,
            ends_at: i64,
        }
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
                     RETURNING id, practice_id, channel,
                         CASE WHEN code_id IS NULL THEN 0 ELSE 1 END AS has_code,
                         sealed, tried, made_at, ends_at"
                )
            };
        }
        // Where workers take at the same time each takes another: the one statement whose
        // text the database decides.
        let sql = match self.is_shared() {
            true => take!(" FOR UPDATE SKIP LOCKED"),
            false => take!(""),
        };
        let row: Option<Columns> = sqlx::query_as(sql)
            .bind(ms(now))
            .bind(ms(until))
            .fetch_optional(&mut *self.inner)
            .await?;
        row.map(|row| {
            Ok(Taken {
                id: row.id,
                practice: parse(&row.practice_id)?,
                channel: parse(&row.channel)?,
                has_code: row.has_code != 0,
                sealed: row.sealed,
                tried: u32::try_from(row.tried).unwrap_or(u32::MAX),
                made: at(row.made_at)?,
                ends: at(row.ends_at)?,
            })
        })
        .transpose()
    }

    /// Puts a taken message into the state it has come to; what is in one that is handed over is
    /// erased, but for a code, which may be sent again. Nothing happens if another worker has
    /// taken it since.
    pub async fn put_message(
        &mut self,
        taken: &Taken,
        state: SendingState,
        provider_id: Option<&str>,
        next: Timestamp,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let (word, why) = kept(state);
        sqlx::query(
            "UPDATE outbox SET state = $3, why = $4, next_at = $5, changed_at = $6,
                 provider_id = $7,
                 sealed = CASE WHEN code_id IS NULL AND $3 = 'handed_over' THEN NULL ELSE sealed END
             WHERE id = $1 AND tried = $2 AND state = 'sending'",
        )
        .bind(taken.id.clone())
        .bind(i64::from(taken.tried))
        .bind(word)
        .bind(why)
        .bind(ms(next))
        .bind(ms(now))
        .bind(provider_id.map(str::to_owned))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Drops the invitations to a place that nobody has taken yet.
    pub async fn drop_invitations(
        &mut self,
        practice: &PracticeId,
        destination: &str,
        now: Timestamp,
    ) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE outbox SET state = 'dropped', sealed = NULL, changed_at = $3
             WHERE practice_id = $1 AND destination = $2 AND kind = 'invitation'
               AND state = 'queued'",
        )
        .bind(practice.to_string())
        .bind(destination.to_owned())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Writes down what a provider says of a message that it has taken, by its own name for it;
    /// false if there is none, or it has arrived already: what is said late, twice or in another
    /// order takes nothing back.
    pub async fn put_report(
        &mut self,
        practice: &PracticeId,
        channel: Channel,
        provider_id: &str,
        why: Option<NotDelivered>,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let (word, why) = kept(why.map_or(SendingState::Delivered, SendingState::NotDelivered));
        let put = sqlx::query(
            "UPDATE outbox SET state = $4, why = $5, changed_at = $6
             WHERE practice_id = $1 AND channel = $2 AND provider_id = $3
               AND state IN ('handed_over', 'not_delivered') AND state <> $4",
        )
        .bind(practice.to_string())
        .bind(channel.as_str())
        .bind(provider_id.to_owned())
        .bind(word)
        .bind(why)
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(put.rows_affected() > 0)
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

    /// Erases what is in the messages of a code that opens nothing any more.
    pub(in crate::store) async fn erase_messages_of_code(
        &mut self,
        code: &str,
        now: Timestamp,
    ) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE outbox SET sealed = NULL, changed_at = $2,
                 state = CASE WHEN state IN ('queued', 'sending') THEN 'dropped' ELSE state END
             WHERE code_id = $1 AND sealed IS NOT NULL",
        )
        .bind(code.to_owned())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }
}
