//! The practice's two-factor rule.

use serde::{Deserialize, Serialize};

use super::call;
use crate::domain::Timestamp;

/// Asks for the practice's rule. Full access.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PracticeRule {}
call!(PracticeRule => RuleInForce, "practice-rule");

/// Sets the practice's rule. Full access with a step-up; Mandatory only by someone Enabled.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetRule {
    /// The rule.
    pub rule: RuleAsked,
}
call!(SetRule => RuleInForce, "set-rule");

/// A rule, as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleAsked {
    /// Nobody is asked; nobody who uses it is switched off.
    Optional,
    /// Everyone is asked at sign-in and may set it up later.
    Prompt,
    /// Everyone must finish set-up before anything else, from now.
    MandatoryFromNow,
}

/// The rule in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleInForce {
    /// The rule.
    pub rule: RuleAsked,
    /// Who set it, by name; none for the rule that a practice begins with.
    pub by: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// The rule before it, if there was one.
    pub before: Option<RuleAsked>,
    /// How many people would be stopped at their next sign-in if it were Mandatory now.
    pub not_enabled: u64,
}
