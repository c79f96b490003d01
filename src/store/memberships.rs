//! Who belongs to which practice, in which role, and what that practice asks.

use super::allowed::allowance;
use super::locks::{absolute_hours, idle_minutes};
use super::practices::rule;
use super::{Fault, PracticeRow, RuleRow, Tx, at, ms, parse};
use crate::domain::{Allowance, MembershipId, PracticeId, Role, SessionLimits, Timestamp, UserId};

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
}

#[rustfmt::skip]
type Columns = (
    String, String, String, String,
    i64, i64,
    Option<String>, Option<i64>, Option<i64>, Option<String>,
    Option<String>, Option<String>, Option<i64>,
);

fn membership(row: Columns) -> Result<MembershipRow, Fault> {
    let (practice, name, time_zone, role, idle, absolute, kind, bites, from, by, ..) = row;
    let (.., decided, before, narrows) = row;
    Ok(MembershipRow {
        practice: PracticeRow {
            id: parse(&practice)?,
            name,
            time_zone,
        },
        role: parse(&role)?,
        limits: SessionLimits {
            idle: idle_minutes(idle)?,
            absolute: absolute_hours(absolute)?,
        },
        rule: RuleRow {
            rule: rule(&kind.unwrap_or_default(), bites)?,
            from: at(from.unwrap_or_default())?,
            by,
        },
        allowance: allowance((decided, before, narrows))?,
    })
}

impl Tx {
    /// Gives a person a role in a practice.
    pub async fn add_membership(
        &mut self,
        id: &MembershipId,
        practice: &PracticeId,
        user: &UserId,
        role: Role,
        by: &UserId,
        now: Timestamp,
    ) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO memberships (id, practice_id, user_id, role, from_at, by_user)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id.to_string())
        .bind(practice.to_string())
        .bind(user.to_string())
        .bind(role.as_str())
        .bind(ms(now))
        .bind(by.to_string())
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// The practices a person belongs to now, the first joined first.
    pub async fn memberships(&mut self, user: &UserId) -> Result<Vec<MembershipRow>, Fault> {
        let rows: Vec<Columns> = sqlx::query_as(
            "SELECT practices.id, practices.name, practices.time_zone, memberships.role,
                    practices.idle_minutes, practices.absolute_hours,
                    rules.kind, rules.bites_at, rules.from_at, users.name,
                    allowed_methods.decided, allowed_methods.before, allowed_methods.bites_at
             FROM memberships
             JOIN practices ON practices.id = memberships.practice_id
             LEFT JOIN rules ON rules.practice_id = practices.id AND rules.until_at IS NULL
             LEFT JOIN allowed_methods ON allowed_methods.practice_id = practices.id
                  AND allowed_methods.until_at IS NULL
             LEFT JOIN users ON users.id = rules.by_user
             WHERE memberships.user_id = $1 AND memberships.until_at IS NULL
             ORDER BY memberships.from_at, memberships.id",
        )
        .bind(user.to_string())
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter().map(membership).collect()
    }
}
