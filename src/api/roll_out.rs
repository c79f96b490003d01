//! How far two-factor has come in the practice.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Counts, call};

/// Asks how many people were in each status, by day. Full access.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RollOut {
    /// How many days back, today included; [`RollOut::MOST`] at most.
    pub days: u32,
}
call!(RollOut => Vec<RollOutDay>, "roll-out", Reads);

impl RollOut {
    /// The most days that are told at once: a quarter.
    pub const MOST: u32 = 92;
}

/// A day in the practice's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RollOutDay {
    /// The day.
    #[schemars(with = "crate::domain::schema::Day")]
    pub date: Date,
    /// How many people were in each status at its end, or are now.
    pub counts: Counts,
}
