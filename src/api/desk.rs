//! The desk code: a colleague with full access lets somebody in who has no phone today.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Outcome, Secret, call};

/// A colleague steps up on the waiting screen itself and gives a reason. The session ends with the
/// day and has no step-up; at most 3 a day for one person. For a sign-in that waits for a code.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct LetIn {
    /// The colleague's e-mail address, as typed.
    pub email: String,
    /// The colleague's password, as typed.
    pub password: Secret,
    /// The code of the colleague's authenticator, as typed.
    pub code: Secret,
    /// Why.
    pub reason: String,
}
call!(LetIn => Outcome, "let-in", Guesses);
