//! Rows of what has ended, removed when nobody asks for them any more.

use super::{Fault, Tx, ms};
use crate::domain::Timestamp;

/// What is removed some time after it has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leftover {
    /// Sign-ins and set-ups that waited.
    Waiting,
    /// Sessions: none lasts for as long as one is kept.
    Sessions,
    /// Messages, but for the newest of each person and channel, of which the dry run tells.
    Messages,
    /// One-time codes of which no message tells any more.
    Codes,
    /// Requests and what they were answered.
    Requests,
}

impl Tx {
    /// Removes at most so many rows of what ended, or was made, before a time; how many it were.
    pub async fn remove_leftovers(
        &mut self,
        what: Leftover,
        before: Timestamp,
        most: u32,
    ) -> Result<u64, Fault> {
        let sql = match what {
            Leftover::Waiting => {
                "DELETE FROM waiting WHERE token_hash IN
                     (SELECT token_hash FROM waiting WHERE ends_at < $1 LIMIT $2)"
            }
            Leftover::Sessions => {
                "DELETE FROM sessions WHERE id IN
                     (SELECT id FROM sessions WHERE made_at < $1 LIMIT $2)"
            }
            Leftover::Messages => {
                "DELETE FROM outbox WHERE id IN
                     (SELECT id FROM outbox old WHERE made_at < $1
                        AND EXISTS (SELECT 1 FROM outbox newer
                                    WHERE newer.user_id = old.user_id
                                      AND newer.channel = old.channel
                                      AND newer.made_at > old.made_at)
                      LIMIT $2)"
            }
            Leftover::Codes => {
                "DELETE FROM codes WHERE id IN
                     (SELECT id FROM codes old WHERE made_at < $1
                        AND NOT EXISTS (SELECT 1 FROM outbox WHERE code_id = old.id)
                      LIMIT $2)"
            }
            Leftover::Requests => {
                "DELETE FROM requests WHERE id IN
                     (SELECT id FROM requests WHERE made_at < $1 LIMIT $2)"
            }
        };
        let removed = sqlx::query(sql)
            .bind(ms(before))
            .bind(i64::from(most))
            .execute(&mut *self.inner)
            .await?;
        Ok(removed.rows_affected())
    }

    /// Whether anything of this is older than that.
    pub async fn has_leftovers(
        &mut self,
        what: Leftover,
        before: Timestamp,
    ) -> Result<bool, Fault> {
        let sql = match what {
            Leftover::Waiting => "SELECT token_hash FROM waiting WHERE ends_at < $1 LIMIT 1",
            Leftover::Sessions => "SELECT id FROM sessions WHERE made_at < $1 LIMIT 1",
            Leftover::Messages => "SELECT id FROM outbox WHERE made_at < $1 LIMIT 1",
            Leftover::Codes => "SELECT id FROM codes WHERE made_at < $1 LIMIT 1",
            Leftover::Requests => "SELECT id FROM requests WHERE made_at < $1 LIMIT 1",
        };
        let found: Option<(String,)> = sqlx::query_as(sql)
            .bind(ms(before))
            .fetch_optional(&mut *self.inner)
            .await?;
        Ok(found.is_some())
    }
}
