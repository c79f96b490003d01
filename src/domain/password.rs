//! Passwords: what may be chosen, and what is refused before a hash is spent on it.

use std::fmt;

use schemars::JsonSchema;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// The fewest code points of a chosen password. NIST SP 800-63B-4, 3.1.1.2; OWASP ASVS 5.0, 6.2.1.
pub const SHORTEST_PASSWORD: usize = 12;
/// The most code points of a password. NIST SP 800-63B-4, 3.1.1.2 asks to allow at least 64.
pub const LONGEST_PASSWORD: usize = 128;
/// The most bytes that are looked at at all, so that no input makes work (attack 2).
pub const LONGEST_PASSWORD_BYTES: usize = 1_024;

/// Code points by which the guesses are judged, a few first: the estimate grows steeply with the
/// length, and a password whose beginning withstands guessing does so as a whole. Only one that
/// begins weakly is judged by more.
const JUDGED: [usize; 2] = [24, 40];
/// Guesses below which a password is common. NIST SP 800-63B-4, 3.1.1.2 asks for a list of common
/// ones; zxcvbn's holds 30,000, and 10^8 guesses also reach their usual variations.
const FEWEST_GUESSES: u64 = 100_000_000;
/// The product's own name is no password either.
const PRODUCT: &str = "vestibule";

/// A password as typed, in Unicode form NFKC (NIST SP 800-63B-4, 3.1.1.2). Nothing is trimmed or
/// cut: case, spaces at the ends and NUL count (attack 3).
#[derive(Clone)]
pub struct Password(SecretString);

/// Why a password is not taken.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PasswordFault {
    /// Nothing was typed.
    #[error("no password was typed")]
    Empty,
    /// Fewer than 12 code points.
    #[error("the password has fewer than {} characters", SHORTEST_PASSWORD)]
    TooShort,
    /// More than 128 code points or 1,024 bytes.
    #[error("the password is too long")]
    TooLong,
    /// Among the common ones, or close to them.
    #[error("the password is one of the common ones")]
    Common,
    /// Made of the name of the person, the practice or the product.
    #[error("the password is made of a name")]
    MadeOfName,
}

impl Password {
    /// A password typed to sign in: only the bounds are judged, so that one that was chosen under
    /// other rules still opens.
    ///
    /// # Errors
    ///
    /// [`PasswordFault::Empty`] or [`PasswordFault::TooLong`].
    pub fn typed(text: &str) -> Result<Self, PasswordFault> {
        if text.is_empty() {
            return Err(PasswordFault::Empty);
        }
        if text.len() > LONGEST_PASSWORD_BYTES {
            return Err(PasswordFault::TooLong);
        }
        let (mut points, mut bytes) = (0, 0);
        for c in text.nfkc() {
            points += 1;
            bytes += c.len_utf8();
        }
        if points > LONGEST_PASSWORD {
            return Err(PasswordFault::TooLong);
        }
        // The room is made first: a string that grows leaves copies of itself behind.
        let mut normal = Zeroizing::new(String::with_capacity(bytes));
        normal.extend(text.nfkc());
        Ok(Self(SecretString::from(normal.as_str())))
    }

    /// A password that is being chosen. `made_of` are the names it must not be made of: of the
    /// person and the practice, and the e-mail address.
    ///
    /// # Errors
    ///
    /// Any [`PasswordFault`].
    pub fn chosen(text: &str, made_of: &[&str]) -> Result<Self, PasswordFault> {
        let password = Self::typed(text)?;
        let text = password.0.expose_secret();
        if text.chars().count() < SHORTEST_PASSWORD {
            return Err(PasswordFault::TooShort);
        }
        let words = words(made_of);
        if is_made_of(text, &words) {
            return Err(PasswordFault::MadeOfName);
        }
        let inputs: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut weakness = PasswordFault::Common;
        for points in JUDGED {
            let judged: Zeroizing<String> = Zeroizing::new(text.chars().take(points).collect());
            let entropy = zxcvbn::zxcvbn(&judged, &inputs);
            if entropy.guesses() >= FEWEST_GUESSES {
                return Ok(password);
            }
            if entropy.sequence().iter().any(is_name) {
                weakness = PasswordFault::MadeOfName;
            }
        }
        Err(weakness)
    }

    /// The bytes to hash.
    #[must_use]
    pub fn expose_bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

// All of it is.
impl ZeroizeOnDrop for Password {}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(••••)")
    }
}

/// The lower-case words of the names, each name also run together, and the product's name.
fn words(made_of: &[&str]) -> Vec<String> {
    let mut words = vec![PRODUCT.to_owned()];
    for name in made_of {
        let name: String = name.nfkc().flat_map(char::to_lowercase).collect();
        words.extend(name.split(|c: char| !c.is_alphabetic()).map(str::to_owned));
        words.push(name.chars().filter(|c| c.is_alphabetic()).collect());
    }
    // A single letter, as of "O'Brien", would be found in anything.
    words.retain(|word| word.chars().nth(1).is_some());
    words.sort_unstable();
    words.dedup();
    words
}

