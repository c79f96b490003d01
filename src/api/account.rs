//! The signed-in person: who it is, the step-up, the end of the session.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Secret, SentCode, ToSend, Token, call};
use crate::domain::{MethodKind, PracticeId, Role, UserId};

/// Done, with nothing to tell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ack {}

/// Asks who is signed in.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct WhoAmI {}
call!(WhoAmI => Me, "who-am-i", Reads);

/// The signed-in person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Me {
    /// The person.
    pub user: UserId,
    /// The person's name.
    pub name: String,
    /// The person's e-mail address.
    pub email: String,
    /// The role in the practice of this session.
    pub role: Role,
    /// The practice of this session.
    pub practice: PracticeId,
    /// Its name.
    pub practice_name: String,
    /// All practices of the person, the first joined first.
    pub practices: Vec<super::OwnPractice>,
    /// Its IANA time zone, in which every time of the practice is shown.
    pub time_zone: String,
}

/// Proves afresh who sits here: the password, and a code if a method is proven
/// (ASVS 5.0 7.5). Answers a new token; the old one is dead.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct StepUp {
    /// As typed.
    pub password: Secret,
    /// As typed; needed if a method is proven.
    pub code: Option<Secret>,
    /// What the code is; the preferred method's if it is not said.
    pub by: Option<Way>,
}
call!(StepUp => SteppedUp, "step-up", Guesses);

/// A way through a step-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "way", content = "method", rename_all = "snake_case")]
pub enum Way {
    /// A code of this method.
    Method(MethodKind),
    /// A recovery code, which is dead afterwards.
    RecoveryCode,
}

/// Asks what a step-up needs, and sends the code of a method whose codes are sent.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SendStepUp {
    /// The method to ask for; the preferred one if it is not said.
    pub method: Option<MethodKind>,
    /// What is to be sent.
    pub send: ToSend,
}
call!(SendStepUp => StepUpAsked, "send-step-up");

/// How a step-up by this method stands. The screen asks it every second.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct StepUpNow {
    /// As for [`SendStepUp`].
    pub method: Option<MethodKind>,
}
call!(StepUpNow => StepUpAsked, "step-up-now", Reads);

/// What a step-up needs besides the password.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepUpAsked {
    /// The method whose code is asked for; none if none is proven.
    pub method: Option<MethodKind>,
    /// The code that was sent, where the method sends one.
    pub sent: Option<SentCode>,
    /// The other methods that may be asked for instead.
    pub ways: Vec<MethodKind>,
    /// Whether a recovery code may be used instead.
    pub recovery: bool,
}

/// The session after a step-up.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SteppedUp {
    /// The session's new token.
    pub token: Token,
}

/// Ends the session, or the sign-in that still waits for a code or a set-up.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SignOut {}
call!(SignOut => Ack, "sign-out");
