//! Rows as they go from the file of one practice into another database.
//!
//! What belongs to a sign-in, a session or a computer stays behind: sessions, sign-ins that wait,
//! codes and messages, invitations, remembered computers, what a server keeps of requests.

mod tables;

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};

use super::{Fault, Tx, ms};
use crate::domain::Timestamp;
use tables::Column;
pub use tables::Moving;

/// A value of a row, of the kind that its column has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Text.
    Text(Option<String>),
    /// A number, a time or a flag.
    Number(Option<i64>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
}

impl Tx {
    /// Rows that move, beyond the one that was read last, by its number in the file.
    ///
    /// # Errors
    ///
    /// A [`Fault`], as where the database is no file.
    pub async fn rows_to_move(
        &mut self,
        what: Moving,
        beyond: i64,
        most: i64,
    ) -> Result<Vec<(i64, Vec<Cell>)>, Fault> {
        if self.is_shared() {
            return Err(Fault::Other("what moves comes from a file".into()));
        }
        let rows = sqlx::query(AssertSqlSafe(what.read()))
            .bind(beyond)
            .bind(most)
            .fetch_all(&mut *self.inner)
            .await?;
        rows.iter().map(|row| cells(row, what)).collect()
    }

    /// Puts a row in.
    ///
    /// # Errors
    ///
    /// [`Fault::Taken`] if there is one already.
    pub async fn put_row(&mut self, what: Moving, row: Vec<Cell>) -> Result<(), Fault> {
        let mut query = sqlx::query(AssertSqlSafe(what.write()));
        for cell in row {
            query = match cell {
                Cell::Text(text) => query.bind(text),
                Cell::Number(number) => query.bind(number),
                Cell::Bytes(bytes) => query.bind(bytes),
            };
        }
        query.execute(&mut *self.inner).await?;
        Ok(())
    }

    /// Whether a practice of this id is here.
    pub async fn has_practice(&mut self, id: &str) -> Result<bool, Fault> {
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM practices WHERE id = $1")
            .bind(id.to_owned())
            .fetch_one(&mut *self.inner)
            .await?;
        Ok(count > 0)
    }

    /// Whether an account has this address.
    pub async fn has_account(&mut self, email: &str) -> Result<bool, Fault> {
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM users WHERE email = $1")
            .bind(email.to_owned())
            .fetch_one(&mut *self.inner)
            .await?;
        Ok(count > 0)
    }

    /// Whether the practice moved away; with the server's address, where that was told.
    pub async fn moved(&mut self) -> Result<Option<Option<String>>, Fault> {
        let row: Option<(Option<String>,)> =
            sqlx::query_as("SELECT moved_to FROM practices WHERE moved_at IS NOT NULL LIMIT 1")
                .fetch_optional(&mut *self.inner)
                .await?;
        Ok(row.map(|(to,)| to))
    }

    /// Retires this database: from the commit on nobody is answered out of it any more.
    pub async fn retire(&mut self, to: Option<&str>, now: Timestamp) -> Result<(), Fault> {
        sqlx::query("UPDATE practices SET moved_at = $1, moved_to = $2 WHERE moved_at IS NULL")
            .bind(ms(now))
            .bind(to.map(str::to_owned))
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// The pepper of another backend, as it is sealed.
    pub async fn pepper(&mut self, id: &str) -> Result<Option<Vec<u8>>, Fault> {
        let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT sealed FROM peppers WHERE id = $1")
            .bind(id.to_owned())
            .fetch_optional(&mut *self.inner)
            .await?;
        Ok(row.map(|(sealed,)| sealed))
    }

    /// Keeps the pepper of another backend.
    pub async fn add_pepper(&mut self, id: &str, sealed: Vec<u8>) -> Result<(), Fault> {
        sqlx::query("INSERT INTO peppers (id, sealed) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING")
            .bind(id.to_owned())
            .bind(sealed)
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }
}

fn cells(row: &AnyRow, what: Moving) -> Result<(i64, Vec<Cell>), Fault> {
    let columns = what.columns().iter().zip(1..).map(|(column, at)| {
        Ok(match column {
            Column::Text(_) => Cell::Text(row.try_get(at)?),
            Column::Number(_) => Cell::Number(row.try_get(at)?),
            Column::Bytes(_) => Cell::Bytes(row.try_get(at)?),
        })
    });
    let cells = columns.collect::<Result<_, sqlx::Error>>()?;
    Ok((row.try_get(0)?, cells))
}
