//! The practice's two-factor rule, the methods that it allows, and the dry run before either is
//! saved.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Line, call};
use crate::domain::{
    Allowance, AllowedMethods, Role, Rule, Starts, Status, Term, Timestamp, UserId,
};

/// Asks for the practice's rule. Full access.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PracticeRule {}
call!(PracticeRule => RuleInForce, "practice-rule", Reads);

/// Sets the practice's rule. Full access with a step-up; Mandatory only by someone Enabled, and
/// not from a later time while it bites already ([`crate::domain::NotAllowed::StartReached`]).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SetRule {
    /// The rule.
    pub rule: RuleAsked,
}
call!(SetRule => RuleInForce, "set-rule");

/// A rule, as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum RuleAsked {
    /// Nobody is asked; nobody who uses it is switched off.
    Optional,
    /// Everyone is asked at sign-in and may set it up later.
    Prompt,
    /// Everyone must finish set-up before anything else.
    Mandatory {
        /// From when.
        from: Starts,
    },
}

/// The rule in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleInForce {
    /// The rule and those before it, the newest first; the oldest are left out.
    pub history: Vec<RuleSet>,
    /// The methods that are allowed.
    pub allowance: Allowance,
}

impl RuleInForce {
    /// Rules of the past that are told.
    pub const HISTORY: u32 = 20;

    /// The rule itself.
    pub fn rule(&self) -> Rule {
        self.history
            .first()
            .map_or(Rule::Optional, |newest| newest.rule)
    }

    /// When two-factor begins to be mandatory, if that lies ahead.
    pub fn pending(&self, now: Timestamp) -> Option<Timestamp> {
        match self.rule() {
            Rule::Mandatory { bites } if bites > now => Some(bites),
            _ => None,
        }
    }
}

/// A rule that was set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleSet {
    /// The rule.
    pub rule: Rule,
    /// Who set it, by name; none for the rule that a practice begins with.
    pub by: Option<String>,
    /// When.
    #[schemars(with = "crate::domain::schema::Time")]
    pub at: Timestamp,
}

/// Decides which methods are allowed. A widening holds at once, a narrowing from its start. Full
/// access with a step-up, by someone who has a method that stays allowed
/// ([`crate::domain::NotAllowed::OwnMethod`]).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SetAllowed {
    /// What is allowed.
    pub allowed: AllowedMethods,
    /// From when nothing else is.
    pub from: Starts,
}
call!(SetAllowed => RuleInForce, "set-allowed");

/// Asks who would be stopped, before something is saved. Full access.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DryRun {
    /// By what.
    pub of: Planned,
    /// The page after this cursor; none for the first.
    pub after: Option<String>,
}
call!(DryRun => WouldStop, "dry-run", Reads);

/// What is planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "plan", rename_all = "snake_case")]
pub enum Planned {
    /// Two-factor for everyone.
    Mandatory,
    /// These methods and no others.
    Allowed {
        /// Which.
        allowed: AllowedMethods,
    },
    /// Two-factor for these people; [`Planned::MOST`] at most.
    TurnOn {
        /// Whom.
        users: Vec<UserId>,
    },
}

impl Planned {
    /// How many people may be named at once: ours. A request stays within 16 KiB
    /// (`wire::MOST_BYTES`).
    pub const MOST: usize = 300;

    /// Whether anybody is named, and not too many, where people are named.
    pub fn is_for_a_few(&self) -> bool {
        match self {
            Self::TurnOn { users } => (1..=Self::MOST).contains(&users.len()),
            Self::Mandatory | Self::Allowed { .. } => true,
        }
    }
}

/// Who would be stopped at the next sign-in, were it on now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WouldStop {
    /// By name, at most [`WouldStop::SIZE`].
    pub people: Vec<Stopped>,
    /// How many in all.
    pub stopped: u64,
    /// Of how many people who may sign in; where people are named, of those.
    pub of: u64,
    /// How many of those stopped could not be reached by their last message.
    pub unreached: u64,
    /// How many of those stopped must act and can: two-factor is required of them, and they have a
    /// password. A reminder goes to them.
    pub must_act: u64,
    /// Those who do not work there now and whom it would stop on coming back: who begins soonest,
    /// then who left last; at most [`WouldStop::AWAY`].
    pub away: Vec<Away>,
    /// How many those are in all.
    pub all_away: u64,
    /// The cursor of the next page, if there is one.
    pub next: Option<String>,
}

impl WouldStop {
    /// People on one page.
    pub const SIZE: usize = 50;
    /// People away who are told of by name.
    pub const AWAY: u32 = 5;
}

/// Somebody who was deactivated, has not begun or is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Away {
    /// Who.
    pub user: UserId,
    /// The name.
    pub name: String,
    /// The dates.
    pub term: Term,
}

/// Somebody who would be stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Stopped {
    /// Who.
    pub user: UserId,
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// The role.
    pub role: Role,
    /// The status now.
    pub status: Status,
    /// Whether the account has no password yet.
    pub invited: bool,
    /// The last sign-in.
    #[schemars(with = "Option<crate::domain::schema::Time>")]
    pub last_sign_in: Option<Timestamp>,
    /// How the last message to this person went, and when.
    #[schemars(with = "Option<(Line, crate::domain::schema::Time)>")]
    pub message: Option<(Line, Timestamp)>,
}
