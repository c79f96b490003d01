//! The Users table: paged, searched, sorted and counted in SQL.
//!
//! The derived status is computed here once more, as a `CASE`, because ten thousand people
//! cannot be read to show fifty; a test holds it against [`crate::domain::Status::of`].

#[macro_use]
pub(super) mod sql;

use super::memberships::{stands_sql, term};
use super::users::fold;
use super::{Fault, Tx, at_maybe, ms, parse};
use crate::api::{Counts, PeoplePage, Sort, SortBy};
use crate::domain::{MethodKind, PracticeId, Role, Status, Term, Timestamp, UserId};

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
    /// Those who do not work there now, but did or will, and not those who do.
    pub away: bool,
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
    /// Consecutive wrong codes.
    pub failures: u32,
    /// Since when two-factor is turned on and by whom, as far as the person's own requirements
    /// tell: the oldest.
    pub required: Option<TurnedOn>,
    /// The same, as far as the rules of the person's practices tell.
    pub ruled: Option<TurnedOn>,
    /// The dates in the practice.
    pub term: Term,
    /// What this row is sorted by.
    pub key: String,
}

/// Sorts after every text.
pub(super) const LAST: &str = "\u{10FFFF}";

#[derive(sqlx::FromRow)]
struct Columns {
    id: String,
    name: String,
    email: String,
    role: String,
    status: String,
    method: Option<String>,
    last_sign_in_at: Option<i64>,
    invited: i64,
    failures: Option<i64>,
    required_from: Option<i64>,
    required_by: Option<String>,
    ruled_from: Option<i64>,
    ruled_by: Option<String>,
    starts_at: i64,
    ends_at: i64,
    left_at: Option<i64>,
    sort_key: String,
}

fn person(row: Columns) -> Result<PersonRow, Fault> {
    Ok(PersonRow {
        user: parse(&row.id)?,
        name: row.name,
        email: row.email,
        role: parse(&row.role)?,
        status: parse(&row.status)?,
        method: row.method.map(|kind| parse(&kind)).transpose()?,
        last_sign_in: at_maybe(row.last_sign_in_at)?,
        invited: row.invited != 0,
        failures: u32::try_from(row.failures.unwrap_or_default()).unwrap_or(u32::MAX),
        required: turned_on(row.required_from, row.required_by)?,
        ruled: turned_on(row.ruled_from, row.ruled_by)?,
        term: term(row.starts_at, row.ends_at, row.left_at)?,
        key: row.sort_key,
    })
}

fn turned_on(from: Option<i64>, by: Option<String>) -> Result<Option<TurnedOn>, Fault> {
    Ok(at_maybe(from)?.map(|from| TurnedOn { from, by }))
}

/// Up to four folded words of a search. A NUL, which PostgreSQL takes in no text, stands in no
/// name: whoever types one finds nobody.
pub(super) fn searched(search: &str) -> [String; 4] {
    let folded = fold(search).replace('\0', LAST);
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
        let order = (filter.away, sort.descending);
        let sql = match sort.by {
            SortBy::Name => sorted!(by_index "users.folded_name", order),
            SortBy::Email => sorted!(by_index "users.email", order),
            SortBy::Role => sorted!(worked_out "memberships.role", order),
            // Of the two that COALESCE is given PostgreSQL compares as the column does, byte by byte.
            SortBy::Status => sorted!(worked_out
                concat!(
                    "COALESCE(CASE ",
                    status_sql!(),
                    " WHEN 'not_setup' THEN '0' WHEN 'activated' THEN '1'
                     WHEN 'pending' THEN '2' ELSE '3' END, users.id)"
                ),
                order
            ),
            SortBy::Method => sorted!(worked_out
                concat!("COALESCE(", method_sql!(), ", '')"),
                order
            ),
            // Ten to the sixteenth makes every time the same number of digits.
            SortBy::LastSignIn => sorted!(worked_out
                "COALESCE(CAST(10000000000000000 + COALESCE(users.last_sign_in_at, 0) AS TEXT),
                          users.id)",
                order
            ),
        };
        let start = if sort.descending { LAST } else { "" };
        let (key, id) = after.unwrap_or((start, start));
        let words = searched(filter.search);
        let [first, second, third, fourth] = words;
        let rows: Vec<Columns> = sqlx::query_as(sql)
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

    /// One person's row, whether the person works there now or not.
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
            away: false,
        };
        let away = Filter {
            away: true,
            ..filter.clone()
        };
        let sort = Sort {
            by: SortBy::Name,
            descending: false,
        };
        let here = self.people(&filter, sort, None, now).await?.pop();
        match here {
            Some(row) => Ok(Some(row)),
            None => Ok(self.people(&away, sort, None, now).await?.pop()),
        }
    }

    /// How many people with full access but this one have a proven method.
    pub async fn other_enabled_full_access(
        &mut self,
        practice: &PracticeId,
        but: &UserId,
        now: Timestamp,
    ) -> Result<i64, Fault> {
        let (others,): (i64,) = sqlx::query_as(concat!(
            "SELECT COUNT(*) FROM memberships
             WHERE practice_id = $1 AND user_id <> $2 AND role = 'full_access' AND ",
            stands_sql!("memberships", "$3"),
            "  AND EXISTS (SELECT 1 FROM methods WHERE methods.user_id = memberships.user_id
                   AND methods.until_at IS NULL AND methods.proven_at IS NOT NULL)",
        ))
        .bind(practice.to_string())
        .bind(but.to_string())
        .bind(ms(now))
        .fetch_one(&mut *self.inner)
        .await?;
        Ok(others)
    }

    /// Whether anybody of a practice has a proven method.
    pub async fn is_anybody_enabled(
        &mut self,
        practice: &PracticeId,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let somebody: Option<(String,)> = sqlx::query_as(concat!(
            "SELECT methods.user_id FROM memberships
             JOIN methods ON methods.user_id = memberships.user_id
             WHERE memberships.practice_id = $1 AND ",
            stands_sql!("memberships", "$2"),
            "  AND methods.until_at IS NULL AND methods.proven_at IS NOT NULL
             LIMIT 1",
        ))
        .bind(practice.to_string())
        .bind(ms(now))
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
        let sql = if filter.away {
            counted_sql!(away)
        } else {
            counted_sql!(here)
        };
        let rows: Vec<(String, i64)> = sqlx::query_as(sql)
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
