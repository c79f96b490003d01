//! Failures by the address that they came from.

use super::{Fault, Tx, at_maybe, ms};
use crate::domain::Timestamp;

impl Tx {
    /// The failures from an origin in the slots since a time, and the first of those slots.
    pub async fn failures_of_origin(
        &mut self,
        origin: &str,
        since: Timestamp,
    ) -> Result<(u32, Option<Timestamp>), Fault> {
        let (failures, first): (Option<i64>, Option<i64>) = sqlx::query_as(
            "SELECT CAST(SUM(failures) AS BIGINT), MIN(slot) FROM failures_by_origin
             WHERE origin = $1 AND slot > $2",
        )
        .bind(origin.to_owned())
        .bind(ms(since))
        .fetch_one(&mut *self.inner)
        .await?;
        let failures = u32::try_from(failures.unwrap_or_default()).unwrap_or(u32::MAX);
        Ok((failures, at_maybe(first)?))
    }

    /// Counts a failure from an origin, and forgets all that are older than a time.
    pub async fn count_failure_of_origin(
        &mut self,
        origin: &str,
        slot: Timestamp,
        older: Timestamp,
    ) -> Result<(), Fault> {
        sqlx::query("DELETE FROM failures_by_origin WHERE slot <= $1")
            .bind(ms(older))
            .execute(&mut *self.inner)
            .await?;
        sqlx::query(
            "INSERT INTO failures_by_origin (origin, slot, failures) VALUES ($1, $2, 1)
             ON CONFLICT (origin, slot) DO UPDATE
             SET failures = failures_by_origin.failures + 1",
        )
        .bind(origin.to_owned())
        .bind(ms(slot))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }
}
