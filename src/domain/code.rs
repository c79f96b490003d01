//! The six digits of a second step, and how they are found in what was typed or pasted.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::Random;

/// The most characters that are looked at: a pasted message is shorter (attack 27).
const LONGEST_TYPED: usize = 1_000;

/// The most separators between two digits of one code: enough for `" - "` and a line break.
const LONGEST_GAP: usize = 3;

/// A one-time code of six ASCII digits, leading zeros kept.
///
/// Six digits: RFC 4226, 5.3 and NIST SP 800-63B-4, 3.1.3.2. It is compared in constant time, and
/// shown neither by `Debug` nor otherwise by accident.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Code([u8; 6]);

/// Why no code was found in a text.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum NotACode {
    /// There is no run of exactly six digits.
    #[error("no six-digit code")]
    Missing,
    /// There is more than one code, and no way to tell which is meant.
    #[error("more than one six-digit code")]
    Several,
    /// More than 1,000 characters.
    #[error("too long to be a code")]
    TooLong,
}

impl Code {
    /// Finds the one code in what was typed or pasted.
    ///
    /// One rule, used everywhere: a code is a run of six ASCII digits; failing that, six digits
    /// with spaces, hyphens or line breaks between them ("123 456"). A run that is part of
    /// something longer (a word, a decimal, a signed number) is not a code, and digits of other
    /// scripts are not digits here.
    ///
    /// # Errors
    ///
    /// [`NotACode`] when there is not exactly one.
    pub fn find(typed: &str) -> Result<Self, NotACode> {
        if typed.chars().nth(LONGEST_TYPED).is_some() {
            return Err(NotACode::TooLong);
        }
        let chars: Zeroizing<Vec<char>> = Zeroizing::new(typed.chars().collect());
        let (mut whole, mut split) = (Found::default(), Found::default());
        let mut from = 0;
        while from < chars.len() {
            if !chars[from].is_ascii_digit() {
                from += 1;
                continue;
            }
            let end = end_of_chain(&chars, from);
            if stands_alone(&chars, from, end) {
                let mut digits = Zeroizing::new(Vec::with_capacity(end - from));
                for run in chars[from..end].split(|c| !c.is_ascii_digit()) {
                    whole.offer(run);
                    digits.extend_from_slice(run);
                }
                split.offer(&digits);
            }
            from = end;
        }
        // A whole run is preferred to a split one: "sent 24-11-25: 123456" has one code.
        if whole.count > 0 {
            whole.only()
        } else {
            split.only()
        }
    }

    /// A new code, uniform over 000000 to 999999 (NIST SP 800-63B-4, 3.1.3.2; attack 29).
    #[must_use]
    pub fn random(random: &dyn Random) -> Self {
        Self::from_number(below(random, 1_000_000))
    }

    /// The six digits, for sending, for the keyed MAC, and for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        // Only ASCII digits are ever put in.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The last six decimal digits of a number.
    pub(super) fn from_number(mut number: u32) -> Self {
        let mut digits = [b'0'; 6];
        for digit in digits.iter_mut().rev() {
            // A remainder of ten always fits a byte.
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
        }
        Self(digits)
    }

    fn from_digits(digits: &[char]) -> Option<Self> {
        let mut code = Self([b'0'; 6]);
        if digits.len() != code.0.len() {
            return None;
        }
        for (place, digit) in code.0.iter_mut().zip(digits) {
            *place = u8::try_from(*digit).ok().filter(u8::is_ascii_digit)?;
        }
        Some(code)
    }
}

/// A number below a limit, uniform over all of them.
pub(super) fn below(random: &dyn Random, limit: u32) -> u32 {
    // Rejection: a plain remainder of 2^32 would favour the low ones.
    let usable = u32::MAX - u32::MAX % limit;
    let mut bytes = Zeroizing::new([0; 4]);
    loop {
        random.fill(bytes.as_mut());
        let number = u32::from_be_bytes(*bytes);
        if number < usable {
            return number % limit;
        }
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Code {}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(••••••)")
    }
}

