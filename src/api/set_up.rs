//! Setting up a method: start, prove, cancel.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Ack, Admitted, Secret, SentCode, call};
use crate::domain::{Channel, MethodId, MethodKind, Status, Timestamp};

/// Starts the set-up of an authenticator app. A set-up that was started before is gone.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct StartAuthenticator {
    /// The proven method of another kind that is closed in the moment this one is proven. One of
    /// the same kind is replaced unasked.
    pub replaces: Option<MethodKind>,
}
call!(StartAuthenticator => AuthenticatorKey, "start-authenticator");

/// The one reply that carries the secret of an authenticator; it is never shown again.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AuthenticatorKey {
    /// The method that waits for its code.
    pub method: MethodId,
    /// The `otpauth` address that the QR code holds.
    pub uri: Secret,
    /// The secret in base32, in groups of four, for typing.
    pub text: Secret,
    /// Shown in the app as the issuer.
    pub issuer: String,
    /// Shown in the app as the account.
    pub account: String,
    /// When an unproven set-up is gone.
    #[schemars(with = "crate::domain::schema::Time")]
    pub ends: Timestamp,
}

/// Asks which methods may be set up. For whoever may set one up, before the step-up too.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Choices {}
call!(Choices => Vec<Choice>, "choices", Reads);

/// A method that may be chosen, or what stands in the way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    /// Which.
    pub kind: MethodKind,
    /// What stands in the way.
    pub hindrance: Option<Hindrance>,
    /// Whether whoever asks has proven one.
    #[serde(default)]
    pub proven: bool,
}

/// Why a method cannot be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Hindrance {
    /// The practice has not said how to send: somebody with full access does it under Delivery.
    NotConfigured,
    /// The practice does not allow it for people with full access.
    NotForFullAccess,
    /// The practice does not allow it.
    NotAllowed,
}

/// Starts the set-up of a method whose codes are sent, and sends the first one. A set-up that was
/// started before is gone.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct StartSent {
    /// By which way.
    pub channel: Channel,
    /// The e-mail address or mobile number, as typed.
    pub to: String,
    /// As [`StartAuthenticator::replaces`].
    pub replaces: Option<MethodKind>,
}
call!(StartSent => SetUpSent, "start-sent");

/// A set-up whose code is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SetUpSent {
    /// The method that waits for its code.
    pub method: MethodId,
    /// The code.
    pub sent: SentCode,
    /// When an unproven set-up is gone.
    #[schemars(with = "crate::domain::schema::Time")]
    pub ends: Timestamp,
}

/// Asks how far the code of a set-up has come.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SetUpNow {
    /// The method.
    pub method: MethodId,
}
call!(SetUpNow => SetUpSent, "set-up-now", Reads);

/// **Send again**, in a set-up. [`super::Error::TooSoon`] before its time.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SendSetUpAgain {
    /// The method.
    pub method: MethodId,
}
call!(SendSetUpAgain => SetUpSent, "send-set-up-again");

/// Prefers another proven method: its codes are asked for first. Needs a step-up.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Prefer {
    /// Which.
    pub kind: MethodKind,
}
call!(Prefer => StatusFacts, "prefer");

/// Removes one of several proven methods. Needs a step-up.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RemoveMethod {
    /// Which.
    pub kind: MethodKind,
}
call!(RemoveMethod => StatusFacts, "remove-method");

/// Proves a method that waits, with a code as typed.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ProveMethod {
    /// The method.
    pub method: MethodId,
    /// As typed.
    pub code: Secret,
}
call!(ProveMethod => Proven, "prove-method", Guesses);

/// The method is proven.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Proven {
    /// The session, where this completed a sign-in that had to set up.
    pub admitted: Option<Admitted>,
}

/// Leaves the set-up: the former state stands.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CancelSetUp {}
call!(CancelSetUp => Ack, "cancel-set-up");

/// Asks for one's own methods and status.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct MyMethods {}
call!(MyMethods => StatusFacts, "my-methods", Reads);

/// A person's status and what it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StatusFacts {
    /// The derived status.
    pub status: Status,
    /// Since when: proven, or turned on by a person or by a Mandatory rule.
    #[schemars(with = "Option<crate::domain::schema::Time>")]
    pub since: Option<Timestamp>,
    /// Who turned two-factor on, or set the rule that does, by name.
    pub turned_on_by: Option<String>,
    /// From when it must be set up, if it must.
    #[schemars(with = "Option<crate::domain::schema::Time>")]
    pub due_from: Option<Timestamp>,
    /// The proven methods.
    pub methods: Vec<Method>,
    /// Whether somebody made it a requirement for this person, or the person did.
    pub turned_on: bool,
    /// Why the asker cannot turn it off, if not.
    pub keeps_on: Option<crate::domain::NotAllowed>,
    /// How many recovery codes are left; none if no set counts.
    pub recovery_left: Option<u32>,
}

/// A proven method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Method {
    /// Which kind.
    pub kind: MethodKind,
    /// Since when.
    #[schemars(with = "crate::domain::schema::Time")]
    pub proven: Timestamp,
    /// Whether its codes are asked for first.
    pub preferred: bool,
    /// Where its codes are sent, masked.
    pub to: Option<String>,
}
