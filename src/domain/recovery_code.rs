//! Recovery codes: the way in without the second factor.

use std::fmt;

use secrecy::SecretString;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::crockford::Letters;
use super::{Mistyped, Random};

/// Codes in one set. NIST SP 800-63B-4, 4.2.1.1.
pub const RECOVERY_CODES_PER_SET: usize = 10;

/// At so few codes left, after one was used, a new set must be made: our choice.
pub const RECOVERY_CODES_FEW: u32 = 3;

/// A single-use code of 80 bits, shown as four groups of Crockford's base32.
///
/// NIST SP 800-63B-4, 4.2.1.1 asks for at least 64 bits.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryCode(Letters<16>);

impl RecoveryCode {
    /// A new code of 80 random bits.
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

    /// The 16 canonical letters: what is hashed.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.as_str()
    }

    /// The code as it is shown, copied and printed.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        SecretString::from(self.0.grouped().as_str())
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(••••)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use secrecy::ExposeSecret;

    use super::*;
    use crate::domain::random::seeded::Seeded;

    #[test]
    fn a_code_is_shown_in_four_groups_and_read_back() {
        let code = RecoveryCode::generate(&Seeded::new(1));
        let text = code.to_text().expose_secret().to_owned();
        assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [4; 4]);
        assert_eq!(RecoveryCode::parse(&text).unwrap().expose(), code.expose());
        assert_eq!(format!("{code:?}"), "RecoveryCode(••••)");
    }

    #[test]
    fn codes_are_distinct() {
        let random = Seeded::new(2);
        let codes: HashSet<String> = (0..10_000)
            .map(|_| RecoveryCode::generate(&random).expose().to_owned())
            .collect();
        assert_eq!(codes.len(), 10_000);
    }
}
