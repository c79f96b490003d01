//! Sets of recovery codes: hashes alone, each spent once.

use super::{Fault, Tx, ms};
use crate::domain::{Timestamp, UserId};

/// The set that counts.
#[derive(Clone, Debug)]
pub struct RecoverySetRow {
    /// The row's id.
    pub id: String,
    /// The one salt of the set.
    pub salt: Vec<u8>,
    /// The pepper that they were hashed with; none for this backend's own.
    pub pepper: Option<String>,
    /// How many of its codes are unused.
    pub left: u32,
}

/// A set to be shown. It counts from the tick on.
#[derive(Clone, Debug)]
pub struct NewRecoverySet<'a> {
    /// The row's id.
    pub id: &'a str,
    /// Whose it is.
    pub user: &'a UserId,
    /// The one salt of the set.
    pub salt: &'a [u8],
    /// The hashes of its codes.
    pub hashes: Vec<Vec<u8>>,
    /// Now.
    pub now: Timestamp,
}

#[derive(sqlx::FromRow)]
struct SetColumns {
    id: String,
    salt: Vec<u8>,
    pepper: Option<String>,
    codes_left: i64,
}

impl Tx {
    /// The set of a person that counts.
    pub async fn recovery_set(&mut self, user: &UserId) -> Result<Option<RecoverySetRow>, Fault> {
        let row: Option<SetColumns> = sqlx::query_as(
            "SELECT id, salt, pepper,
                    (SELECT COUNT(*) FROM recovery_codes
                     WHERE set_id = recovery_sets.id AND used_at IS NULL) AS codes_left
             FROM recovery_sets
             WHERE user_id = $1 AND ticked_at IS NOT NULL AND ended_at IS NULL",
        )
        .bind(user.to_string())
        .fetch_optional(&mut *self.inner)
        .await?;
        Ok(row.map(|row| RecoverySetRow {
            id: row.id,
            salt: row.salt,
            pepper: row.pepper,
            left: u32::try_from(row.codes_left).unwrap_or_default(),
        }))
    }

    /// Keeps a set that is being shown. One that was shown before and not ticked is void.
    pub async fn add_recovery_set(&mut self, new: NewRecoverySet<'_>) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE recovery_sets SET ended_at = $2
             WHERE user_id = $1 AND ticked_at IS NULL AND ended_at IS NULL",
        )
        .bind(new.user.to_string())
        .bind(ms(new.now))
        .execute(&mut *self.inner)
        .await?;
        sqlx::query(
            "INSERT INTO recovery_sets (id, user_id, salt, made_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(new.id.to_owned())
        .bind(new.user.to_string())
        .bind(new.salt.to_vec())
        .bind(ms(new.now))
        .execute(&mut *self.inner)
        .await?;
        for hash in new.hashes {
            sqlx::query("INSERT INTO recovery_codes (set_id, hash) VALUES ($1, $2)")
                .bind(new.id.to_owned())
                .bind(hash)
                .execute(&mut *self.inner)
                .await?;
        }
        Ok(())
    }

    /// The tick: the set counts, and the one before it is dead. False if it was replaced by a
    /// newer one, or ended.
    pub async fn tick_recovery_set(
        &mut self,
        id: &str,
        user: &UserId,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        sqlx::query(
            "UPDATE recovery_sets SET ended_at = $3
             WHERE user_id = $2 AND id <> $1 AND ticked_at IS NOT NULL AND ended_at IS NULL
               AND EXISTS (SELECT 1 FROM recovery_sets shown
                           WHERE shown.id = $1 AND shown.user_id = $2
                             AND shown.ticked_at IS NULL AND shown.ended_at IS NULL)",
        )
        .bind(id.to_owned())
        .bind(user.to_string())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        let ticked = sqlx::query(
            "UPDATE recovery_sets SET ticked_at = $3
             WHERE id = $1 AND user_id = $2 AND ticked_at IS NULL AND ended_at IS NULL",
        )
        .bind(id.to_owned())
        .bind(user.to_string())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(ticked.rows_affected() == 1)
    }

    /// Spends a code of a set that still counts; false if it is not one of them, or is spent.
    pub async fn spend_recovery_code(
        &mut self,
        set: &str,
        hash: &[u8],
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let spent = sqlx::query(
            "UPDATE recovery_codes SET used_at = $3
             WHERE set_id = $1 AND hash = $2 AND used_at IS NULL
               AND EXISTS (SELECT 1 FROM recovery_sets
                           WHERE id = $1 AND ticked_at IS NOT NULL AND ended_at IS NULL)",
        )
        .bind(set.to_owned())
        .bind(hash.to_vec())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(spent.rows_affected() == 1)
    }

    /// Ends a person's set of which a code was used; whether there was one.
    pub async fn end_used_recovery_set(
        &mut self,
        user: &UserId,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let ended = sqlx::query(
            "UPDATE recovery_sets SET ended_at = $2
             WHERE user_id = $1 AND ended_at IS NULL
               AND EXISTS (SELECT 1 FROM recovery_codes
                           WHERE recovery_codes.set_id = recovery_sets.id
                             AND recovery_codes.used_at IS NOT NULL)",
        )
        .bind(user.to_string())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(ended.rows_affected() > 0)
    }

    /// Ends every set of a person; whether one counted.
    pub async fn end_recovery_sets(
        &mut self,
        user: &UserId,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let ended = sqlx::query(
            "UPDATE recovery_sets SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL",
        )
        .bind(user.to_string())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(ended.rows_affected() > 0)
    }
}
