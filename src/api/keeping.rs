//! What keeps a practice from being lost.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Secret, call};

/// Makes a new practice recovery key; the old one opens nothing any more. Full access with a
/// step-up by password and code, so only by someone Enabled.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct MakeRecoveryKey {}
call!(MakeRecoveryKey => RecoveryKeyMade, "make-recovery-key");

/// The new practice recovery key, shown once.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RecoveryKeyMade {
    /// The key: 128 random bits in groups of four.
    pub recovery_key: Secret,
}
