//! Whether the address of an account is proven: resets and notices go to no other.

use super::{Fault, Tx, at_maybe, ms, parse};
use crate::domain::{EmailAddress, Timestamp, UserId};

impl Tx {
    /// The address of an account, if it was proven by a code.
    pub async fn proven_email(&mut self, user: &UserId) -> Result<Option<EmailAddress>, Fault> {
        let row: Option<(String,)> =
            sqlx::query_as("SELECT email FROM users WHERE id = $1 AND email_proven_at IS NOT NULL")
                .bind(user.to_string())
                .fetch_optional(&mut *self.inner)
                .await?;
        row.map(|(email,)| parse(&email)).transpose()
    }

    /// Since when the address of an account is proven by a code.
    pub async fn email_proven_at(&mut self, user: &UserId) -> Result<Option<Timestamp>, Fault> {
        let row: Option<(Option<i64>,)> =
            sqlx::query_as("SELECT email_proven_at FROM users WHERE id = $1")
                .bind(user.to_string())
                .fetch_optional(&mut *self.inner)
                .await?;
        at_maybe(row.and_then(|(proven,)| proven))
    }

    /// Notes that a code proved this address, if it is the account's.
    pub async fn prove_email(
        &mut self,
        user: &UserId,
        email: &EmailAddress,
        now: Timestamp,
    ) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE users SET email_proven_at = $3
             WHERE id = $1 AND email = $2 AND email_proven_at IS NULL",
        )
        .bind(user.to_string())
        .bind(email.as_str().to_owned())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }
}
