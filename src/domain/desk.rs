//! The desk code: eight digits that a colleague reads out to somebody who has no phone today.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::Random;
use super::code::{NotACode, below};

/// Minutes for which a desk code is good (ours, the longest of a sent code's).
pub const DESK_CODE_MINUTES: i64 = 10;

/// How many there are: guessing one in the five tries of a sign-in succeeds once in twenty million.
const CODES: u32 = 100_000_000;
const DIGITS: usize = 8;
/// The most characters that are looked at: the digits, and what may stand between them.
const LONGEST_TYPED: usize = 24;

/// Eight ASCII digits, leading zeros kept.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DeskCode(String);

impl DeskCode {
    /// A new code, uniform over all of them.
    #[must_use]
    pub fn random(random: &dyn Random) -> Self {
        Self(format!("{:08}", below(random, CODES)))
    }

    /// Reads what was typed: eight digits, with spaces or hyphens between them.
    ///
    /// # Errors
    ///
    /// [`NotACode::Missing`] for anything else, [`NotACode::TooLong`] beyond 24 characters.
    pub fn parse(typed: &str) -> Result<Self, NotACode> {
        if typed.chars().nth(LONGEST_TYPED).is_some() {
            return Err(NotACode::TooLong);
        }
        let digits = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let code = Self(digits.collect());
        let right = code.0.len() == DIGITS && code.0.bytes().all(|byte| byte.is_ascii_digit());
        right.then_some(code).ok_or(NotACode::Missing)
    }

    /// The digits, for the keyed MAC and for whoever reads them out.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DeskCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeskCode(••••••••)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::random::seeded::Seeded;

    #[test]
    fn eight_digits_are_read_however_they_are_grouped() {
        for typed in ["01234567", " 0123 4567 ", "0123-4567", "01 23 45 67"] {
            assert_eq!(DeskCode::parse(typed).unwrap().expose(), "01234567");
        }
        for typed in ["", "0123456", "012345678", "0123 456x", "٠١٢٣٤٥٦٧"] {
            assert_eq!(
                DeskCode::parse(typed).err(),
                Some(NotACode::Missing),
                "{typed}"
            );
        }
        let long = DeskCode::parse(&" ".repeat(25));
        assert_eq!(long.err(), Some(NotACode::TooLong));
    }

    #[test]
    fn a_code_has_eight_digits_and_is_not_shown() {
        let random = Seeded::new(7);
        for _ in 0..1_000 {
            let code = DeskCode::random(&random);
            assert_eq!(
                DeskCode::parse(code.expose()).unwrap().expose(),
                code.expose()
            );
        }
        let code = DeskCode::parse("01234567").unwrap();
        assert_eq!(format!("{code:?}"), "DeskCode(••••••••)");
    }
}
