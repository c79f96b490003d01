//! What a person may do in a practice.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words;

/// The role of a person in one practice; a person may have another role in another practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees and helps everyone of the practice and sets its rules.
    FullAccess,
    /// Manages their own preferences only.
    Practitioner,
    /// Manages their own preferences only.
    Reception,
}

words!(Role {
    FullAccess => "full_access",
    Practitioner => "practitioner",
    Reception => "reception",
});

impl Role {
    /// Whether this is [`Role::FullAccess`].
    #[must_use]
    pub const fn has_full_access(self) -> bool {
        matches!(self, Self::FullAccess)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(*role));
        }
        assert!("Full_Access".parse::<Role>().is_err());
        assert!("".parse::<Role>().is_err());
    }
}
