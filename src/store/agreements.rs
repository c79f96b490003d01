//! What one practice of a person has agreed to, until the others do.

use super::memberships::stands_sql;
use super::{Fault, Tx, ms, parse};
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

/// Whether an agreement made after $3 stands: whoever gave it still has full access there, and a
/// proven method.
macro_rules! agreed_sql {
    () => {
        concat!(
            "agreements.user_id = $1 AND agreements.act = $2 AND agreements.used_at IS NULL
             AND agreements.at > $3
             AND EXISTS (SELECT 1 FROM memberships
                         WHERE memberships.user_id = agreements.by_user
                           AND memberships.practice_id = agreements.practice_id
                           AND memberships.role = 'full_access' AND ",
            stands_sql!("memberships", "$4"),
            ") AND EXISTS (SELECT 1 FROM methods WHERE methods.user_id = agreements.by_user
                           AND methods.until_at IS NULL AND methods.proven_at IS NOT NULL)"
        )
    };
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

    /// Which practices have agreed since a time.
    pub async fn agreed(
        &mut self,
        (user, act): (&UserId, &str),
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<PracticeId>, Fault> {
        let rows: Vec<(String,)> = sqlx::query_as(concat!(
            "SELECT agreements.practice_id FROM agreements WHERE ",
            agreed_sql!()
        ))
        .bind(user.to_string())
        .bind(act.to_owned())
        .bind(ms(since))
        .bind(ms(now))
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter().map(|(id,)| parse(&id)).collect()
    }

    /// Spends the agreements that [`Self::agreed`] tells of; of which practices.
    pub async fn spend_agreements(
        &mut self,
        (user, act): (&UserId, &str),
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<PracticeId>, Fault> {
        let rows: Vec<(String,)> = sqlx::query_as(concat!(
            "UPDATE agreements SET used_at = $4 WHERE ",
            agreed_sql!(),
            " RETURNING practice_id"
        ))
        .bind(user.to_string())
        .bind(act.to_owned())
        .bind(ms(since))
        .bind(ms(now))
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter().map(|(id,)| parse(&id)).collect()
    }
}
