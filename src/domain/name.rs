//! Names of people and practices: free text that must not be able to dress up as something else.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// The longest name, in code points: what fits a table's column and a QR code.
pub const LONGEST_NAME: usize = 80;

/// The longest text that is looked at, in bytes: no name of 80 code points needs more before it
/// is normalised.
const LONGEST_TYPED: usize = 1_024;

/// Why a text is not a name that we take.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum NameFault {
    /// There is no letter and no digit in it.
    #[error("no name was typed")]
    Empty,
    /// More than 80 code points.
    #[error("the name is too long")]
    TooLong,
    /// A line break, another control character, or one that is invisible or turns the direction
    /// of writing (attacks 62 and 98).
    #[error("the name has a character that cannot be shown")]
    Forbidden,
}

/// One newtype per kind of name.
macro_rules! name {
    ($(#[$doc:meta] $name:ident;)+) => {$(
        #[$doc]
        ///
        /// Trimmed, in Unicode form NFC, 1 to 80 code points, with at least one letter or digit,
        /// and without control characters or marks that hide or turn text.
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Trims the text and judges it.
            ///
            /// # Errors
            ///
            /// A [`NameFault`].
            pub fn parse(text: &str) -> Result<Self, NameFault> {
                parse(text).map(Self)
            }

            /// The name as it is shown.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameFault;

            fn from_str(text: &str) -> Result<Self, NameFault> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameFault;

            fn try_from(text: String) -> Result<Self, NameFault> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

name! {
    /// The name of a person, as colleagues know them.
    PersonName;
    /// The name of a practice.
    PracticeName;
    /// The name of a computer, as its people know it.
    ComputerName;
}

impl PersonName {
    /// One or two capital letters, of the first and the last word: "Dr Sam Lee" gives "SL".
    /// A title counts only when nothing else is there.
    #[must_use]
    pub fn initials(&self) -> String {
        let words: Vec<&str> = self
            .0
            .split_whitespace()
            .filter(|word| word.chars().any(char::is_alphanumeric))
            .collect();
        let named = match words.split_first() {
            Some((first, rest)) if !rest.is_empty() && is_title(first) => rest,
            _ => &words[..],
        };
        let ends = match named {
            [first, .., last] => vec![*first, *last],
            _ => named.to_vec(),
        };
        ends.iter()
            .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
            .flat_map(char::to_uppercase)
            .collect()
    }
}

fn is_title(word: &str) -> bool {
    const TITLES: &[&str] = &["dr", "mr", "mrs", "ms", "miss", "mx", "prof", "a/prof"];
    let word = word.trim_end_matches('.').to_lowercase();
    TITLES.contains(&word.as_str())
}

fn parse(text: &str) -> Result<String, NameFault> {
    let text = text.trim();
    if text.len() > LONGEST_TYPED {
        return Err(NameFault::TooLong);
    }
    let name: String = text.nfc().collect();
    if name.chars().any(is_forbidden) {
        return Err(NameFault::Forbidden);
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(NameFault::TooLong);
    }
    if !name.chars().any(char::is_alphanumeric) {
        return Err(NameFault::Empty);
    }
    Ok(name)
}

/// A text that others sent, as it may be shown: whatever [`PersonName`] refuses is seen as U+FFFD, so
/// that no two names look alike by it, and what is longer than `most` code points ends in three dots.
/// None if there is nothing to change.
pub(crate) fn tamed(text: &str, most: usize) -> Option<String> {
    let long = text.chars().nth(most).is_some();
    if !long && !text.chars().any(is_forbidden) {
        return None;
    }
    let seen = |c| if is_forbidden(c) { '\u{fffd}' } else { c };
    let kept = text.chars().map(seen);
    Some(match long {
        true => kept.take(most.saturating_sub(1)).chain(['…']).collect(),
        false => kept.collect(),
    })
}

/// Characters that break a line, turn the direction of writing, or cannot be seen. The joiners
/// U+200C and U+200D stay: some scripts need them.
pub(super) fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'
            | '\u{200e}' | '\u{200f}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffc}' | '\u{e0000}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_composed() {
        for (typed, kept) in [
            ("Sam Lee", "Sam Lee"),
            ("  Sam Lee\n", "Sam Lee"),
            ("Zoe\u{308}", "Zo\u{eb}"),
            ("O'Brien, M. (locum)", "O'Brien, M. (locum)"),
            ("李 小龍", "李 小龍"),
            ("a", "a"),
        ] {
            assert_eq!(PersonName::parse(typed).unwrap().as_str(), kept);
        }
        assert!(PracticeName::parse(&"\u{1f33b}a".repeat(40)).is_ok());
    }

    #[test]
    fn hidden_and_turning_characters_are_refused() {
        for typed in [
            "X\r\nBcc: a@b",
            "X\0",
            "a\tb",
            "a\u{1b}[31mb",
            "a\u{202e}b",
            "a\u{2066}b",
            "a\u{200f}b",
            "a\u{200b}b",
            "a\u{2028}b",
            "a\u{feff}b",
            "a\u{e0041}b",
            "a\u{85}b",
        ] {
            assert_eq!(
                PersonName::parse(typed),
                Err(NameFault::Forbidden),
                "{typed:?}"
            );
        }
        for typed in ["", "  ", "\u{a0}", "-", "\u{301}", "!!!"] {
            assert_eq!(PracticeName::parse(typed), Err(NameFault::Empty));
        }
        for length in [81, 2_000] {
            let typed = "a".repeat(length);
            assert_eq!(PersonName::parse(&typed), Err(NameFault::TooLong));
        }
        assert!(PersonName::parse(&"é".repeat(80)).is_ok());
    }

    #[test]
    fn what_others_sent_is_shown_in_one_short_line() {
        for (sent, shown) in [
            ("", None),
            ("Zoë 李 ab", None),
            ("a\u{202e}b", Some("a\u{fffd}b")),
            ("\u{1b}[31m\r\n", Some("\u{fffd}[31m\u{fffd}\u{fffd}")),
            ("Zoë 李 abc", Some("Zoë 李 a…")),
            ("\u{2066}bcdefghijk", Some("\u{fffd}bcdefg…")),
        ] {
            assert_eq!(tamed(sent, 8).as_deref(), shown, "{sent:?}");
        }
        for sent in ["Alex Lee", "Al\u{200b}ex Lee", "Alex\u{202d} Lee"] {
            let shown = tamed(sent, LONGEST_NAME).unwrap_or_else(|| sent.to_owned());
            assert_eq!(shown == "Alex Lee", sent == "Alex Lee");
            assert!(PersonName::parse(&shown).is_ok());
        }
        let all: String = ('\0'..=char::MAX).collect();
        let shown = tamed(&all, usize::MAX).unwrap();
        assert!(!shown.chars().any(is_forbidden));
    }

    #[test]
    fn initials_are_of_the_first_and_last_word() {
        for (name, initials) in [
            ("Sam Lee", "SL"),
            ("Dr Sam Lee", "SL"),
            ("Dr. Lee", "L"),
            ("Dr", "D"),
            ("Mary Anne O'Brien", "MO"),
            ("sam", "S"),
            ("(Sam) & Lee", "SL"),
            ("élodie ßtark", "ÉSS"),
        ] {
            assert_eq!(PersonName::parse(name).unwrap().initials(), initials);
        }
    }
}
