//! The statement: who was protected on a day, for an insurer or a regulator.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call;
use crate::domain::{MethodKind, Role, Rule, Status, Timestamp, UserId};

/// What was so at the end of a day in the practice's time zone; of today, what is so now.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The day: today, or one since the practice was made.
    #[schemars(with = "crate::domain::schema::Day")]
    pub day: jiff::civil::Date,
}
call!(Statement => StatementOf, "statement", Changes, super::LONGEST_FILE);

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatementOf {
    /// The practice's name.
    pub practice: String,
    /// Its IANA time zone, in which days begin and end.
    pub time_zone: String,
    /// The day.
    #[schemars(with = "crate::domain::schema::Day")]
    pub day: jiff::civil::Date,
    /// The moment that it tells of.
    #[schemars(with = "crate::domain::schema::Time")]
    pub at: Timestamp,
    /// When it was made.
    #[schemars(with = "crate::domain::schema::Time")]
    pub made: Timestamp,
    /// Who made it, by name.
    pub by: String,
    /// The rule that was in force.
    pub rule: Rule,
    /// Since when it was.
    #[schemars(with = "crate::domain::schema::Time")]
    pub rule_since: Timestamp,
    /// The people of the practice at that moment, by name.
    pub people: Vec<StatementLine>,
}

impl StatementOf {
    /// The days before the moment in which sign-ins are counted.
    pub const DAYS: i64 = 90;
}

/// A person in a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatementLine {
    /// The person.
    pub user: UserId,
    /// The name, as it is now.
    pub name: String,
    /// The role at that moment.
    pub role: Role,
    /// The status at that moment.
    pub status: Status,
    /// The kinds of the methods that were proven at that moment.
    pub methods: Vec<MethodKind>,
    /// Since when: of someone Enabled, the oldest of these proofs; of someone Activated, the
    /// oldest requirement.
    #[schemars(with = "Option<crate::domain::schema::Time>")]
    pub since: Option<Timestamp>,
    /// Sign-ins completed with a second step, in [`StatementOf::DAYS`].
    pub second_steps: u64,
    /// Apart from those, the sign-ins on a remembered computer.
    pub remembered: u64,
}
