//! The Users table: paged, searched, sorted and counted in SQL.
//!
//! The derived status is computed here once more, as a `CASE`, because ten thousand people
//! cannot be read to show fifty; a test holds it against [`crate::domain::Status::of`].

use super::users::fold;
use super::{Fault, Tx, at_maybe, ms, parse};
use crate::api::{Counts, PeoplePage, Sort, SortBy};
use crate::domain::{MethodKind, PracticeId, Role, Status, Timestamp, UserId};

/// Which people are asked for.
#[derive(Clone, Debug)]
pub struct Filter<'a> {
    /// Of this practice.
    pub practice: &'a PracticeId,
    /// Only this person.
    pub only: Option<&'a UserId>,
    /// Beginnings of words.
    pub search: &'a str,
    /// Only in this status.
    pub status: Option<Status>,
}

/// Since when two-factor is turned on, and by whom; nobody for a rule of the founding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnedOn {
    /// Since when.
    pub from: Timestamp,
    /// The name of who did it.
    pub by: Option<String>,
}

/// A row of the table.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// The person.
    pub user: UserId,
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// The role in the practice.
    pub role: Role,
    /// The derived status.
    pub status: Status,
    /// The preferred method, or the one that waits for its code.
    pub method: Option<MethodKind>,
    /// The last completed sign-in.
    pub last_sign_in: Option<Timestamp>,
    /// Whether the account has no password yet.
    pub invited: bool,
    /// Since when two-factor is turned on and by whom, as far as the person's own requirements
    /// tell: the oldest.
    pub required: Option<TurnedOn>,
    /// The same, as far as the rules of the person's practices tell.
    pub ruled: Option<TurnedOn>,
    /// What this row is sorted by.
    pub key: String,
}

/// A person's status as of $1; needs `users` in scope.
macro_rules! status_sql {
    () => {
        "CASE
            WHEN EXISTS (SELECT 1 FROM methods WHERE methods.user_id = users.id
                AND methods.until_at IS NULL AND methods.proven_at IS NOT NULL) THEN 'enabled'
            WHEN EXISTS (SELECT 1 FROM methods WHERE methods.user_id = users.id
                AND methods.until_at IS NULL AND methods.ends_at > $1) THEN 'pending'
            WHEN EXISTS (SELECT 1 FROM requirements WHERE requirements.user_id = users.id
                AND requirements.until_at IS NULL) THEN 'activated'
            WHEN EXISTS (SELECT 1 FROM rules, memberships places
                WHERE places.user_id = users.id AND places.until_at IS NULL
                AND rules.practice_id = places.practice_id
                AND rules.until_at IS NULL AND rules.kind = 'mandatory') THEN 'activated'
            ELSE 'not_setup' END"
    };
}
pub(super) use status_sql;

/// The method of the table's column; needs `users` in scope.
macro_rules! method_sql {
    () => {
        "(SELECT methods.kind FROM methods WHERE methods.user_id = users.id
            AND methods.until_at IS NULL
            AND (methods.proven_at IS NOT NULL OR methods.ends_at > $1)
            ORDER BY methods.preferred DESC,
                CASE WHEN methods.proven_at IS NULL THEN 1 ELSE 0 END,
                methods.proven_at, methods.id LIMIT 1)"
    };
}

/// A column of the oldest requirement made for a person; needs `users` in scope.
macro_rules! required_sql {
    ($column:literal) => {
        concat!(
            "(SELECT ",
            $column,
            " FROM requirements LEFT JOIN users setters ON setters.id = requirements.by_user
              WHERE requirements.user_id = users.id AND requirements.until_at IS NULL
              ORDER BY requirements.from_at, requirements.id LIMIT 1)"
        )
    };
}

/// A column of the oldest Mandatory rule of a person's practices; needs `users` in scope.
macro_rules! ruled_sql {
    ($column:literal) => {
        concat!(
            "(SELECT ",
            $column,
            " FROM memberships places
              JOIN rules ON rules.practice_id = places.practice_id
              LEFT JOIN users setters ON setters.id = rules.by_user
              WHERE places.user_id = users.id AND places.until_at IS NULL
                AND rules.until_at IS NULL AND rules.kind = 'mandatory'
              ORDER BY rules.from_at, rules.id LIMIT 1)"
        )
    };
}

