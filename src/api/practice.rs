//! Several practices of one backend: making another, a place in it, going from one to the other.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Ack, Admitted, Invitation, Secret, call};
use crate::domain::{PracticeId, Role};

/// Makes another practice, with an invitation for its first person, who has full access. For
/// whoever runs the backend: no token reaches it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddPractice {
    /// Its name.
    pub practice: String,
    /// Its IANA time zone.
    pub time_zone: String,
    /// The first person's name.
    pub name: String,
    /// The first person's e-mail address. Who has an account already accepts the place in it.
    pub email: String,
}
call!(AddPractice => PracticeAdded, "add-practice");

/// A practice that was made.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PracticeAdded {
    /// The practice.
    pub practice: PracticeId,
    /// For the first person.
    pub invitation: Invitation,
    /// Whether that person has an account already, and is offered the place.
    pub has_account: bool,
}

/// A practice that a person belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OwnPractice {
    /// The practice.
    pub practice: PracticeId,
    /// Its name.
    pub name: String,
    /// The person's role in it.
    pub role: Role,
}

/// A place in another practice that waits to be accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Offered {
    /// The practice's name.
    pub practice: String,
    /// The role.
    pub role: Role,
}

/// Accepts a place in another practice, with the code that was handed over. Needs a proven
/// address: [`crate::domain::NotAllowed::AddressNotProven`].
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptPlace {
    /// As typed.
    pub code: Secret,
}
call!(AcceptPlace => Ack, "accept-place", Guesses);

/// Goes on in another practice of one's own. Answers a new token, which has no step-up; the old
/// one is dead.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SwitchPractice {
    /// The practice.
    pub practice: PracticeId,
}
call!(SwitchPractice => Admitted, "switch-practice");
