//! What is sealed with a data key, and with which: each sealed value begins with its version and
//! the key's id (`service/keys.rs`).

use super::{Fault, Tx};

/// A column with sealed values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// The secret of a method: an authenticator's, or where codes are sent.
    Methods,
    /// The password or key of a provider.
    Deliveries,
    /// A message that is to be sent.
    Outbox,
    /// What a request was answered.
    Requests,
    /// The pepper of another backend.
    Peppers,
}

impl Sealed {
    /// All there are.
    pub const ALL: [Self; 5] = [
        Self::Methods,
        Self::Deliveries,
        Self::Outbox,
        Self::Requests,
        Self::Peppers,
    ];

    /// The table and the column.
    pub const fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::Methods => ("methods", "secret"),
            Self::Deliveries => ("deliveries", "secret"),
            Self::Outbox => ("outbox", "sealed"),
            Self::Requests => ("requests", "answer"),
            Self::Peppers => ("peppers", "sealed"),
        }
    }

    const fn statements(self) -> Statements {
        macro_rules! of {
            ($table:literal, $column:literal) => {
                Statements {
                    keys: concat!(
                        "SELECT DISTINCT substr(",
                        $column,
                        ", 2, 4) FROM ",
                        $table,
                        " WHERE ",
                        $column,
                        " IS NOT NULL"
                    ),
                    others: concat!(
                        "SELECT id, ",
                        $column,
                        " FROM ",
                        $table,
                        " WHERE ",
                        $column,
                        " IS NOT NULL AND substr(",
                        $column,
                        ", 2, 4) <> $1 AND id > $2
                          ORDER BY id LIMIT $3"
                    ),
                    put: concat!(
                        "UPDATE ",
                        $table,
                        " SET ",
                        $column,
                        " = $3 WHERE id = $1 AND ",
                        $column,
                        " = $2"
                    ),
                }
            };
        }
        match self {
            Self::Methods => of!("methods", "secret"),
            Self::Deliveries => of!("deliveries", "secret"),
            Self::Outbox => of!("outbox", "sealed"),
            Self::Requests => of!("requests", "answer"),
            Self::Peppers => of!("peppers", "sealed"),
        }
    }
}

struct Statements {
    keys: &'static str,
    others: &'static str,
    put: &'static str,
}

impl Tx {
    /// The id of the data key that seals, for all practices alike; none before the first.
    pub async fn sealing_key(&mut self) -> Result<Option<String>, Fault> {
        let row: Option<(String,)> = sqlx::query_as("SELECT key_id FROM practices LIMIT 1")
            .fetch_optional(&mut *self.inner)
            .await?;
        Ok(row.map(|(id,)| id))
    }

    /// Lets another data key seal from now on; false if it did already. Who writes alone does it:
    /// everybody else's sealing is then either committed or still to come.
    pub async fn let_seal(&mut self, key: &str) -> Result<bool, Fault> {
        let changed = sqlx::query("UPDATE practices SET key_id = $1 WHERE key_id <> $1")
            .bind(key.to_owned())
            .execute(&mut *self.inner)
            .await?;
        Ok(changed.rows_affected() > 0)
    }

    /// The ids of the data keys that anything of a column is sealed with.
    pub async fn keys_of(&mut self, what: Sealed) -> Result<Vec<Vec<u8>>, Fault> {
        let rows: Vec<(Vec<u8>,)> = sqlx::query_as(what.statements().keys)
            .fetch_all(&mut *self.inner)
            .await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Values that are sealed with another data key than this one, beyond a row.
    pub async fn sealed_otherwise(
        &mut self,
        what: Sealed,
        key: &[u8],
        beyond: &str,
        most: i64,
    ) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        Ok(sqlx::query_as(what.statements().others)
            .bind(key.to_vec())
            .bind(beyond.to_owned())
            .bind(most)
            .fetch_all(&mut *self.inner)
            .await?)
    }

    /// Puts a value that is sealed anew in the place of the one that was seen; false if it is not
    /// what was seen any more.
    pub async fn reseal(
        &mut self,
        what: Sealed,
        row: &str,
        seen: &[u8],
        new: Vec<u8>,
    ) -> Result<bool, Fault> {
        let put = sqlx::query(what.statements().put)
            .bind(row.to_owned())
            .bind(seen.to_vec())
            .bind(new)
            .execute(&mut *self.inner)
            .await?;
        Ok(put.rows_affected() == 1)
    }
}
