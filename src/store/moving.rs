//! Rows as they go from the file of one practice into another database.
//!
//! What belongs to a sign-in, a session or a computer stays behind: sessions, sign-ins that wait,
//! codes and messages, invitations, remembered computers, what a server keeps of requests.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::{Fault, Tx, ms};
use crate::domain::Timestamp;

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

/// A table whose rows move; those that others refer to come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moving {
    /// The practice.
    Practices,
    /// Its people.
    Users,
    /// The words that they are found by.
    Words,
    /// Who belongs to it, over time.
    Memberships,
    /// Its rules, over time.
    Rules,
    /// The methods that it allows, over time.
    AllowedMethods,
    /// What is required of whom, over time.
    Requirements,
    /// Methods, over time; none that is not proven.
    Methods,
    /// The sets of recovery codes that count.
    RecoverySets,
    /// Their codes.
    RecoveryCodes,
    /// How it sends, over time.
    Deliveries,
    /// Notices.
    Notices,
    /// Addresses that were asked for; none that is still to be proven.
    NewAddresses,
    /// Consecutive failures.
    Tries,
    /// Activity, in the order of writing.
    Events,
}

/// How a table is read and written.
struct Table {
    /// Its columns with their kinds: text, number or bytes.
    columns: &'static [(&'static str, char)],
    /// From a file alone: beyond a row, so many.
    read: &'static str,
    write: &'static str,
}

impl Moving {
    /// All of them, in the order in which they are written.
    pub const ALL: [Self; 15] = [
        Self::Practices,
        Self::Users,
        Self::Words,
        Self::Memberships,
        Self::Rules,
        Self::AllowedMethods,
        Self::Requirements,
        Self::Methods,
        Self::RecoverySets,
        Self::RecoveryCodes,
        Self::Deliveries,
        Self::Notices,
        Self::NewAddresses,
        Self::Tries,
        Self::Events,
    ];

    /// The place of a column within its rows.
    #[must_use]
    pub fn column(self, name: &str) -> Option<usize> {
        let columns = self.table().columns;
        columns.iter().position(|(column, _)| *column == name)
    }

