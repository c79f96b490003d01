//! Codes that are sent: how far they have come, once more, another way.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Challenge, Outcome, Secret, call};
use crate::domain::{MethodKind, NotDelivered, NotSent, Timestamp};

/// What a screen that waits for a sent code has to say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SentCode {
    /// Where to, masked: three digits at most, or the first letter and the domain's first letter.
    pub to: String,
    /// How far it has come.
    pub line: Line,
    /// When the code is good no longer; none if there is none.
    #[schemars(with = "Option<crate::domain::schema::Time>")]
    pub ends: Option<Timestamp>,
    /// From when it may be sent again.
    #[schemars(with = "crate::domain::schema::Time")]
    pub again: Timestamp,
}

/// What a call that tells of a code is to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ToSend {
    /// A code, unless one is live.
    IfNone,
    /// **Send again**. [`super::Error::TooSoon`] before its time.
    Again,
}

/// How far a message has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "line", rename_all = "snake_case")]
pub enum Line {
    /// It is about to be handed over.
    Queued,
    /// The provider took it.
    HandedOver {
        /// When.
        #[schemars(with = "crate::domain::schema::Time")]
        at: Timestamp,
    },
    /// The provider says that it has arrived.
    Delivered {
        /// Since when we know it.
        #[schemars(with = "crate::domain::schema::Time")]
        at: Timestamp,
    },
    /// The provider took it and says that it has not arrived, and will not.
    NotDelivered {
        /// Why.
        why: NotDelivered,
    },
    /// It could not be handed over, and is tried again.
    Again {
        /// What stands in the way.
        why: NotSent,
        /// When it is tried next.
        #[schemars(with = "crate::domain::schema::Time")]
        at: Timestamp,
    },
    /// It could not be sent.
    Failed {
        /// What stands in the way.
        why: NotSent,
    },
    /// It ended before it could be sent.
    Dropped,
    /// So many messages were sent and not used that none is sent before this time.
    TooMany {
        /// When a place opens.
        #[schemars(with = "crate::domain::schema::Time")]
        until: Timestamp,
    },
    /// The practice has not said how to send.
    NotConfigured,
}

/// Asks how the sign-in stands that waits for a code.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ChallengeNow {}
call!(ChallengeNow => Challenge, "challenge-now", Reads);

/// **Send again**: the same code until it ends, then a new one. Resets no counter.
/// [`super::Error::TooSoon`] before its time.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SendAgain {}
call!(SendAgain => Challenge, "send-again");

/// **Try another way**: the sign-in asks for another proven method, and sends its code if that
/// has not been done.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TryAnother {
    /// Which.
    pub method: MethodKind,
}
call!(TryAnother => Challenge, "try-another");

/// The second step by a recovery code, which is dead afterwards.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SubmitRecoveryCode {
    /// As typed: either case, with or without hyphens.
    pub code: Secret,
}
call!(SubmitRecoveryCode => Outcome, "submit-recovery-code", Guesses);
