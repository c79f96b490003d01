//! What one practice of a person has agreed to, until the others do.

use super::memberships::{lasts_sql, stands_sql};
use super::{Fault, Tx, ms};
use crate::domain::{PracticeId, Timestamp, UserId};

/// An agreement to be written down.
#[derive(Clone, Debug)]
pub struct NewAgreement<'a> {
    /// The row's id.
    pub id: &'a str,
    /// About whom.
    pub user: &'a UserId,
    /// To what.
    pub act: &'a str,
    /// For which practice.
    pub practice: &'a PracticeId,
    /// By whom.
    pub by: &'a UserId,
    /// Now.
    pub now: Timestamp,
}

impl Tx {
    /// Writes an agreement down.
    pub async fn add_agreement(&mut self, new: NewAgreement<'_>) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO agreements (id, user_id, act, practice_id, by_user, at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(new.id.to_owned())
        .bind(new.user.to_string())
        .bind(new.act.to_owned())
        .bind(new.practice.to_string())
        .bind(new.by.to_string())
        .bind(ms(new.now))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Spends what was agreed to, if every practice of the person, also one to come, has agreed
    /// after a time, by somebody who still has full access there and a proven method; whether they
    /// have.
    pub async fn spend_agreements(
        &mut self,
        user: &UserId,
        act: &str,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let spent = sqlx::query(concat!(
            "UPDATE agreements SET used_at = $4
             WHERE user_id = $1 AND act = $2 AND used_at IS NULL AND NOT EXISTS (
                 SELECT 1 FROM memberships AS place
                 WHERE place.user_id = $1 AND ",
            lasts_sql!("place", "$4"),
            " AND NOT EXISTS (
                     SELECT 1 FROM agreements AS given
                     JOIN memberships AS giver ON giver.user_id = given.by_user
                          AND giver.practice_id = given.practice_id
                     WHERE given.user_id = $1 AND given.act = $2 AND given.used_at IS NULL
                       AND given.at > $3 AND given.practice_id = place.practice_id
                       AND giver.role = 'full_access' AND ",
            stands_sql!("giver", "$4"),
            "          AND EXISTS (SELECT 1 FROM methods WHERE methods.user_id = given.by_user
                           AND methods.until_at IS NULL AND methods.proven_at IS NOT NULL)))"
        ))
        .bind(user.to_string())
        .bind(act.to_owned())
        .bind(ms(since))
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(spent.rows_affected() > 0)
    }
}
