//! Why a rule refuses an act.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A rule refuses the act, with the reason that a person can act on.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum NotAllowed {
    /// A practice of the person is, or will be, Mandatory.
    #[error("a practice's rule requires two-factor")]
    RequiredByRule,
    /// Someone with full access turned two-factor on for this person.
    #[error("someone with full access requires two-factor")]
    RequiredByFullAccess,
    /// The act is for people with full access.
    #[error("full access is needed")]
    FullAccessOnly,
    /// The act is done for somebody else, never for oneself.
    #[error("not for oneself")]
    OnOneself,
    /// The actor has no proven method, and the act needs a code.
    #[error("the actor is not Enabled")]
    ActorNotEnabled,
    /// No set-up is under way.
    #[error("no set-up was started")]
    NothingStarted,
    /// Another set-up was started since; this one is void.
    #[error("another set-up was started since")]
    Stale,
    /// The set-up was not confirmed in time.
    #[error("the set-up ended")]
    Expired,
    /// The person has no proven method of that kind.
    #[error("no such method")]
    NoSuchMethod,
    /// The person has a proven method of that kind already.
    #[error("the method is proven already")]
    AlreadyProven,
    /// The only method cannot be removed alone; turn off, or replace it.
    #[error("the only method")]
    OnlyMethod,
    /// Two-factor is not on, and nothing is enrolled.
    #[error("nothing to turn off")]
    NothingToTurnOff,
    /// Nothing is enrolled that a reset could close.
    #[error("nothing to reset")]
    NothingToReset,
    /// The session was opened at the desk and has no step-up.
    #[error("a session of the desk has no step-up")]
    DeskSession,
    /// The person was let in at the desk too often today.
    #[error("let in at the desk too often today")]
    DeskTooOften,
    /// Letting somebody in takes the colleague's authenticator, and there is none.
    #[error("letting somebody in takes an authenticator")]
    DeskAuthenticator,
    /// Who is to be let in has to set up two-factor first, which such a session cannot.
    #[error("who is to be let in has to set up first")]
    DeskSetUpDue,
    /// Two-factor is mandatory already: its start is not moved.
    #[error("two-factor is mandatory already")]
    StartReached,
    /// The actor has no method that stays allowed.
    #[error("the actor has no method that stays allowed")]
    OwnMethod,
    /// The practice has not said how to send.
    #[error("nothing is set up to send with")]
    NotConfigured,
    /// The practice does not allow the method for this person.
    #[error("the practice does not allow this method")]
    MethodNotAllowed,
    /// The person works in another practice too, where somebody has to ask for the same.
    #[error("the person's other practices have to agree")]
    OthersAgree,
    /// The account's address is not proven.
    #[error("the address is not proven")]
    AddressNotProven,
    /// What is asked belongs to whoever runs the backend, since several practices share it.
    #[error("several practices share the backend")]
    SharedBackend,
    /// The password was chosen by a letter to where the codes of this method go.
    #[error("codes of this method do not count at this sign-in")]
    MethodBarred,
}