    const fn table(self) -> Table {
        match self {
            Self::Practices => Table {
                columns: &[("id", 't'), ("name", 't'), ("time_zone", 't'), ("made_at", 'n'), ("wrapped_keys", 'b'), ("key_id", 't'), ("idle_minutes", 'n'), ("absolute_hours", 'n'), ("remember_days", 'n'), ("tell_new_computer", 'n'), ("keep_names", 'n')],
                read: "SELECT rowid, id, name, time_zone, made_at, wrapped_keys, key_id, idle_minutes,
                     absolute_hours, remember_days, tell_new_computer, keep_names
                     FROM practices WHERE rowid > $1
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO practices
                     (id, name, time_zone, made_at, wrapped_keys, key_id, idle_minutes,
                      absolute_hours, remember_days, tell_new_computer, keep_names)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            },
            Self::Users => Table {
                columns: &[("id", 't'), ("email", 't'), ("name", 't'), ("folded_name", 't'), ("password_hash", 't'), ("made_at", 'n'), ("last_sign_in_at", 'n'), ("email_proven_at", 'n'), ("email_barred", 'n')],
                read: "SELECT rowid, id, email, name, folded_name, password_hash, made_at, last_sign_in_at,
                     email_proven_at, email_barred
                     FROM users WHERE rowid > $1
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO users
                     (id, email, name, folded_name, password_hash, made_at, last_sign_in_at,
                      email_proven_at, email_barred)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            },
            Self::Words => Table {
                columns: &[("word", 't'), ("user_id", 't')],
                read: "SELECT rowid, word, user_id
                     FROM words WHERE rowid > $1
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO words
                     (word, user_id)
                     VALUES ($1, $2)",
            },
            Self::Memberships => Table {
                columns: &[("id", 't'), ("practice_id", 't'), ("user_id", 't'), ("role", 't'), ("from_at", 'n'), ("until_at", 'n'), ("by_user", 't'), ("starts_at", 'n'), ("ends_at", 'n'), ("until_by", 't'), ("joined_at", 'n'), ("turn", 'n')],
                read: "SELECT rowid, id, practice_id, user_id, role, from_at, until_at, by_user, starts_at,
                     ends_at, until_by, joined_at, turn
                     FROM memberships WHERE rowid > $1
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO memberships
                     (id, practice_id, user_id, role, from_at, until_at, by_user, starts_at,
                      ends_at, until_by, joined_at, turn)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            },
            Self::Rules => Table {
                columns: &[("id", 't'), ("practice_id", 't'), ("kind", 't'), ("bites_at", 'n'), ("from_at", 'n'), ("until_at", 'n'), ("by_user", 't')],
                read: "SELECT rowid, id, practice_id, kind, bites_at, from_at, until_at, by_user
                     FROM rules WHERE rowid > $1
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO rules
                     (id, practice_id, kind, bites_at, from_at, until_at, by_user)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)",
            },
            Self::AllowedMethods => Table {
                columns: &[("id", 't'), ("practice_id", 't'), ("decided", 't'), ("before", 't'), ("bites_at", 'n'), ("from_at", 'n'), ("until_at", 'n'), ("by_user", 't')],
                read: "SELECT rowid, id, practice_id, decided, before, bites_at, from_at, until_at, by_user
                     FROM allowed_methods WHERE rowid > $1
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO allowed_methods
                     (id, practice_id, decided, before, bites_at, from_at, until_at, by_user)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            },
            Self::Requirements => Table {
                columns: &[("id", 't'), ("user_id", 't'), ("source", 't'), ("bites_at", 'n'), ("from_at", 'n'), ("until_at", 'n'), ("by_user", 't')],
                read: "SELECT rowid, id, user_id, source, bites_at, from_at, until_at, by_user
                     FROM requirements WHERE rowid > $1
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO requirements
                     (id, user_id, source, bites_at, from_at, until_at, by_user)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)",
            },
            Self::Methods => Table {
                columns: &[("id", 't'), ("user_id", 't'), ("kind", 't'), ("secret", 'b'), ("last_step", 'n'), ("tries", 'n'), ("preferred", 'n'), ("from_at", 'n'), ("ends_at", 'n'), ("proven_at", 'n'), ("until_at", 'n')],
                read: "SELECT rowid, id, user_id, kind, secret, last_step, tries, preferred, from_at,
                     ends_at, proven_at, until_at
                     FROM methods WHERE rowid > $1
                       AND (proven_at IS NOT NULL OR until_at IS NOT NULL)
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO methods
                     (id, user_id, kind, secret, last_step, tries, preferred, from_at,
                      ends_at, proven_at, until_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            },
            Self::RecoverySets => Table {
                columns: &[("id", 't'), ("user_id", 't'), ("salt", 'b'), ("made_at", 'n'), ("ticked_at", 'n'), ("ended_at", 'n'), ("pepper", 't')],
                read: "SELECT rowid, id, user_id, salt, made_at, ticked_at, ended_at, pepper
                     FROM recovery_sets WHERE rowid > $1
                       AND ticked_at IS NOT NULL AND ended_at IS NULL
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO recovery_sets
                     (id, user_id, salt, made_at, ticked_at, ended_at, pepper)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)",
            },
            Self::RecoveryCodes => Table {
                columns: &[("set_id", 't'), ("hash", 'b'), ("used_at", 'n')],
                read: "SELECT rowid, set_id, hash, used_at
                     FROM recovery_codes WHERE rowid > $1
                       AND set_id IN (SELECT id FROM recovery_sets WHERE ticked_at IS NOT NULL AND ended_at IS NULL)
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO recovery_codes
                     (set_id, hash, used_at)
                     VALUES ($1, $2, $3)",
            },
            Self::Deliveries => Table {
                columns: &[("id", 't'), ("practice_id", 't'), ("channel", 't'), ("settings", 't'), ("secret", 'b'), ("from_at", 'n'), ("until_at", 'n'), ("by_user", 't')],
                read: "SELECT rowid, id, practice_id, channel, settings, secret, from_at, until_at, by_user
                     FROM deliveries WHERE rowid > $1
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO deliveries
                     (id, practice_id, channel, settings, secret, from_at, until_at, by_user)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            },
            Self::Notices => Table {
                columns: &[("id", 't'), ("user_id", 't'), ("at", 'n'), ("kind", 't'), ("by_name", 't'), ("read_at", 'n')],
                read: "SELECT rowid, id, user_id, at, kind, by_name, read_at
                     FROM notices WHERE rowid > $1
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO notices
                     (id, user_id, at, kind, by_name, read_at)
                     VALUES ($1, $2, $3, $4, $5, $6)",
            },
            Self::NewAddresses => Table {
                columns: &[("id", 't'), ("user_id", 't'), ("email", 't'), ("by_user", 't'), ("from_at", 'n'), ("ends_at", 'n'), ("until_at", 'n'), ("taken_at", 'n')],
                read: "SELECT rowid, id, user_id, email, by_user, from_at, ends_at, until_at, taken_at
                     FROM new_addresses WHERE rowid > $1
                       AND until_at IS NOT NULL
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO new_addresses
                     (id, user_id, email, by_user, from_at, ends_at, until_at, taken_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            },
            Self::Tries => Table {
                columns: &[("subject", 't'), ("counter", 't'), ("failures", 'n'), ("next_at", 'n'), ("changed_at", 'n'), ("noted", 'n')],
                read: "SELECT rowid, subject, counter, failures, next_at, changed_at, noted
                     FROM tries WHERE rowid > $1
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO tries
                     (subject, counter, failures, next_at, changed_at, noted)
                     VALUES ($1, $2, $3, $4, $5, $6)
                     ON CONFLICT (subject, counter) DO UPDATE
                     SET failures = tries.failures + excluded.failures,
                         next_at = COALESCE(excluded.next_at, tries.next_at)",
            },
            Self::Events => Table {
                columns: &[("id", 't'), ("practice_id", 't'), ("at", 'n'), ("kind", 't'), ("actor", 't'), ("subject", 't'), ("reason", 't'), ("factor", 't'), ("computer", 't'), ("stamp", 'b'), ("ahead", 'n')],
                read: "SELECT rowid, id, practice_id, at, kind, actor, subject, reason, factor, computer,
                     stamp, ahead
                     FROM events WHERE rowid > $1
                       AND practice_id <> ''
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO events
                     (id, practice_id, at, kind, actor, subject, reason, factor, computer,
                      stamp, ahead)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            },
        }
    }
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
        let table = what.table();
        let rows = sqlx::query(table.read)
            .bind(beyond)
            .bind(most)
            .fetch_all(&mut *self.inner)
            .await?;
        rows.iter().map(|row| cells(row, &table)).collect()
    }

    /// Puts a row in.
    ///
    /// # Errors
    ///
    /// [`Fault::Taken`] if there is one already.
    pub async fn put_row(&mut self, what: Moving, row: Vec<Cell>) -> Result<(), Fault> {
        let mut query = sqlx::query(what.table().write);
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

fn cells(row: &AnyRow, table: &Table) -> Result<(i64, Vec<Cell>), Fault> {
    let columns = table.columns.iter().enumerate().map(|(at, (_, kind))| {
        let at = at + 1;
        Ok(match kind {
            't' => Cell::Text(row.try_get(at)?),
            'n' => Cell::Number(row.try_get(at)?),
            _ => Cell::Bytes(row.try_get(at)?),
        })
    });
    let cells = columns.collect::<Result<_, sqlx::Error>>()?;
    Ok((row.try_get(0)?, cells))
}
