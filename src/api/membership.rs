//! A person's place in a practice: name, role, dates, leaving and coming back. Full access.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Ack, call};
use crate::domain::{Role, UserId};

/// Corrects a person's name. Needs full access wherever the person belongs, since the name is
/// read there too.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EditPerson {
    /// Whose.
    pub user: UserId,
    /// The new name.
    pub name: String,
}
call!(EditPerson => Ack, "edit-person");

/// Gives a person another role in the practice; it holds from the next request on.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetRole {
    /// To whom.
    pub user: UserId,
    /// The role.
    pub role: Role,
}
call!(SetRole => Ack, "set-role");

/// Sets the days between which a person works in the practice, in its time zone.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetDates {
    /// Whose.
    pub user: UserId,
    /// The first day as it was typed, the day before the month; empty for none.
    pub first_day: String,
    /// The last day, which is worked; empty for none.
    pub last_day: String,
}
call!(SetDates => Ack, "set-dates");

/// Ends a person's place in the practice, with the sessions there; not the person elsewhere.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Deactivate {
    /// Whom.
    pub user: UserId,
    /// Why.
    pub reason: String,
}
call!(Deactivate => Ack, "deactivate");

/// Gives a deactivated person the place back, in the role of before and without dates.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reactivate {
    /// Whom.
    pub user: UserId,
}
call!(Reactivate => Ack, "reactivate");
