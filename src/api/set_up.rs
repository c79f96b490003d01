//! Setting up a method: start, prove, cancel.

use serde::{Deserialize, Serialize};

use super::{Ack, Admitted, Secret, call};
use crate::domain::{MethodId, MethodKind, Status, Timestamp};

/// Starts the set-up of an authenticator app. A set-up that was started before is gone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StartAuthenticator {}
call!(StartAuthenticator => AuthenticatorKey, "start-authenticator");

/// The one reply that carries the secret of an authenticator; it is never shown again.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
    pub ends: Timestamp,
}

/// Proves a method that waits, with a code as typed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProveMethod {
    /// The method.
    pub method: MethodId,
    /// As typed.
    pub code: Secret,
}
call!(ProveMethod => Proven, "prove-method");

/// The method is proven.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Proven {
    /// The session, where this completed a sign-in that had to set up.
    pub admitted: Option<Admitted>,
}

/// Leaves the set-up: the former state stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CancelSetUp {}
call!(CancelSetUp => Ack, "cancel-set-up");

/// Asks for one's own methods and status.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MyMethods {}
call!(MyMethods => StatusFacts, "my-methods");

/// A person's status and what it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatusFacts {
    /// The derived status.
    pub status: Status,
    /// Since when: proven, or turned on by a person or by a Mandatory rule.
    pub since: Option<Timestamp>,
    /// Who turned two-factor on, or set the rule that does, by name.
    pub turned_on_by: Option<String>,
    /// From when it must be set up, if it must.
    pub due_from: Option<Timestamp>,
    /// The proven methods.
    pub methods: Vec<Method>,
    /// Whether somebody made it a requirement for this person, or the person did.
    pub turned_on: bool,
    /// Why the asker cannot turn it off, if not.
    pub keeps_on: Option<crate::domain::NotAllowed>,
}

/// A proven method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Method {
    /// Which kind.
    pub kind: MethodKind,
    /// Since when.
    pub proven: Timestamp,
}
