//! Who belongs to which practice, in which role, and what that practice asks.

use super::allowed::allowance;
use super::locks::{absolute_hours, idle_minutes};
use super::practices::rule;
use super::remembered::computer_rule;
use super::{Fault, PracticeRow, RuleRow, Tx, at, at_maybe, ms, parse};
use crate::domain::{
    Allowance, ComputerRule, MembershipId, PracticeId, Role, SessionLimits, Standing, Term,
    Timestamp, UserId,
};

/// A person's place in a practice.
#[derive(Clone, Debug)]
pub struct MembershipRow {
    /// The practice.
    pub practice: PracticeRow,
    /// The role in it.
    pub role: Role,
    /// How long its sessions last.
    pub limits: SessionLimits,
    /// The rule in force, with who set it.
    pub rule: RuleRow,
    /// The methods that it allows.
    pub allowance: Allowance,
    /// What it sets about computers.
    pub computers: ComputerRule,
    /// Whether its first day has come.
    pub begun: bool,
}

#[derive(sqlx::FromRow)]
struct Columns {
    id: String,
    name: String,
    time_zone: String,
    role: String,
    idle_minutes: i64,
    absolute_hours: i64,
    rule_kind: Option<String>,
    rule_bites_at: Option<i64>,
    rule_from_at: Option<i64>,
    rule_by: Option<String>,
    decided: Option<String>,
    before: Option<String>,
    narrows_at: Option<i64>,
    remember_days: i64,
    tell_new_computer: i64,
    keep_names: i64,
    begun: i64,
}

fn membership(row: Columns) -> Result<MembershipRow, Fault> {
    Ok(MembershipRow {
        practice: PracticeRow {
            id: parse(&row.id)?,
            name: row.name,
            time_zone: row.time_zone,
        },
        role: parse(&row.role)?,
        limits: SessionLimits {
            idle: idle_minutes(row.idle_minutes)?,
            absolute: absolute_hours(row.absolute_hours)?,
        },
        rule: RuleRow {
            rule: rule(&row.rule_kind.unwrap_or_default(), row.rule_bites_at)?,
            from: at(row.rule_from_at.unwrap_or_default())?,
            by: row.rule_by,
        },
        allowance: allowance(row.decided, row.before, row.narrows_at)?,
        computers: computer_rule(row.remember_days, row.tell_new_computer, row.keep_names)?,
        begun: row.begun == 1,
    })
}

/// The end of whoever stays, in ms since 1970: 9999-12-30T22:00:00Z, the last whole second of a
/// `Timestamp`. It is the default of the column `ends_at` too.
const NO_END: i64 = 253_402_207_200_000;

/// Whether a membership stands at a time: the one rule, for every statement that asks who belongs
/// to a practice.
macro_rules! stands_sql {
    ($table:literal, $now:literal) => {
        concat!(
            "(",
            $table,
            ".until_at IS NULL AND ",
            $table,
            ".starts_at <= ",
            $now,
            " AND ",
            $table,
            ".ends_at > ",
            $now,
            ")"
        )
    };
}
pub(super) use stands_sql;

/// Whether a membership stands at a time, or will: whoever has a first day ahead is that practice's
/// concern already.
macro_rules! lasts_sql {
    ($table:literal, $now:literal) => {
        concat!(
            "(",
            $table,
            ".until_at IS NULL AND ",
            $table,
            ".ends_at > ",
            $now,
            ")"
        )
    };
}
pub(super) use lasts_sql;

/// What those who belong to a practice, or to whom practices belong, are ordered by.
macro_rules! joined_sql {
    () => {
        "COALESCE(memberships.joined_at, memberships.from_at)"
    };
}
pub(super) use joined_sql;

/// Somebody else of a practice who has full access now, a password and no last day.
macro_rules! stays_sql {
    ($practice:literal, $but:literal, $now:literal, $no_end:literal) => {
        concat!(
            "SELECT others.turn FROM memberships others
             JOIN users ON users.id = others.user_id
             WHERE others.role = 'full_access' AND users.password_hash IS NOT NULL
               AND others.practice_id = ",
            $practice,
            " AND others.user_id <> ",
            $but,
            " AND others.ends_at = ",
            $no_end,
            " AND ",
            stands_sql!("others", $now)
        )
    };
}

/// A person's newest membership of a practice, closed or not.
#[derive(Clone, Debug)]
pub struct PlaceRow {
    /// The role.
    pub role: Role,
    /// The dates.
    pub term: Term,
}

/// A membership to be written.
#[derive(Clone, Debug)]
pub struct NewPlace<'a> {
    /// The row's id.
    pub id: &'a MembershipId,
    /// Of this practice.
    pub practice: &'a PracticeId,
    /// The person.
    pub user: &'a UserId,
    /// In which role.
    pub role: Role,
    /// Between which dates.
    pub term: &'a Term,
    /// By whom it is written.
    pub by: &'a UserId,
    /// Since when the person belongs to the practice.
    pub joined: Timestamp,
    /// Now.
    pub now: Timestamp,
}

impl NewPlace<'_> {
    /// Whether it is of somebody who can help everyone else for as long as one can see.
    fn stays(&self) -> bool {
        self.role.has_full_access()
            && self.term.ends.is_none()
            && self.term.at(self.now) == Standing::Here
    }
}

/// The dates as they were kept.
pub(super) fn term(starts: i64, ends: i64, left: Option<i64>) -> Result<Term, Fault> {
    Ok(Term {
        starts: at_maybe(Some(starts).filter(|starts| *starts > 0))?,
        ends: at_maybe(Some(ends).filter(|ends| *ends < NO_END))?,
        left: at_maybe(left)?,
    })
}

