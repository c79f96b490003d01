//! Why something was done to somebody else: asked for, kept in the audit log, shown to people.

use super::NameFault;
use super::name::is_forbidden;

/// The longest reason, in code points: a sentence, not a file.
pub const LONGEST_REASON: usize = 200;

/// A reason in somebody's own words: trimmed, 1 to 200 code points, one line, without characters
/// that hide or turn text, so that no reason can dress up as another row of the log (attack 59).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// Trims the text and judges it.
    ///
    /// # Errors
    ///
    /// A [`NameFault`].
    pub fn parse(text: &str) -> Result<Self, NameFault> {
        let text = text.trim();
        if !text.chars().any(char::is_alphanumeric) {
            return Err(NameFault::Empty);
        }
        if text.chars().nth(LONGEST_REASON).is_some() {
            return Err(NameFault::TooLong);
        }
        if text.chars().any(is_forbidden) {
            return Err(NameFault::Forbidden);
        }
        Ok(Self(text.to_owned()))
    }

    /// The reason as it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_something_in_one_line() {
        assert_eq!(
            Reason::parse(" lost phone \n").unwrap().as_str(),
            "lost phone"
        );
        assert!(Reason::parse(&"a".repeat(LONGEST_REASON)).is_ok());
        for (text, fault) in [
            ("", NameFault::Empty),
            (" \t\n", NameFault::Empty),
            ("...", NameFault::Empty),
            ("lost\r\nreset by Kim", NameFault::Forbidden),
            ("\u{1b}[2Klost", NameFault::Forbidden),
            ("lost \u{202e}enohp", NameFault::Forbidden),
        ] {
            assert_eq!(Reason::parse(text), Err(fault), "{text:?}");
        }
        let long = "a".repeat(LONGEST_REASON + 1);
        assert_eq!(Reason::parse(&long), Err(NameFault::TooLong));
    }
}
