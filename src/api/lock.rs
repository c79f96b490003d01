//! The life of a session: activity, lock, unlock, how long it lasts, on which computer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Ack, Me, Secret, Token, call};
use crate::domain::Timestamp;

/// Says that the person did something just now. No other call counts as activity but the
/// step-up and the unlock: whatever a page asks by itself keeps no session open (SECURITY.md,
/// attack 71).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Active {}
call!(Active => Lasting, "active");

/// Asks how long the session lasts, without being activity.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Lasts {}
call!(Lasts => Lasting, "lasts", Reads);

/// How long an open session lasts if nothing more is done in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Lasting {
    /// When it locks, by the backend's clock.
    #[schemars(with = "crate::domain::schema::Time")]
    pub locks: Timestamp,
    /// When it ends, whatever is done, by the backend's clock.
    #[schemars(with = "crate::domain::schema::Time")]
    pub ends: Timestamp,
}

/// Locks the session, due or not, and ends its step-up. One that is locked stays as it is.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Lock {}
call!(Lock => Ack, "lock");

/// Unlocks a locked session by its owner's password. Answers a new token, and is no step-up; the
/// tenth wrong password in a row ends the session (OWASP ASVS 5.0, 6.3.1; ten is ours).
///
/// # Errors
///
/// [`super::Error::Stale`] if the session is not locked; [`super::Error::NotSignedIn`] if it has
/// ended, also by this try.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Unlock {
    /// As typed.
    pub password: Secret,
}
call!(Unlock => Unlocked, "unlock", Guesses);

/// The session after an unlock.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Unlocked {
    /// The session's new token.
    pub token: Token,
    /// Whose it is.
    pub me: Me,
}

/// Makes the person of a session known on this computer: its wrong passwords are counted apart
/// from those of strangers from then on (SECURITY.md, attack 6). Once for each session.
///
/// # Errors
///
/// [`super::Error::Stale`] if the session has said where it is used.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct KnowComputer {
    /// What an earlier session on this computer was given, if it was kept.
    pub computer: Option<Secret>,
}
call!(KnowComputer => KnownComputer, "know-computer");

/// The computer that a person is known on.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct KnownComputer {
    /// A new token to be kept there, 256 bits as text; none if the one that was shown is good.
    pub computer: Option<Secret>,
}

/// Asks for the practice's session limits. Full access.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SessionRule {}
call!(SessionRule => SessionTimeOuts, "session-rule", Reads);

/// Sets the practice's session limits; open sessions feel it at their next call. Full access with
/// a step-up.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SetSessionRule {
    /// The limits.
    pub limits: SessionTimeOuts,
}
call!(SetSessionRule => SessionTimeOuts, "set-session-rule");

/// The session limits of a practice, as they are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SessionTimeOuts {
    /// Minutes without activity until a session locks: 5 to 60.
    pub idle_minutes: u32,
    /// Hours until a session ends: 1 to 24.
    pub absolute_hours: u32,
}
