//! A message to many people at once: a test of each address on file, or a reminder.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Line, Planned, call};
use crate::domain::{Timestamp, UserId};

/// What is sent to many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RoundKind {
    /// A test message: whether the address on file is reached.
    Test,
    /// A reminder to those who must set up two-factor.
    Reminder,
}

/// Sends a message to those who would be stopped by what is planned; a reminder only to those of
/// them who must act and can: two-factor is required of them, and they have a password. Each person gets one of a kind within 24 hours. Full access.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct StartRound {
    /// What is sent.
    pub kind: RoundKind,
    /// To whom.
    pub to: Planned,
}
call!(StartRound => RoundStarted, "start-round"; super::WHOLE);

/// What became of the request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoundStarted {
    /// The round; none if there was nobody to send to.
    pub round: Option<Round>,
    /// How many were left out, since they had one within 24 hours.
    pub too_soon: u64,
}

/// Asks for the newest round of a kind. Full access.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RoundNow {
    /// Which kind.
    pub kind: RoundKind,
}
call!(RoundNow => Option<Round>, "round-now", Reads);

/// Takes back what of a round has not gone out. Full access.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CancelRound {
    /// Which kind; of it the newest.
    pub kind: RoundKind,
}
call!(CancelRound => Option<Round>, "cancel-round");

/// How far a round has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Round {
    /// What is sent.
    pub kind: RoundKind,
    /// When it was asked for.
    #[schemars(with = "crate::domain::schema::Time")]
    pub at: Timestamp,
    /// To how many.
    pub all: u64,
    /// How many messages have not gone out yet.
    pub waiting: u64,
    /// How many a mail server has taken.
    pub handed_over: u64,
    /// How many could not be sent.
    pub failed: u64,
    /// How many were taken back, or ended before they could be sent.
    pub cancelled: u64,
    /// What became of each, failures first; at most [`Round::SHOWN`].
    pub people: Vec<Reached>,
}

impl Round {
    /// People that are told of by name.
    pub const SHOWN: u32 = 100;
}

/// What became of the message to one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reached {
    /// Who.
    pub user: UserId,
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// How far it has come.
    pub line: Line,
}