/// The first code found, and how many there were.
#[derive(Default)]
struct Found {
    first: Option<Code>,
    count: usize,
}

impl Found {
    fn offer(&mut self, digits: &[char]) {
        if let Some(code) = Code::from_digits(digits) {
            self.count += 1;
            self.first.get_or_insert(code);
        }
    }

    fn only(self) -> Result<Code, NotACode> {
        match (self.first, self.count) {
            (Some(code), 1) => Ok(code),
            (None, _) => Err(NotACode::Missing),
            _ => Err(NotACode::Several),
        }
    }
}

/// The end of the digits that begin at `from` and are joined by short gaps.
fn end_of_chain(chars: &[char], from: usize) -> usize {
    let mut end = from;
    loop {
        end += chars[end..]
            .iter()
            .take_while(|c| c.is_ascii_digit())
            .count();
        let gap = chars[end..]
            .iter()
            .take_while(|c| is_separator(**c))
            .count();
        let goes_on = chars.get(end + gap).is_some_and(char::is_ascii_digit);
        if gap == 0 || gap > LONGEST_GAP || !goes_on {
            return end;
        }
        end += gap;
    }
}

/// A space, hyphen or line break, as people and messages write them between the halves of a code.
fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '-'
            | '\t'
            | '\r'
            | '\n'
            | '\u{a0}'
            | '\u{2009}'
            | '\u{2011}'
            | '\u{2013}'
            | '\u{202f}'
    )
}

