//! Addresses that are to become an account's.

use super::{Fault, Tx, at, ms, parse};
use crate::domain::{EmailAddress, Timestamp, UserId};

/// An address that waits for the code from its mailbox.
#[derive(Clone, Debug)]
pub struct NewAddressRow {
    /// The row's id, which its codes are bound to.
    pub id: String,
    /// The address.
    pub email: EmailAddress,
    /// Who asked for it.
    pub by: UserId,
    /// That person's name.
    pub by_name: String,
    /// When it is given up.
    pub ends: Timestamp,
}

impl Tx {
    /// Asks for a new address; one that waited is given up.
    pub async fn add_new_address(
        &mut self,
        user: &UserId,
        new: &NewAddressRow,
        now: Timestamp,
    ) -> Result<(), Fault> {
        self.close_new_address(user, now).await?;
        sqlx::query(
            "INSERT INTO new_addresses (id, user_id, email, by_user, from_at, ends_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(new.id.clone())
        .bind(user.to_string())
        .bind(new.email.as_str().to_owned())
        .bind(new.by.to_string())
        .bind(ms(now))
        .bind(ms(new.ends))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Gives up the address that waits, if one does.
    pub async fn close_new_address(&mut self, user: &UserId, now: Timestamp) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE new_addresses SET until_at = $2 WHERE user_id = $1 AND until_at IS NULL",
        )
        .bind(user.to_string())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// The address that waits, if one does.
    pub async fn new_address(
        &mut self,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Option<NewAddressRow>, Fault> {
        let row: Option<(String, String, String, String, i64)> = sqlx::query_as(
            "SELECT new_addresses.id, new_addresses.email, users.id, users.name,
                    new_addresses.ends_at
             FROM new_addresses JOIN users ON users.id = new_addresses.by_user
             WHERE new_addresses.user_id = $1 AND new_addresses.until_at IS NULL
               AND new_addresses.ends_at > $2",
        )
        .bind(user.to_string())
        .bind(ms(now))
        .fetch_optional(&mut *self.inner)
        .await?;
        row.map(|(id, email, by, by_name, ends)| {
            Ok(NewAddressRow {
                id,
                email: parse(&email)?,
                by: parse(&by)?,
                by_name,
                ends: at(ends)?,
            })
        })
        .transpose()
    }

    /// Makes a proven address the account's; false if it is waited for no longer. It is
    /// [`Fault::Taken`] if another account has it.
    pub async fn take_new_address(
        &mut self,
        user: &UserId,
        new: &NewAddressRow,
        name: &str,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let taken = sqlx::query(
            "UPDATE new_addresses SET until_at = $3, taken_at = $3
             WHERE id = $1 AND user_id = $2 AND until_at IS NULL AND ends_at > $3",
        )
        .bind(new.id.clone())
        .bind(user.to_string())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        if taken.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query("UPDATE users SET email = $2, email_proven_at = $3 WHERE id = $1")
            .bind(user.to_string())
            .bind(new.email.as_str().to_owned())
            .bind(ms(now))
            .execute(&mut *self.inner)
            .await?;
        self.find_by(user, name, &new.email).await?;
        Ok(true)
    }
}
