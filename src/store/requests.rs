//! Requests that are done once, however often they come.

use super::{Fault, Tx, ms};
use crate::domain::Timestamp;

/// What became of a request that was to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenRequest {
    /// It is here for the first time.
    First,
    /// It was taken before.
    Again,
    /// Its token is nobody's, or nobody's any more: nothing is kept for whoever makes tokens up.
    OfNobody,
}

impl Tx {
    /// Takes a request, of whoever holds a token or, without one, of anybody.
    pub async fn take_request(
        &mut self,
        id: &str,
        holder: Option<&str>,
        now: Timestamp,
    ) -> Result<TakenRequest, Fault> {
        let taken = sqlx::query(
            "INSERT INTO requests (id, made_at)
             SELECT $1, $2 WHERE $3 = 1
                 OR EXISTS (SELECT 1 FROM sessions WHERE token_hash = $4 AND ended_at IS NULL)
                 OR EXISTS (SELECT 1 FROM waiting WHERE token_hash = $4 AND ended_at IS NULL)
             ON CONFLICT (id) DO NOTHING",
        )
        .bind(id.to_owned())
        .bind(ms(now))
        .bind(i64::from(holder.is_none()))
        .bind(holder.unwrap_or_default().to_owned())
        .execute(&mut *self.inner)
        .await?;
        if taken.rows_affected() == 1 {
            return Ok(TakenRequest::First);
        }
        Ok(if self.has_request(id).await? {
            TakenRequest::Again
        } else {
            // A step-up gives a session another token: the first request was taken under the old.
            TakenRequest::OfNobody
        })
    }

    /// Whether a request was taken.
    async fn has_request(&mut self, id: &str) -> Result<bool, Fault> {
        let there: Option<(String,)> = sqlx::query_as("SELECT id FROM requests WHERE id = $1")
            .bind(id.to_owned())
            .fetch_optional(&mut *self.inner)
            .await?;
        Ok(there.is_some())
    }

    /// Keeps what a request was answered.
    pub async fn answer_request(&mut self, id: &str, answer: Vec<u8>) -> Result<(), Fault> {
        sqlx::query("UPDATE requests SET answer = $2 WHERE id = $1")
            .bind(id.to_owned())
            .bind(answer)
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Forgets a request that did nothing.
    pub async fn forget_request(&mut self, id: &str) -> Result<(), Fault> {
        sqlx::query("DELETE FROM requests WHERE id = $1")
            .bind(id.to_owned())
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// What a request was answered, which is nothing while it is under way; none if it is not kept.
    pub async fn answered_request(&mut self, id: &str) -> Result<Option<Option<Vec<u8>>>, Fault> {
        let row: Option<(Option<Vec<u8>>,)> =
            sqlx::query_as("SELECT answer FROM requests WHERE id = $1")
                .bind(id.to_owned())
                .fetch_optional(&mut *self.inner)
                .await?;
        Ok(row.map(|(answer,)| answer))
    }
}
