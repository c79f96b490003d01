//! Requests that are done once, however often they come.

use super::{Fault, Tx, ms};
use crate::domain::Timestamp;

impl Tx {
    /// Takes a request; false if it was taken before.
    pub async fn take_request(&mut self, id: &str, now: Timestamp) -> Result<bool, Fault> {
        let taken = sqlx::query(
            "INSERT INTO requests (id, made_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
        )
        .bind(id.to_owned())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(taken.rows_affected() == 1)
    }

    /// Whether anything was taken before a time.
    pub async fn has_requests(&mut self, older: Timestamp) -> Result<bool, Fault> {
        let found: Option<(String,)> =
            sqlx::query_as("SELECT id FROM requests WHERE made_at < $1 LIMIT 1")
                .bind(ms(older))
                .fetch_optional(&mut *self.inner)
                .await?;
        Ok(found.is_some())
    }

    /// Forgets what was taken before a time.
    pub async fn forget_requests(&mut self, older: Timestamp) -> Result<(), Fault> {
        sqlx::query("DELETE FROM requests WHERE made_at < $1")
            .bind(ms(older))
            .execute(&mut *self.inner)
            .await?;
        Ok(())
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

    /// What a request was answered; none while it is under way.
    pub async fn answered_request(&mut self, id: &str) -> Result<Option<Vec<u8>>, Fault> {
        let row: Option<(Option<Vec<u8>>,)> =
            sqlx::query_as("SELECT answer FROM requests WHERE id = $1")
                .bind(id.to_owned())
                .fetch_optional(&mut *self.inner)
                .await?;
        Ok(row.and_then(|(answer,)| answer))
    }
}
