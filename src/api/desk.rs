//! The desk code: a colleague with full access lets somebody in who has no phone today.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Ack, Outcome, Secret, call};
use crate::domain::{Timestamp, UserId};

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

/// This sign-in waits for a code that a colleague makes on another computer. Asked again it goes on
/// waiting, and a code that was made for it stays.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskAtDesk {
    /// What this computer is called, by which the colleague knows it: 1 to 80 characters.
    pub computer: String,
}
call!(AskAtDesk => Ack, "ask-at-desk");

/// The sign-ins of somebody else that wait for a desk code. For full access.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AtDesk {
    /// Whose.
    pub user: UserId,
}
call!(AtDesk => Vec<DeskScreen>, "at-desk", Reads);

/// A sign-in that waits for a desk code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeskScreen {
    /// By what it is picked.
    pub screen: String,
    /// What the computer that it is on is called.
    pub computer: String,
    /// Since when it waits for one.
    #[schemars(with = "crate::domain::schema::Time")]
    pub since: Timestamp,
}

/// Makes the code of one of them, good for that one alone. For full access with a fresh code, as
/// every act on another's factors.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeDeskCode {
    /// Who is to be let in.
    pub user: UserId,
    /// Where.
    pub screen: String,
    /// Why.
    pub reason: String,
}
call!(MakeDeskCode => DeskCodeMade, "make-desk-code");

/// A desk code, shown once.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeskCodeMade {
    /// Eight digits.
    pub code: Secret,
    /// When it is good no longer.
    #[schemars(with = "crate::domain::schema::Time")]
    pub ends: Timestamp,
}

/// Gives the code that a colleague read out. What follows is as of [`LetIn`].
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SubmitDeskCode {
    /// The eight digits, as typed.
    pub code: Secret,
}
call!(SubmitDeskCode => Outcome, "submit-desk-code", Guesses);
