//! Codes that admit once: invitations, and the hand-over for a forgotten password.

use std::fmt;

use secrecy::SecretString;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::crockford::Letters;
use super::{Mistyped, Random};

/// Hours that an invitation, or a hand-over code, is good for. OWASP ASVS 5.0, 6.4.1.
pub const INVITATION_HOURS: i64 = 24;

/// A single-use code of 60 bits, read out or handed over on paper: three groups of four letters
/// of Crockford's base32. OWASP ASVS 5.0, 6.4.1.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct InvitationCode(Letters<12>);

impl InvitationCode {
    /// A new code of 60 random bits.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        Self(Letters::generate(random))
    }

    /// Reads what was typed: either case, O for 0, I and L for 1, hyphens and spaces anywhere.
    ///
    /// # Errors
    ///
    /// [`Mistyped::Length`] or [`Mistyped::Letter`].
    pub fn parse(typed: &str) -> Result<Self, Mistyped> {
        Letters::parse(typed).map(Self)
    }

    /// The 12 canonical letters: what is hashed.
    #[must_use]
    pub fn expose_normal(&self) -> &str {
        self.0.as_str()
    }

    /// The code as it is shown and handed over.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        SecretString::from(self.0.grouped().as_str())
    }
}

impl fmt::Debug for InvitationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvitationCode(••••)")
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::domain::random::seeded::Seeded;

    #[test]
    fn a_code_is_shown_in_three_groups_and_read_back() {
        let code = InvitationCode::generate(&Seeded::new(1));
        let text = code.to_text().expose_secret().to_owned();
        assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [4; 3]);
        let read = InvitationCode::parse(&text.to_lowercase()).unwrap();
        assert_eq!(read.expose_normal(), code.expose_normal());
        assert_eq!(format!("{code:?}"), "InvitationCode(••••)");
    }
}
