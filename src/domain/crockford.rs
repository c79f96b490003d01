//! Codes that people copy by hand: Crockford's base32, read forgivingly by one rule.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::Random;

/// The digits and letters of Crockford's base32: no I, L, O and U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Letters in one group, as shown.
const GROUP: usize = 4;

/// The most characters that are looked at.
const LONGEST_TYPED: usize = 200;

/// Why a text is not a code of the wanted kind. It says what to look for, not what is right.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Mistyped {
    /// Too few or too many letters.
    #[error("the code does not have the right length")]
    Length,
    /// A sign that no such code has.
    #[error("the code has a sign that does not belong to it")]
    Letter,
    /// The letters do not fit together: one was mistaken for another, or two were swapped.
    #[error("a letter of the code was mistyped")]
    Check,
}

/// `N` letters of base32 in their canonical form: upper-case, without groups.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(super) struct Letters<const N: usize>([u8; N]);

impl<const N: usize> Letters<N> {
    /// `N` random letters: `5 * N` bits.
    pub(super) fn generate(random: &dyn Random) -> Self {
        let mut letters = Self([0; N]);
        random.fill(&mut letters.0);
        for letter in &mut letters.0 {
            // 256 is a multiple of 32, so that every letter is equally likely.
            *letter = ALPHABET[usize::from(*letter & 31)];
        }
        letters
    }

    /// Reads letters of either case, with O for 0, I and L for 1, and spaces, line breaks and
    /// hyphens anywhere. Nothing more is forgiven, so that no two codes are read as one
    /// (attack 44).
    pub(super) fn parse(typed: &str) -> Result<Self, Mistyped> {
        if typed.chars().nth(LONGEST_TYPED).is_some() {
            return Err(Mistyped::Length);
        }
        let mut letters = Self([0; N]);
        let mut count = 0;
        for typed in typed.chars().filter(|c| !is_separator(*c)) {
            let letter = canonical(typed).ok_or(Mistyped::Letter)?;
            *letters.0.get_mut(count).ok_or(Mistyped::Length)? = letter;
            count += 1;
        }
        if count == N {
            Ok(letters)
        } else {
            Err(Mistyped::Length)
        }
    }

    /// The letters of `5 * N` bits, most significant first; bits beyond those of `bytes` are 0.
    pub(super) fn encode(bytes: &[u8]) -> Self {
        let mut letters = Self([0; N]);
        for (place, letter) in letters.0.iter_mut().enumerate() {
            let value = (place * 5..place * 5 + 5)
                .fold(0, |value, at| value << 1 | usize::from(bit(bytes, at)));
            *letter = ALPHABET[value & 31];
        }
        letters
    }

    /// The first `bytes.len() * 8` bits of the letters.
    pub(super) fn decode_into(&self, bytes: &mut [u8]) {
        bytes.fill(0);
        for (place, letter) in self.0.iter().enumerate() {
            let value = ALPHABET.iter().position(|l| l == letter).unwrap_or(0);
            for within in 0..5 {
                let at = place * 5 + within;
                if let Some(byte) = bytes.get_mut(at / 8) {
                    let set = value >> (4 - within) & 1 == 1;
                    *byte |= u8::from(set) << (7 - at % 8);
                }
            }
        }
    }

    /// The canonical text: what is hashed and compared.
    pub(super) fn as_str(&self) -> &str {
        // Only letters of the alphabet are ever put in.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The text as shown, in groups of four joined by hyphens.
    pub(super) fn grouped(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(N + N / GROUP));
        for (place, letter) in self.0.iter().enumerate() {
            if place > 0 && place % GROUP == 0 {
                text.push('-');
            }
            text.push(char::from(*letter));
        }
        text
    }
}

/// Bit `at` of the bytes, most significant first.
pub(super) fn bit(bytes: &[u8], at: usize) -> bool {
    bytes
        .get(at / 8)
        .is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1)
}

fn is_separator(c: char) -> bool {
    c.is_ascii_whitespace()
        || matches!(
            c,
            '-' | '\u{a0}' | '\u{2010}' | '\u{2011}' | '\u{2012}' | '\u{2013}'
        )
}

fn canonical(typed: char) -> Option<u8> {
    let letter = u8::try_from(typed).ok()?.to_ascii_uppercase();
    let letter = match letter {
        b'O' => b'0',
        b'I' | b'L' => b'1',
        other => other,
    };
    ALPHABET.contains(&letter).then_some(letter)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::random::seeded::Seeded;

    #[test]
    fn one_rule_forgives_case_gaps_and_look_alikes() {
        for typed in [
            "01AB-CDEF",
            "01abcdef",
            " o1ab cdef\n",
            "OIAB\u{2011}CDEF",
            "oLab--cdef",
            "0l-AB-CD-EF",
        ] {
            let read = Letters::<8>::parse(typed);
            assert_eq!(
                read.as_ref().map(Letters::as_str),
                Ok("01ABCDEF"),
                "{typed}"
            );
        }
        for (typed, fault) in [
            ("", Mistyped::Length),
            ("01ABCDE", Mistyped::Length),
            ("01ABCDEF0", Mistyped::Length),
            ("01ABCDEU", Mistyped::Letter),
            ("01ABCDE*", Mistyped::Letter),
            ("01ABCDE\u{ff26}", Mistyped::Letter),
            ("01ABCDE\0", Mistyped::Letter),
        ] {
            assert_eq!(Letters::<8>::parse(typed).err(), Some(fault), "{typed}");
        }
        let long = "-".repeat(10_000);
        assert_eq!(Letters::<8>::parse(&long).err(), Some(Mistyped::Length));
    }

    #[test]
    fn letters_are_uniform() {
        let random = Seeded::new(44);
        let mut counts = [0_u32; 256];
        for _ in 0..2_000 {
            for letter in Letters::<16>::generate(&random).0 {
                counts[usize::from(letter)] += 1;
            }
        }
        let expected = 1_000.0;
        let chi_square: f64 = ALPHABET
            .iter()
            .map(|l| (f64::from(counts[usize::from(*l)]) - expected).powi(2) / expected)
            .sum();
        // The 99.99 % point for 31 degrees of freedom.
        assert!(chi_square < 66.6, "{chi_square}");
    }

    proptest! {
        #[test]
        fn every_spelling_reads_back_and_no_two_codes_collide(
            a in prop::collection::vec(0_usize..32, 16),
            b in prop::collection::vec(0_usize..32, 16),
        ) {
            let text = |values: &[usize]| -> String {
                values.iter().map(|v| char::from(ALPHABET[*v])).collect()
            };
            let read = |text: &str| Letters::<16>::parse(text).unwrap();
            let (a_text, b_text) = (text(&a), text(&b));
            let a_read = read(&a_text);
            prop_assert_eq!(a_read.as_str(), &a_text);
            prop_assert_eq!(a_read.as_str() == read(&b_text).as_str(), a == b);
            let spoken = a_text.replace('0', "o").replace('1', "L").to_lowercase();
            prop_assert!(read(&spoken).as_str() == a_text);
            let grouped = a_read.grouped();
            prop_assert!(read(&grouped).as_str() == a_text);
        }

        #[test]
        fn bytes_survive_the_letters(bytes in any::<[u8; 10]>()) {
            let mut back = [0; 10];
            Letters::<16>::encode(&bytes).decode_into(&mut back);
            prop_assert_eq!(back, bytes);
        }

        #[test]
        fn hostile_text_never_panics(text in any::<String>()) {
            let _ = Letters::<16>::parse(&text);
        }
    }
}
