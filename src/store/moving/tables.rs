//! The tables whose rows move, and their statements. The first column that is read is the row's
//! number in the file.

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
pub(super) struct Table {
    /// Its columns, each behind its kind: text, number or bytes.
    columns: &'static str,
    /// From a file alone: beyond a row, so many.
    pub(super) read: &'static str,
    pub(super) write: &'static str,
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

    /// What the table is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Practices => "practices",
            Self::Users => "users",
            Self::Words => "words",
            Self::Memberships => "memberships",
            Self::Rules => "rules",
            Self::AllowedMethods => "allowed_methods",
            Self::Requirements => "requirements",
            Self::Methods => "methods",
            Self::RecoverySets => "recovery_sets",
            Self::RecoveryCodes => "recovery_codes",
            Self::Deliveries => "deliveries",
            Self::Notices => "notices",
            Self::NewAddresses => "new_addresses",
            Self::Tries => "tries",
            Self::Events => "events",
        }
    }

    /// The place of a column within its rows.
    #[must_use]
    pub fn column(self, name: &str) -> Option<usize> {
        self.table()
            .columns()
            .position(|(_, column)| column == name)
    }

    pub(super) const fn table(self) -> Table {
        match self {
            Self::Practices => Table {
                columns: "t:id t:name t:time_zone n:made_at b:wrapped_keys t:key_id
                          n:idle_minutes n:absolute_hours n:remember_days n:tell_new_computer
                          n:keep_names n:came_at",
                read: "SELECT rowid,
                     id, name, time_zone, made_at, wrapped_keys, key_id, idle_minutes,
                     absolute_hours, remember_days, tell_new_computer, keep_names, came_at
                     FROM practices WHERE rowid > $1
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO practices
                     (id, name, time_zone, made_at, wrapped_keys, key_id, idle_minutes,
                      absolute_hours, remember_days, tell_new_computer, keep_names, came_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            },
            Self::Users => Table {
                columns: "t:id t:email t:name t:folded_name t:password_hash n:made_at
                          n:last_sign_in_at n:email_proven_at n:email_barred",
                read: "SELECT rowid,
                     id, email, name, folded_name, password_hash, made_at, last_sign_in_at,
                     email_proven_at, email_barred
                     FROM users WHERE rowid > $1
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO users
                     (id, email, name, folded_name, password_hash, made_at, last_sign_in_at,
                      email_proven_at, email_barred)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            },
            Self::Words => Table {
                columns: "t:word t:user_id",
                read: "SELECT rowid,
                     word, user_id
                     FROM words WHERE rowid > $1
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO words
                     (word, user_id)
                     VALUES ($1, $2)",
            },
            Self::Memberships => Table {
                columns: "t:id t:practice_id t:user_id t:role n:from_at n:until_at t:by_user
                          n:starts_at n:ends_at t:until_by n:joined_at n:turn",
                read: "SELECT rowid,
                     id, practice_id, user_id, role, from_at, until_at, by_user, starts_at,
                     ends_at, until_by, joined_at, turn
                     FROM memberships WHERE rowid > $1
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO memberships
                     (id, practice_id, user_id, role, from_at, until_at, by_user, starts_at,
                      ends_at, until_by, joined_at, turn)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            },
            Self::Rules => Table {
                columns: "t:id t:practice_id t:kind n:bites_at n:from_at n:until_at t:by_user",
                read: "SELECT rowid,
                     id, practice_id, kind, bites_at, from_at, until_at, by_user
                     FROM rules WHERE rowid > $1
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO rules
                     (id, practice_id, kind, bites_at, from_at, until_at, by_user)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)",
            },
            Self::AllowedMethods => Table {
                columns: "t:id t:practice_id t:decided t:before n:bites_at n:from_at n:until_at
                          t:by_user",
                read: "SELECT rowid,
                     id, practice_id, decided, before, bites_at, from_at, until_at, by_user
                     FROM allowed_methods WHERE rowid > $1
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO allowed_methods
                     (id, practice_id, decided, before, bites_at, from_at, until_at, by_user)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            },
            Self::Requirements => Table {
                columns: "t:id t:user_id t:source n:bites_at n:from_at n:until_at t:by_user",
                read: "SELECT rowid,
                     id, user_id, source, bites_at, from_at, until_at, by_user
                     FROM requirements WHERE rowid > $1
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO requirements
                     (id, user_id, source, bites_at, from_at, until_at, by_user)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)",
            },
            Self::Methods => Table {
                columns: "t:id t:user_id t:kind b:secret n:last_step n:tries n:preferred
                          n:from_at n:ends_at n:proven_at n:until_at",
                read: "SELECT rowid,
                     id, user_id, kind, secret, last_step, tries, preferred, from_at,
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
                columns: "t:id t:user_id b:salt n:made_at n:ticked_at n:ended_at t:pepper",
                read: "SELECT rowid,
                     id, user_id, salt, made_at, ticked_at, ended_at, pepper
                     FROM recovery_sets WHERE rowid > $1
                       AND ticked_at IS NOT NULL AND ended_at IS NULL
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO recovery_sets
                     (id, user_id, salt, made_at, ticked_at, ended_at, pepper)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)",
            },
            Self::RecoveryCodes => Table {
                columns: "t:set_id b:hash n:used_at",
                read: "SELECT rowid,
                     set_id, hash, used_at
                     FROM recovery_codes WHERE rowid > $1
                       AND set_id IN (SELECT id FROM recovery_sets
                                     WHERE ticked_at IS NOT NULL AND ended_at IS NULL)
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO recovery_codes
                     (set_id, hash, used_at)
                     VALUES ($1, $2, $3)",
            },
            Self::Deliveries => Table {
                columns: "t:id t:practice_id t:channel t:settings b:secret t:countries n:from_at
                          n:until_at t:by_user",
                read: "SELECT rowid,
                     id, practice_id, channel, settings, secret, countries, from_at, until_at,
                     by_user
                     FROM deliveries WHERE rowid > $1
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO deliveries
                     (id, practice_id, channel, settings, secret, countries, from_at, until_at,
                      by_user)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            },
            Self::Notices => Table {
                columns: "t:id t:user_id n:at t:kind t:by_name t:practice_name n:read_at",
                read: "SELECT rowid,
                     id, user_id, at, kind, by_name, practice_name, read_at
                     FROM notices WHERE rowid > $1
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO notices
                     (id, user_id, at, kind, by_name, practice_name, read_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)",
            },
            Self::NewAddresses => Table {
                columns: "t:id t:user_id t:email t:by_user n:from_at n:ends_at n:until_at
                          n:taken_at",
                read: "SELECT rowid,
                     id, user_id, email, by_user, from_at, ends_at, until_at, taken_at
                     FROM new_addresses WHERE rowid > $1
                       AND until_at IS NOT NULL
                     ORDER BY rowid LIMIT $2",
                write: "INSERT INTO new_addresses
                     (id, user_id, email, by_user, from_at, ends_at, until_at, taken_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            },
            Self::Tries => Table {
                columns: "t:subject t:counter n:failures n:next_at n:changed_at n:noted",
                read: "SELECT rowid,
                     subject, counter, failures, next_at, changed_at, noted
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
                columns: "t:id t:practice_id n:at t:kind t:actor t:subject t:reason t:factor
                          t:computer b:stamp n:ahead",
                read: "SELECT rowid,
                     id, practice_id, at, kind, actor, subject, reason, factor, computer,
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

impl Table {
    /// Their kinds and names.
    pub(super) fn columns(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        let columns = self.columns.split_whitespace();
        columns.filter_map(|column| column.split_once(':'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A column is read, and written, in the place in which it is named.
    #[test]
    fn each_table_is_read_and_written_in_the_order_of_its_columns() {
        for what in Moving::ALL {
            let table = what.table();
            let names: Vec<_> = table.columns().map(|(_, name)| name).collect();
            let words = |sql: &str| {
                let words = sql.split(|c: char| !c.is_ascii_alphanumeric() && !"_$".contains(c));
                let words = words.filter(|word| !word.is_empty());
                words.map(str::to_owned).collect::<Vec<_>>()
            };
            let read = words(table.read);
            assert_eq!(read[..2], ["SELECT", "rowid"], "{what:?}");
            assert_eq!(read[2..2 + names.len()], names, "{what:?}");
            let write = words(table.write);
            assert_eq!(write[3..3 + names.len()], names, "{what:?}");
            let values = &write[4 + names.len()..][..names.len()];
            let numbered: Vec<_> = (1..=names.len()).map(|n| format!("${n}")).collect();
            assert_eq!(values, numbered, "{what:?}");
        }
    }
}
