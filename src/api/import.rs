//! Many people at once, out of a list. Full access; nobody gets it by a list.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Invitation, call};
use crate::domain::Role;

/// The most people of one call: a long list is added in parts, which are counted and can be
/// stopped between two.
pub const PEOPLE_PER_IMPORT: usize = 50;

/// Which of these addresses belong to somebody who has a place in this practice, or had one; an
/// account elsewhere is told to nobody. At most [`PEOPLE_PER_IMPORT`].
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckImport {
    /// The addresses.
    pub emails: Vec<String>,
}
call!(CheckImport => Vec<bool>, "check-import", Reads);

/// Adds people, each with an invitation to hand over; whoever has an account elsewhere is offered a
/// place, which is answered the same. None for whoever has a place here, or had one. At most
/// [`PEOPLE_PER_IMPORT`], all of them or none.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportPeople {
    /// Whom.
    pub people: Vec<Imported>,
    /// Whether each invitation is also sent to its address, where the practice has mail.
    #[serde(default)]
    pub send: bool,
}
call!(ImportPeople => Vec<Option<Invitation>>, "import-people");

/// Somebody of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Imported {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// The role; full access is refused.
    pub role: Role,
}