/// Whom the filter lets through: the practice, one person, a status, up to four words.
macro_rules! people_sql {
    () => {
        // CROSS JOIN: SQLite then walks the people in the order of the sorted index.
        " FROM users CROSS JOIN memberships
          WHERE memberships.user_id = users.id AND memberships.practice_id = $2
            AND memberships.until_at IS NULL
            AND ($3 = '' OR users.id = $3)
            AND ($5 = '' OR EXISTS (SELECT 1 FROM words WHERE words.user_id = users.id
                AND words.word >= $5 AND words.word < $5 || $9))
            AND ($6 = '' OR EXISTS (SELECT 1 FROM words WHERE words.user_id = users.id
                AND words.word >= $6 AND words.word < $6 || $9))
            AND ($7 = '' OR EXISTS (SELECT 1 FROM words WHERE words.user_id = users.id
                AND words.word >= $7 AND words.word < $7 || $9))
            AND ($8 = '' OR EXISTS (SELECT 1 FROM words WHERE words.user_id = users.id
                AND words.word >= $8 AND words.word < $8 || $9))"
    };
}

/// A page in some order. What a row only shows is read for the rows of the page alone: SQLite
/// would otherwise read it for everyone before it sorts.
macro_rules! page_sql {
    ($key:expr, $start:literal, $beyond:literal, $order:literal) => {
        concat!(
            "SELECT users.id, users.name, users.email, users.role, ",
            status_sql!(),
            ", ",
            method_sql!(),
            ", users.last_sign_in_at, users.invited, ",
            required_sql!("requirements.from_at"),
            ", ",
            required_sql!("setters.name"),
            ", ",
            ruled_sql!("rules.from_at"),
            ", ",
            ruled_sql!("setters.name"),
            ", users.sort_key FROM (
                SELECT users.id, users.name, users.email, memberships.role, users.last_sign_in_at,
                    CASE WHEN users.password_hash IS NULL THEN 1 ELSE 0 END AS invited, ",
            $key,
            " AS sort_key",
            people_sql!(),
            " AND ($4 = '' OR ",
            status_sql!(),
            " = $4) AND (",
            $start,
            "(",
            $key,
            ", users.id) ",
            $beyond,
            " ($10, $11)) ORDER BY ",
            $key,
            " ",
            $order,
            ", users.id ",
            $order,
            " LIMIT $12) users ORDER BY users.sort_key ",
            $order,
            ", users.id ",
            $order
        )
    };
}

/// In the order of an index, or of what is worked out for everyone: for a first page not twice.
macro_rules! sorted {
    (by_index $key:expr, $descending:expr) => {
        sorted!($key, $descending, "", "")
    };
    (worked_out $key:expr, $descending:expr) => {
        sorted!($key, $descending, "$11 = '' OR ", "$11 = $9 OR ")
    };
    ($key:expr, $descending:expr, $first:literal, $last:literal) => {
        if $descending {
            page_sql!($key, $last, "<", "DESC")
        } else {
            page_sql!($key, $first, ">", "ASC")
        }
    };
}

/// Sorts after every text.
pub(super) const LAST: &str = "\u{10FFFF}";

type PersonColumns = (
    String,
    String,
    String,
    String,
    String,
    Option<String>,
    Option<i64>,
    i64,
    Option<i64>,
    Option<String>,
    Option<i64>,
    Option<String>,
    String,
);

fn person(row: PersonColumns) -> Result<PersonRow, Fault> {
    Ok(PersonRow {
        user: parse(&row.0)?,
        name: row.1,
        email: row.2,
        role: parse(&row.3)?,
        status: parse(&row.4)?,
        method: row.5.map(|kind| parse(&kind)).transpose()?,
        last_sign_in: at_maybe(row.6)?,
        invited: row.7 != 0,
        required: turned_on(row.8, row.9)?,
        ruled: turned_on(row.10, row.11)?,
        key: row.12,
    })
}

fn turned_on(from: Option<i64>, by: Option<String>) -> Result<Option<TurnedOn>, Fault> {
    Ok(at_maybe(from)?.map(|from| TurnedOn { from, by }))
}

/// Up to four folded words of a search.
pub(super) fn searched(search: &str) -> [String; 4] {
    let folded = fold(search);
    let mut words = folded.split_whitespace().map(str::to_owned);
    std::array::from_fn(|_| words.next().unwrap_or_default())
}

