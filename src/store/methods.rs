//! Methods: rows with from and until. The secret of a closed one is erased.

use super::{Fault, Tx, at, at_maybe, ms, parse};
use crate::domain::{MethodId, MethodKind, Timestamp, UserId};

/// A method that has not been closed.
#[derive(Clone, Debug)]
pub struct MethodRow {
    /// The method.
    pub id: MethodId,
    /// Whose it is.
    pub user: UserId,
    /// Which kind.
    pub kind: MethodKind,
    /// Its sealed secret.
    pub secret: Option<Vec<u8>>,
    /// Whether codes are asked from it first.
    pub preferred: bool,
    /// When an unproven one is gone.
    pub ends: Timestamp,
    /// Since when it is proven.
    pub proven: Option<Timestamp>,
    /// The proven method that is closed in the moment this one is proven.
    pub replaces: Option<MethodKind>,
}

/// A method to be set up.
#[derive(Clone, Debug)]
pub struct NewMethod<'a> {
    /// Its id.
    pub id: &'a MethodId,
    /// Whose it is.
    pub user: &'a UserId,
    /// Which kind.
    pub kind: MethodKind,
    /// The proven method that is to give way.
    pub replaces: Option<MethodKind>,
    /// Its sealed secret.
    pub secret: Vec<u8>,
    /// Now.
    pub from: Timestamp,
    /// When it is gone unless it is proven.
    pub ends: Timestamp,
}

#[derive(sqlx::FromRow)]
struct MethodColumns {
    id: String,
    user_id: String,
    kind: String,
    secret: Option<Vec<u8>>,
    preferred: i64,
    ends_at: i64,
    proven_at: Option<i64>,
    replaces: Option<String>,
}

fn method(row: MethodColumns) -> Result<MethodRow, Fault> {
    Ok(MethodRow {
        id: parse(&row.id)?,
        user: parse(&row.user_id)?,
        kind: parse(&row.kind)?,
        secret: row.secret,
        preferred: row.preferred != 0,
        ends: at(row.ends_at)?,
        proven: at_maybe(row.proven_at)?,
        replaces: row.replaces.as_deref().map(parse).transpose()?,
    })
}

impl Tx {
    /// The methods of a person that are proven or still wait for their code.
    pub async fn methods(
        &mut self,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Vec<MethodRow>, Fault> {
        let rows: Vec<MethodColumns> = sqlx::query_as(
            "SELECT id, user_id, kind, secret, preferred, ends_at, proven_at, replaces
             FROM methods
             WHERE user_id = $1 AND until_at IS NULL AND (proven_at IS NOT NULL OR ends_at > $2)
             ORDER BY preferred DESC, proven_at NULLS FIRST, id",
        )
        .bind(user.to_string())
        .bind(ms(now))
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter().map(method).collect()
    }

    /// Closes the set-up that a person may have begun.
    pub async fn close_pending(&mut self, user: &UserId, now: Timestamp) -> Result<bool, Fault> {
        let closed = sqlx::query(
            "UPDATE methods SET until_at = $2, secret = NULL
             WHERE user_id = $1 AND until_at IS NULL AND proven_at IS NULL",
        )
        .bind(user.to_string())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(closed.rows_affected() > 0)
    }

    /// Begins a set-up.
    pub async fn add_method(&mut self, new: NewMethod<'_>) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO methods
                 (id, user_id, kind, secret, last_step, tries, preferred, from_at, ends_at, replaces)
             VALUES ($1, $2, $3, $4, 0, 0, 0, $5, $6, $7)",
        )
        .bind(new.id.to_string())
        .bind(new.user.to_string())
        .bind(new.kind.as_str())
        .bind(new.secret)
        .bind(ms(new.from))
        .bind(ms(new.ends))
        .bind(new.replaces.map(MethodKind::as_str))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Takes one of the tries of a set-up; the number taken, or none if none is left.
    pub async fn take_set_up_try(
        &mut self,
        id: &MethodId,
        user: &UserId,
        limit: u32,
        now: Timestamp,
    ) -> Result<Option<u32>, Fault> {
        let taken: Option<(i64,)> = sqlx::query_as(
            "UPDATE methods SET tries = tries + 1
             WHERE id = $1 AND user_id = $2 AND tries < $3
               AND until_at IS NULL AND proven_at IS NULL AND ends_at > $4
             RETURNING tries",
        )
        .bind(id.to_string())
        .bind(user.to_string())
        .bind(i64::from(limit))
        .bind(ms(now))
        .fetch_optional(&mut *self.inner)
        .await?;
        Ok(taken.and_then(|(tries,)| u32::try_from(tries).ok()))
    }

    /// Closes the proven method of this kind, if there is one: removed, or replaced by a new one in
    /// the same transaction.
    pub async fn close_proven(
        &mut self,
        user: &UserId,
        kind: MethodKind,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let closed = sqlx::query(
            "UPDATE methods SET until_at = $3, secret = NULL
             WHERE user_id = $1 AND kind = $2 AND until_at IS NULL AND proven_at IS NOT NULL",
        )
        .bind(user.to_string())
        .bind(kind.as_str())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(closed.rows_affected() > 0)
    }

    /// Prefers one of the proven methods: its codes are asked for first.
    pub async fn prefer_method(&mut self, user: &UserId, kind: MethodKind) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE methods SET preferred = CASE WHEN kind = $2 THEN 1 ELSE 0 END
             WHERE user_id = $1 AND until_at IS NULL AND proven_at IS NOT NULL",
        )
        .bind(user.to_string())
        .bind(kind.as_str())
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Closes every method of a person.
    pub async fn close_methods(&mut self, user: &UserId, now: Timestamp) -> Result<u64, Fault> {
        let closed = sqlx::query(
            "UPDATE methods SET until_at = $2, secret = NULL
             WHERE user_id = $1 AND until_at IS NULL",
        )
        .bind(user.to_string())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(closed.rows_affected())
    }

    /// Makes a set-up proven and spends the time step of its code; false if it is gone, or was
    /// replaced by a newer set-up.
    pub async fn prove(&mut self, id: &MethodId, step: u64, now: Timestamp) -> Result<bool, Fault> {
        let proven = sqlx::query(
            "UPDATE methods SET proven_at = $3, last_step = $2, preferred =
                 CASE WHEN EXISTS (SELECT 1 FROM methods other
                     WHERE other.user_id = methods.user_id AND other.id <> methods.id
                       AND other.until_at IS NULL AND other.preferred = 1)
                 THEN 0 ELSE 1 END
             WHERE id = $1 AND until_at IS NULL AND proven_at IS NULL AND ends_at > $3
               AND last_step < $2",
        )
        .bind(id.to_string())
        .bind(i64::try_from(step).unwrap_or(i64::MAX))
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(proven.rows_affected() == 1)
    }

    /// Spends a time step of a proven method; false if it, or a later one, is spent already.
    pub async fn spend_step(&mut self, id: &MethodId, step: u64) -> Result<bool, Fault> {
        let spent = sqlx::query(
            "UPDATE methods SET last_step = $2
             WHERE id = $1 AND until_at IS NULL AND proven_at IS NOT NULL AND last_step < $2",
        )
        .bind(id.to_string())
        .bind(i64::try_from(step).unwrap_or(i64::MAX))
        .execute(&mut *self.inner)
        .await?;
        Ok(spent.rows_affected() == 1)
    }
}