/// Whether the digits are neither part of a word or decimal, nor a signed number.
fn stands_alone(chars: &[char], from: usize, end: usize) -> bool {
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    let before = |back: usize| from.checked_sub(back).and_then(|at| chars.get(at)).copied();
    let after = |on: usize| chars.get(end + on).copied();
    let starts = match before(1) {
        Some('.' | ',') => !before(2).is_some_and(char::is_numeric),
        // "G-123456" is a code with a prefix; "-123456" is a number with a sign.
        Some('-' | '\u{2011}') => before(2).is_some_and(char::is_alphanumeric),
        Some('+' | '\u{2212}') => false,
        Some(c) => !in_word(c),
        None => true,
    };
    let ends = match after(0) {
        Some('.' | ',') => !after(1).is_some_and(char::is_numeric),
        Some(c) => !in_word(c),
        None => true,
    };
    starts && ends
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::random::seeded::Seeded;

    #[test]
    fn a_code_is_found_as_people_write_it() {
        for (typed, code) in [
            ("123456", "123456"),
            ("000000", "000000"),
            ("012345", "012345"),
            ("123 456", "123456"),
            ("123-456", "123456"),
            ("12 34 56", "123456"),
            ("123\u{a0}456", "123456"),
            ("  123456\r\n", "123456"),
            ("123\n456", "123456"),
            ("\n\n123 456\n", "123456"),
            ("Hills Clinic code: 123456. Ends in 10 minutes.", "123456"),
            ("123456 10 minutes", "123456"),
            ("Your code is 123 456, not for others", "123456"),
            ("G-123456 is your code", "123456"),
            ("(123456)", "123456"),
            ("\"123456\"", "123456"),
            ("sent 24-11-25 at 10:32: 123456", "123456"),
            ("Call 1300 555 123. Code 654321", "654321"),
            ("<#> 123456 is it", "123456"),
        ] {
            let found = Code::find(typed);
            assert_eq!(found.as_ref().map(Code::expose), Ok(code), "{typed:?}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        use NotACode::{Missing, Several, TooLong};
        for (typed, fault) in [
            ("", Missing),
            ("12345", Missing),
            ("1234567", Missing),
            ("12345 67", Missing),
            ("abcdef", Missing),
            ("١٢٣٤٥٦", Missing),
            ("１２３４５６", Missing),
            ("12345６", Missing),
            ("123456７", Missing),
            ("+123456", Missing),
            ("-123456", Missing),
            (" -123 456", Missing),
            ("\u{2212}123456", Missing),
            ("123456e0", Missing),
            ("1e5", Missing),
            ("1.23456e5", Missing),
            ("123456.0", Missing),
            ("0.123456", Missing),
            ("123,456", Missing),
            ("0x123456", Missing),
            ("a123456", Missing),
            ("123456b", Missing),
            ("_123456", Missing),
            ("123    456", Missing),
            ("12345\u{0}6", Missing),
            ("111111 222222", Several),
            ("code 111111 or 111111", Several),
        ] {
            assert_eq!(Code::find(typed), Err(fault), "{typed:?}");
        }
        assert_eq!(Code::find(&"1".repeat(10_000)), Err(TooLong));
        assert_eq!(Code::find(&"9".repeat(1_000)), Err(Missing));
    }

    #[test]
    fn debug_shows_nothing() {
        let code = Code::find("123456").unwrap();
        assert_eq!(format!("{code:?}"), "Code(••••••)");
    }

    /// The chi-square statistic of counts that should be equal.
    fn chi_square(counts: &[u32]) -> f64 {
        let total: u32 = counts.iter().sum();
        let expected = f64::from(total) / counts.len() as f64;
        counts
            .iter()
            .map(|count| (f64::from(*count) - expected).powi(2) / expected)
            .sum()
    }

    #[test]
    fn random_codes_are_uniform() {
        let random = Seeded::new(29);
        let mut places = [[0_u32; 10]; 6];
        let mut pairs = [[0_u32; 100]; 5];
        for _ in 0..100_000 {
            let code = Code::random(&random);
            let digits: Vec<usize> = code.0.iter().map(|b| usize::from(b - b'0')).collect();
            for (place, digit) in digits.iter().enumerate() {
                places[place][*digit] += 1;
            }
            for (place, pair) in digits.windows(2).enumerate() {
                pairs[place][pair[0] * 10 + pair[1]] += 1;
            }
        }
        // The 99.99 % points for 9 and for 99 degrees of freedom.
        assert!(places.iter().all(|counts| chi_square(counts) < 33.72));
        assert!(pairs.iter().all(|counts| chi_square(counts) < 160.1));
    }

    #[test]
    fn numbers_that_would_favour_low_codes_are_rejected() {
        struct Fixed(std::sync::Mutex<Vec<u32>>);
        impl Random for Fixed {
            fn fill(&self, bytes: &mut [u8]) {
                let number = self.0.lock().unwrap().pop().unwrap();
                bytes.copy_from_slice(&number.to_be_bytes());
            }
        }
        let random = Fixed(std::sync::Mutex::new(vec![7, 4_294_000_000, u32::MAX]));
        assert_eq!(Code::random(&random).expose(), "000007");
        let random = Fixed(std::sync::Mutex::new(vec![4_293_999_999]));
        assert_eq!(Code::random(&random).expose(), "999999");
    }

    proptest! {
        #[test]
        fn hostile_text_never_panics(text in any::<String>()) {
            let _ = Code::find(&text);
        }

        #[test]
        fn hostile_digits_never_panic(text in "[0-9 \\-\\n.,+e٣３a]{0,60}") {
            if let Ok(code) = Code::find(&text) {
                prop_assert!(code.0.iter().all(u8::is_ascii_digit));
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                prop_assert!(digits.contains(code.expose()));
            }
        }

        #[test]
        fn every_code_is_found_in_every_form(number in 0_u32..1_000_000) {
            let code = Code::from_number(number);
            let text = format!("{number:06}");
            prop_assert_eq!(code.expose(), &text);
            let split = format!("{} {}", &text[..3], &text[3..]);
            prop_assert_eq!(&Code::find(&text).unwrap(), &code);
            prop_assert_eq!(&Code::find(&split).unwrap(), &code);
        }

        #[test]
        fn codes_are_equal_only_if_every_digit_is(a in 0_u32..1_000_000, b in 0_u32..1_000_000) {
            prop_assert_eq!(Code::from_number(a) == Code::from_number(b), a == b);
        }
    }
}