impl Tx {
    /// A page of people beyond a cursor (the key and the id of the last row seen), one more than
    /// fits so that the caller knows whether there is a next.
    pub async fn people(
        &mut self,
        filter: &Filter<'_>,
        sort: Sort,
        after: Option<(&str, &str)>,
        now: Timestamp,
    ) -> Result<Vec<PersonRow>, Fault> {
        let sql = match sort.by {
            SortBy::Name => sorted!(by_index "users.folded_name", sort.descending),
            SortBy::Email => sorted!(by_index "users.email", sort.descending),
            SortBy::Role => sorted!(worked_out "memberships.role", sort.descending),
            SortBy::Status => sorted!(worked_out
                concat!(
                    "CASE ",
                    status_sql!(),
                    " WHEN 'not_setup' THEN '0' WHEN 'activated' THEN '1'
                     WHEN 'pending' THEN '2' ELSE '3' END"
                ),
                sort.descending
            ),
            SortBy::Method => sorted!(worked_out
                concat!("COALESCE(", method_sql!(), ", '')"),
                sort.descending
            ),
            // Ten to the sixteenth makes every time the same number of digits.
            SortBy::LastSignIn => sorted!(worked_out
                "CAST(10000000000000000 + COALESCE(users.last_sign_in_at, 0) AS TEXT)",
                sort.descending
            ),
        };
        let start = if sort.descending { LAST } else { "" };
        let (key, id) = after.unwrap_or((start, start));
        let words = searched(filter.search);
        let [first, second, third, fourth] = words;
        let rows: Vec<PersonColumns> = sqlx::query_as(sql)
            .bind(ms(now))
            .bind(filter.practice.to_string())
            .bind(filter.only.map(ToString::to_string).unwrap_or_default())
            .bind(
                filter
                    .status
                    .map(|status| status.as_str())
                    .unwrap_or_default(),
            )
            .bind(first)
            .bind(second)
            .bind(third)
            .bind(fourth)
            .bind(LAST)
            .bind(key.to_owned())
            .bind(id.to_owned())
            .bind(PeoplePage::SIZE as i64 + 1)
            .fetch_all(&mut *self.inner)
            .await?;
        rows.into_iter().map(person).collect()
    }

    /// One person's row.
    pub async fn person(
        &mut self,
        practice: &PracticeId,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Option<PersonRow>, Fault> {
        let filter = Filter {
            practice,
            only: Some(user),
            search: "",
            status: None,
        };
        let sort = Sort {
            by: SortBy::Name,
            descending: false,
        };
        Ok(self.people(&filter, sort, None, now).await?.pop())
    }

    /// How many people with full access but this one have a proven method.
    pub async fn other_enabled_full_access(
        &mut self,
        practice: &PracticeId,
        but: &UserId,
    ) -> Result<i64, Fault> {
        let (others,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM memberships
             WHERE practice_id = $1 AND user_id <> $2 AND role = 'full_access'
               AND until_at IS NULL
               AND EXISTS (SELECT 1 FROM methods WHERE methods.user_id = memberships.user_id
                   AND methods.until_at IS NULL AND methods.proven_at IS NOT NULL)",
        )
        .bind(practice.to_string())
        .bind(but.to_string())
        .fetch_one(&mut *self.inner)
        .await?;
        Ok(others)
    }

    /// Whether anybody of a practice has a proven method.
    pub async fn is_anybody_enabled(&mut self, practice: &PracticeId) -> Result<bool, Fault> {
        let somebody: Option<(String,)> = sqlx::query_as(
            "SELECT methods.user_id FROM memberships
             JOIN methods ON methods.user_id = memberships.user_id
             WHERE memberships.practice_id = $1 AND memberships.until_at IS NULL
               AND methods.until_at IS NULL AND methods.proven_at IS NOT NULL
             LIMIT 1",
        )
        .bind(practice.to_string())
        .fetch_optional(&mut *self.inner)
        .await?;
        Ok(somebody.is_some())
    }

    /// How many people fit a search, by status; the filter's own status is not looked at.
    pub async fn count_people(
        &mut self,
        filter: &Filter<'_>,
        now: Timestamp,
    ) -> Result<Counts, Fault> {
        let [first, second, third, fourth] = searched(filter.search);
        let rows: Vec<(String, i64)> = sqlx::query_as(concat!(
            "SELECT status, COUNT(*) FROM (SELECT ",
            status_sql!(),
            " AS status",
            people_sql!(),
            ") counted WHERE ($4 = '' OR status = $4) GROUP BY status"
        ))
        .bind(ms(now))
        .bind(filter.practice.to_string())
        .bind(filter.only.map(ToString::to_string).unwrap_or_default())
        .bind("")
        .bind(first)
        .bind(second)
        .bind(third)
        .bind(fourth)
        .bind(LAST)
        .fetch_all(&mut *self.inner)
        .await?;
        let mut counts = Counts::default();
        for (status, count) in rows {
            let count = u64::try_from(count).unwrap_or_default();
            match parse(&status)? {
                Status::Enabled => counts.enabled = count,
                Status::Pending => counts.pending = count,
                Status::Activated => counts.activated = count,
                Status::NotSetup => counts.not_setup = count,
            }
        }
        Ok(counts)
    }
}