/// Whether the letters of the text are nothing but words, one after the other.
fn is_made_of(text: &str, words: &[String]) -> bool {
    let mut letters = Zeroizing::new(String::with_capacity(text.len() * 2));
    letters.extend(
        text.chars()
            .filter(|c| c.is_alphabetic())
            .flat_map(char::to_lowercase),
    );
    // Whether the first so many bytes are words.
    let mut reached = vec![false; letters.len() + 1];
    reached[0] = true;
    for at in 0..letters.len() {
        if reached[at] {
            for word in words {
                if letters.as_bytes()[at..].starts_with(word.as_bytes()) {
                    reached[at + word.len()] = true;
                }
            }
        }
    }
    !letters.is_empty() && reached.last() == Some(&true)
}

/// Whether this part of a password was recognised as one of the names, spelled some other way.
fn is_name(part: &zxcvbn::Match) -> bool {
    use zxcvbn::matching::patterns::MatchPattern;
    // The list's type is private to the crate; its name is not.
    matches!(&part.pattern, MatchPattern::Dictionary(found)
        if format!("{:?}", found.dictionary_name) == "UserInputs")
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;

    const NAMES: &[&str] = &[
        "Sam O'Brien",
        "Northside Family Practice",
        "sam.obrien@northside.example",
    ];

    fn bytes(text: &str) -> Vec<u8> {
        Password::typed(text).unwrap().expose_bytes().to_vec()
    }

    fn fault(text: &str) -> Option<PasswordFault> {
        Password::chosen(text, NAMES).err()
    }

    #[test]
    fn the_bounds_are_of_code_points() {
        use PasswordFault::{Empty, TooLong, TooShort};
        assert_eq!(fault(""), Some(Empty));
        assert_eq!(fault("wq7$Lr0!vZx"), Some(TooShort));
        assert_eq!(fault("wq7$Lr0!vZxp"), None);
        assert_eq!(fault("éüñçøåæœþðßł"), None);
        let long = "wq7$Lr0!".repeat(16);
        assert_eq!(fault(&long), None);
        assert_eq!(fault(&format!("{long}x")), Some(TooLong));
        assert_eq!(Password::typed(&"x".repeat(129)).err(), Some(TooLong));
        assert!(Password::typed(&"𝔵".repeat(128)).is_ok());
        // Each of these is 18 code points in NFKC.
        assert_eq!(Password::typed(&"\u{fdfa}".repeat(8)).err(), Some(TooLong));
        let huge = "x".repeat(10_000_000);
        assert_eq!(Password::typed(&huge).err(), Some(TooLong));
        assert!(Password::typed(" ").is_ok());
    }

    #[test]
    fn common_passwords_are_refused() {
        for text in [
            "123456789012",
            "passwordpassword",
            "password1234",
            "Password123!",
            "qwertyuiop123",
            "aaaaaaaaaaaa",
            "abcdefghijkl",
            "iloveyou1234",
            "1qaz2wsx3edc",
            "administrator",
            "000000000000",
        ] {
            assert_eq!(fault(text), Some(PasswordFault::Common), "{text}");
        }
    }

    #[test]
    fn names_are_refused() {
        for text in [
            "northside2026",
            "Northside!2026",
            "NorthsideFamily",
            "sam.obrien.2026",
            "SamOBrien1234",
            "vestibule2026",
            "Vestibule-Vestibule",
            "northside-sam-practice",
            "N0rths1de2026",
        ] {
            assert_eq!(fault(text), Some(PasswordFault::MadeOfName), "{text}");
        }
    }

    #[test]
    fn good_passwords_are_taken() {
        for text in [
            "correct horse battery staple",
            "northside lilac umbrella 9",
            "purple-wombat-kettle",
            "Tr7!kq92-Zpx0",
            "мой дядя самых честных",
        ] {
            assert_eq!(fault(text), None, "{text}");
        }
    }

    #[test]
    fn forms_of_one_text_are_one_password() {
        assert_eq!(bytes("zoe\u{308}"), bytes("zo\u{eb}"));
        assert_eq!(bytes("ｆｕｌｌ"), bytes("full"));
        let password = Password::typed("canary").unwrap();
        assert_eq!(format!("{password:?}"), "Password(••••)");
    }

    proptest! {
        /// Attack 3, around the lengths at which other systems cut.
        #[test]
        fn the_last_character_counts(
            body in "[ -~]{120}",
            length in prop::sample::select(vec![11_usize, 55, 63, 64, 71, 72, 73, 100]),
            a in proptest::char::range(' ', '~'),
            b in proptest::char::range(' ', '~'),
        ) {
            let body = &body[..length];
            let first = bytes(&format!("{body}{a}"));
            prop_assert_eq!(first == bytes(&format!("{body}{b}")), a == b);
            prop_assert_ne!(&first, &bytes(body));
            for more in [" ", "\0", "\0x", "\n", "\t"] {
                prop_assert_ne!(&first, &bytes(&format!("{body}{a}{more}")));
                prop_assert_ne!(&first, &bytes(&format!("{more}{body}{a}")));
            }
            if a.is_ascii_alphabetic() {
                let other = if a.is_ascii_lowercase() { a.to_ascii_uppercase() } else { a.to_ascii_lowercase() };
                prop_assert_ne!(&first, &bytes(&format!("{body}{other}")));
            }
        }

        #[test]
        fn hostile_text_never_panics(text in any::<String>(), name in any::<String>()) {
            let _ = Password::chosen(&text, &[&name]);
        }
    }
}
