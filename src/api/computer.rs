//! What a practice sets about the computers that its people sign in on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call;

/// Asks for it. Full access.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComputerRule {}
call!(ComputerRule => Computers, "computer-rule", Reads);

/// Sets it: what is remembered feels it at the next sign-in. Full access with a step-up.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetComputerRule {
    /// What is to hold.
    pub computers: Computers,
}
call!(SetComputerRule => Computers, "set-computer-rule");

/// What a practice sets about computers, as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Computers {
    /// Days for which a computer may be remembered: 1 to 30, or none for not at all.
    pub remember_days: Option<u32>,
    /// Whether a person is told of a sign-in on a new computer.
    pub tell_new: bool,
    /// Whether the sign-in screen of a computer keeps the names of who has been there.
    pub keep_names: bool,
}