impl Tx {
    /// Gives a person a role in a practice; false if the person has one there.
    pub async fn add_membership(&mut self, new: NewPlace<'_>) -> Result<bool, Fault> {
        let made = sqlx::query(
            "INSERT INTO memberships (id, practice_id, user_id, role, from_at, by_user,
                                      starts_at, ends_at, joined_at, turn)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, COALESCE(MAX(turn), -1) + 1
             FROM memberships WHERE practice_id = $2 AND user_id = $3
             ON CONFLICT DO NOTHING",
        )
        .bind(new.id.to_string())
        .bind(new.practice.to_string())
        .bind(new.user.to_string())
        .bind(new.role.as_str())
        .bind(ms(new.now))
        .bind(new.by.to_string())
        .bind(new.term.starts.map_or(0, ms))
        .bind(new.term.ends.map_or(NO_END, ms))
        .bind(ms(new.joined))
        .execute(&mut *self.inner)
        .await?;
        Ok(made.rows_affected() == 1)
    }

    /// Closes a membership; false if there is none, or if the practice would be left without
    /// anybody who has full access, a password and no last day. The condition is part of the
    /// statement: of two who take each other's role at once, one fails.
    pub async fn close_membership(
        &mut self,
        practice: &PracticeId,
        user: &UserId,
        by: &UserId,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        Ok(self.close(practice, user, by, false, now).await?.is_some())
    }

    /// Writes a membership in place of the open one, which is closed; false as for
    /// [`Self::close_membership`]. Since when the person belongs to the practice stands.
    pub async fn change_membership(&mut self, new: NewPlace<'_>) -> Result<bool, Fault> {
        let Some(joined) = self
            .close(new.practice, new.user, new.by, new.stays(), new.now)
            .await?
        else {
            return Ok(false);
        };
        self.add_membership(NewPlace { joined, ..new }).await
    }

    async fn close(
        &mut self,
        practice: &PracticeId,
        user: &UserId,
        by: &UserId,
        stays: bool,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Fault> {
        let closed: Option<(i64,)> = sqlx::query_as(concat!(
            "UPDATE memberships SET until_at = $4, until_by = $3
             WHERE practice_id = $1 AND user_id = $2 AND until_at IS NULL
               AND ($5 = 1 OR role <> 'full_access' OR EXISTS (",
            stays_sql!("$1", "$2", "$4", "$6"),
            "))
             RETURNING COALESCE(joined_at, from_at)",
        ))
        .bind(practice.to_string())
        .bind(user.to_string())
        .bind(by.to_string())
        .bind(ms(now))
        .bind(i64::from(stays))
        .bind(NO_END)
        .fetch_optional(&mut *self.inner)
        .await?;
        closed.map(|(joined,)| at(joined)).transpose()
    }

    /// Whether somebody else of a practice has full access, a password and no last day.
    pub async fn another_stays(
        &mut self,
        practice: &PracticeId,
        but: &UserId,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let other: Option<(i64,)> =
            sqlx::query_as(concat!(stays_sql!("$1", "$2", "$3", "$4"), " LIMIT 1"))
                .bind(practice.to_string())
                .bind(but.to_string())
                .bind(ms(now))
                .bind(NO_END)
                .fetch_optional(&mut *self.inner)
                .await?;
        Ok(other.is_some())
    }

    /// The newest membership of a person in a practice, whether it stands or not.
    pub async fn place(
        &mut self,
        practice: &PracticeId,
        user: &UserId,
    ) -> Result<Option<PlaceRow>, Fault> {
        let row: Option<(String, i64, i64, Option<i64>)> = sqlx::query_as(
            "SELECT role, starts_at, ends_at, until_at FROM memberships
             WHERE practice_id = $1 AND user_id = $2 ORDER BY turn DESC LIMIT 1",
        )
        .bind(practice.to_string())
        .bind(user.to_string())
        .fetch_optional(&mut *self.inner)
        .await?;
        row.map(|(role, starts, ends, left)| {
            Ok(PlaceRow {
                role: parse(&role)?,
                term: term(starts, ends, left)?,
            })
        })
        .transpose()
    }

    /// The practices a person belongs to now, the first joined first.
    pub async fn memberships(
        &mut self,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Vec<MembershipRow>, Fault> {
        let mut places = self.memberships_to_come_too(user, now).await?;
        places.retain(|place| place.begun);
        Ok(places)
    }

    /// As [`Self::memberships`], with those whose first day lies ahead.
    pub async fn memberships_to_come_too(
        &mut self,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Vec<MembershipRow>, Fault> {
        let rows: Vec<Columns> = sqlx::query_as(concat!(
            "SELECT practices.id, practices.name, practices.time_zone, memberships.role,
                    practices.idle_minutes, practices.absolute_hours,
                    rules.kind AS rule_kind, rules.bites_at AS rule_bites_at,
                    rules.from_at AS rule_from_at, users.name AS rule_by,
                    allowed_methods.decided, allowed_methods.before,
                    allowed_methods.bites_at AS narrows_at,
                    practices.remember_days, practices.tell_new_computer, practices.keep_names,
                    CASE WHEN memberships.starts_at <= $2 THEN 1 ELSE 0 END AS begun
             FROM memberships
             JOIN practices ON practices.id = memberships.practice_id
             LEFT JOIN rules ON rules.practice_id = practices.id AND rules.until_at IS NULL
             LEFT JOIN allowed_methods ON allowed_methods.practice_id = practices.id
                  AND allowed_methods.until_at IS NULL
             LEFT JOIN users ON users.id = rules.by_user
             WHERE memberships.user_id = $1 AND ",
            lasts_sql!("memberships", "$2"),
            " ORDER BY ",
            joined_sql!(),
            ", memberships.id",
        ))
        .bind(user.to_string())
        .bind(ms(now))
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter().map(membership).collect()
    }
}
