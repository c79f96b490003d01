//! The tables whose rows move, and their statements.

use crate::domain::words;

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

words! {
    Moving {
        Practices => "practices",
        Users => "users",
        Words => "words",
        Memberships => "memberships",
        Rules => "rules",
        AllowedMethods => "allowed_methods",
        Requirements => "requirements",
        Methods => "methods",
        RecoverySets => "recovery_sets",
        RecoveryCodes => "recovery_codes",
        Deliveries => "deliveries",
        Notices => "notices",
        NewAddresses => "new_addresses",
        Tries => "tries",
        Events => "events",
    }
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(super) enum Column {
    /// Of text.
    Text(&'static str),
    /// Of numbers, times or flags.
    Number(&'static str),
    /// Of bytes.
    Bytes(&'static str),
}

impl Column {
    const fn name(self) -> &'static str {
        match self {
            Self::Text(name) | Self::Number(name) | Self::Bytes(name) => name,
        }
    }
}

macro_rules! columns {
    ($($kind:ident $name:ident),+) => {
        &[$(Column::$kind(stringify!($name))),+]
    };
}

impl Moving {
    /// The place of a column within its rows.
    #[must_use]
    pub fn column(self, name: &str) -> Option<usize> {
        self.columns()
            .iter()
            .position(|column| column.name() == name)
    }

    /// The columns, in the order in which they are read and written.
    pub(super) const fn columns(self) -> &'static [Column] {
        match self {
            Self::Practices => columns![
                Text id, Text name, Text time_zone, Number made_at, Bytes wrapped_keys, Text
                key_id, Number idle_minutes, Number absolute_hours, Number remember_days, Number
                tell_new_computer, Number keep_names, Number came_at
            ],
            Self::Users => columns![
                Text id, Text email, Text name, Text folded_name, Text password_hash, Number
                made_at, Number last_sign_in_at, Number email_proven_at, Number email_barred
            ],
            Self::Words => columns![
                Text word, Text user_id
            ],
            Self::Memberships => columns![
                Text id, Text practice_id, Text user_id, Text role, Number from_at, Number
                until_at, Text by_user, Number starts_at, Number ends_at, Text until_by, Number
                joined_at, Number turn
            ],
            Self::Rules => columns![
                Text id, Text practice_id, Text kind, Number bites_at, Number from_at, Number
                until_at, Text by_user
            ],
            Self::AllowedMethods => columns![
                Text id, Text practice_id, Text decided, Text before, Number bites_at, Number
                from_at, Number until_at, Text by_user
            ],
            Self::Requirements => columns![
                Text id, Text user_id, Text source, Number bites_at, Number from_at, Number
                until_at, Text by_user
            ],
            Self::Methods => columns![
                Text id, Text user_id, Text kind, Bytes secret, Number last_step, Number tries,
                Number preferred, Number from_at, Number ends_at, Number proven_at, Number
                until_at
            ],
            Self::RecoverySets => columns![
                Text id, Text user_id, Bytes salt, Number made_at, Number ticked_at, Number
                ended_at, Text pepper
            ],
            Self::RecoveryCodes => columns![
                Text set_id, Bytes hash, Number used_at
            ],
            Self::Deliveries => columns![
                Text id, Text practice_id, Text channel, Text settings, Bytes secret, Text
                countries, Number from_at, Number until_at, Text by_user
            ],
            Self::Notices => columns![
                Text id, Text user_id, Number at, Text kind, Text by_name, Text practice_name,
                Number read_at
            ],
            Self::NewAddresses => columns![
                Text id, Text user_id, Text email, Text by_user, Number from_at, Number ends_at,
                Number until_at, Number taken_at
            ],
            Self::Tries => columns![
                Text subject, Text counter, Number failures, Number next_at, Number changed_at,
                Number noted
            ],
            Self::Events => columns![
                Text id, Text practice_id, Number at, Text kind, Text actor, Text subject, Text
                reason, Text factor, Text computer, Bytes stamp, Number ahead
            ],
        }
    }

    /// Which of its rows move.
    const fn only(self) -> &'static str {
        match self {
            Self::Methods => "proven_at IS NOT NULL OR until_at IS NOT NULL",
            Self::RecoverySets => "ticked_at IS NOT NULL AND ended_at IS NULL",
            Self::RecoveryCodes => {
                "set_id IN (SELECT id FROM recovery_sets WHERE ticked_at IS NOT NULL AND ended_at IS NULL)"
            }
            Self::NewAddresses => "until_at IS NOT NULL",
            Self::Events => "practice_id <> ''",
            Self::Practices
            | Self::Users
            | Self::Words
            | Self::Memberships
            | Self::Rules
            | Self::AllowedMethods
            | Self::Requirements
            | Self::Deliveries
            | Self::Notices
            | Self::Tries => "1 = 1",
        }
    }

    /// What becomes of a row that is there already; where nothing is said, it is refused.
    const fn there(self) -> &'static str {
        match self {
            Self::Tries => {
                "ON CONFLICT (subject, counter) DO UPDATE
                 SET failures = tries.failures + excluded.failures,
                     next_at = COALESCE(excluded.next_at, tries.next_at)"
            }
            _ => "",
        }
    }

    /// Reads rows from a file: beyond a row, so many. The first column is the row's number there.
    pub(super) fn read(self) -> String {
        let (columns, only) = (self.names(), self.only());
        format!(
            "SELECT rowid, {columns} FROM {self} WHERE rowid > $1 AND ({only})
             ORDER BY rowid LIMIT $2"
        )
    }

    /// Writes a row.
    pub(super) fn write(self) -> String {
        let (columns, there) = (self.names(), self.there());
        let values = (1..=self.columns().len()).map(|n| format!("${n}"));
        let values = values.collect::<Vec<_>>().join(", ");
        format!("INSERT INTO {self} ({columns}) VALUES ({values}) {there}")
    }

    fn names(self) -> String {
        let names = self.columns().iter().map(|column| column.name());
        names.collect::<Vec<_>>().join(", ")
    }
}
