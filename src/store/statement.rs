//! The past, told from rows that were closed and never overwritten.

use std::collections::HashMap;

use super::practices::rule;
use super::{Fault, RuleRow, Tx, at, at_maybe, ms, parse};
use crate::domain::{MethodKind, PracticeId, Role, Timestamp, UserId};

/// Somebody who belonged to a practice at a moment.
#[derive(Clone, Debug)]
pub struct MemberThen {
    /// The person.
    pub user: UserId,
    /// The name, as it is now.
    pub name: String,
    /// The role at that moment.
    pub role: Role,
    /// Since when a Mandatory rule of any practice of the person had turned two-factor on.
    pub ruled: Option<Timestamp>,
    /// Since when it was turned on for this person.
    pub required: Option<Timestamp>,
    /// Sign-ins with a second step since another moment.
    pub second_steps: u64,
    /// Sign-ins on a remembered computer since that moment.
    pub remembered: u64,
}

/// A method that was not closed at a moment.
#[derive(Clone, Copy, Debug)]
pub struct MethodThen {
    /// Its kind.
    pub kind: MethodKind,
    /// When it was proven, if it was by then.
    pub proven: Option<Timestamp>,
    /// When its set-up ended by itself.
    pub ends: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Columns {
    id: String,
    name: String,
    role: String,
    ruled: Option<i64>,
    required: Option<i64>,
    second_steps: i64,
    remembered: i64,
}

impl Tx {
    /// When a practice was made.
    pub async fn practice_made(&mut self, practice: &PracticeId) -> Result<Timestamp, Fault> {
        let (made,): (i64,) = sqlx::query_as("SELECT made_at FROM practices WHERE id = $1")
            .bind(practice.to_string())
            .fetch_one(&mut *self.inner)
            .await?;
        at(made)
    }

    /// The rule of a practice just before a moment.
    pub async fn rule_then(
        &mut self,
        practice: &PracticeId,
        then: Timestamp,
    ) -> Result<Option<RuleRow>, Fault> {
        let row: Option<(String, Option<i64>, i64)> = sqlx::query_as(
            "SELECT kind, bites_at, from_at FROM rules
             WHERE practice_id = $2 AND from_at < $1 AND (until_at IS NULL OR until_at >= $1)
             ORDER BY from_at DESC, id DESC LIMIT 1",
        )
        .bind(ms(then))
        .bind(practice.to_string())
        .fetch_optional(&mut *self.inner)
        .await?;
        row.map(|(kind, bites, from)| {
            Ok(RuleRow {
                rule: rule(&kind, bites)?,
                from: at(from)?,
                by: None,
            })
        })
        .transpose()
    }

    /// Who belonged to a practice just before a moment, by name, with the sign-ins since another.
    pub async fn members_then(
        &mut self,
        practice: &PracticeId,
        then: Timestamp,
        since: Timestamp,
    ) -> Result<Vec<MemberThen>, Fault> {
        let rows: Vec<Columns> = sqlx::query_as(
            "SELECT users.id, users.name, memberships.role,
                (SELECT MIN(rules.from_at) FROM memberships places
                 JOIN rules ON rules.practice_id = places.practice_id
                 WHERE places.user_id = users.id
                   AND places.from_at < $1 AND (places.until_at IS NULL OR places.until_at >= $1)
                   AND places.starts_at < $1 AND places.ends_at >= $1
                   AND rules.from_at < $1 AND (rules.until_at IS NULL OR rules.until_at >= $1)
                   AND rules.kind = 'mandatory') AS ruled,
                (SELECT MIN(requirements.from_at) FROM requirements
                 WHERE requirements.user_id = users.id AND requirements.from_at < $1
                   AND (requirements.until_at IS NULL OR requirements.until_at >= $1)) AS required,
                (SELECT COUNT(*) FROM events WHERE events.practice_id = $2
                   AND events.actor = users.id AND events.kind = 'signed_in'
                   AND events.at >= $3 AND events.at < $1
                   AND events.factor NOT IN ('remembered_computer', 'desk_code')) AS second_steps,
                (SELECT COUNT(*) FROM events WHERE events.practice_id = $2
                   AND events.actor = users.id AND events.kind = 'signed_in'
                   AND events.at >= $3 AND events.at < $1
                   AND events.factor = 'remembered_computer') AS remembered
             FROM memberships JOIN users ON users.id = memberships.user_id
             WHERE memberships.practice_id = $2 AND memberships.from_at < $1
               AND memberships.starts_at < $1 AND memberships.ends_at >= $1
               AND (memberships.until_at IS NULL OR memberships.until_at >= $1)
             ORDER BY users.folded_name, users.id",
        )
        .bind(ms(then))
        .bind(practice.to_string())
        .bind(ms(since))
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter().map(member).collect()
    }

    /// The methods that the people of a practice had just before a moment, the oldest first.
    pub async fn methods_then(
        &mut self,
        practice: &PracticeId,
        then: Timestamp,
    ) -> Result<HashMap<UserId, Vec<MethodThen>>, Fault> {
        let rows: Vec<(String, String, Option<i64>, i64)> = sqlx::query_as(
            "SELECT methods.user_id, methods.kind,
                    CASE WHEN methods.proven_at < $1 THEN methods.proven_at END, methods.ends_at
             FROM methods
             WHERE methods.from_at < $1 AND (methods.until_at IS NULL OR methods.until_at >= $1)
               AND EXISTS (SELECT 1 FROM memberships WHERE memberships.user_id = methods.user_id
                   AND memberships.practice_id = $2)
             ORDER BY methods.proven_at NULLS FIRST, methods.id",
        )
        .bind(ms(then))
        .bind(practice.to_string())
        .fetch_all(&mut *self.inner)
        .await?;
        let mut methods: HashMap<UserId, Vec<MethodThen>> = HashMap::new();
        for (user, kind, proven, ends) in rows {
            methods.entry(parse(&user)?).or_default().push(MethodThen {
                kind: parse(&kind)?,
                proven: at_maybe(proven)?,
                ends: at(ends)?,
            });
        }
        Ok(methods)
    }
}

fn member(row: Columns) -> Result<MemberThen, Fault> {
    Ok(MemberThen {
        user: parse(&row.id)?,
        name: row.name,
        role: parse(&row.role)?,
        ruled: at_maybe(row.ruled)?,
        required: at_maybe(row.required)?,
        second_steps: u64::try_from(row.second_steps).unwrap_or_default(),
        remembered: u64::try_from(row.remembered).unwrap_or_default(),
    })
}
