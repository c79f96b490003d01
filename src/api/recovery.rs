//! Recovery codes of the signed-in person.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Ack, Secret, call};

/// Makes a set of recovery codes. It counts from the tick on ([`KeepRecoveryCodes`]); until then
/// the set before it does. Needs a step-up.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct MakeRecoveryCodes {}
call!(MakeRecoveryCodes => RecoveryCodes, "make-recovery-codes");

/// A set of recovery codes, shown once.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RecoveryCodes {
    /// Which set.
    pub set: String,
    /// The codes, in four groups of four.
    pub codes: Vec<Secret>,
}

/// "I have saved these": the set counts, and the one before it is dead.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct KeepRecoveryCodes {
    /// Which set.
    pub set: String,
}
call!(KeepRecoveryCodes => Ack, "keep-recovery-codes");

/// What is to be done about recovery codes after a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "recovery", rename_all = "snake_case")]
pub enum RecoveryDue {
    /// There is no set that counts: one is offered.
    NoSet,
    /// This sign-in used one up.
    Used {
        /// How many are left.
        left: u32,
        /// Whether so few are left that a new set must be made now.
        few: bool,
    },
}
