//! Mobile numbers: one spelling for one number, and only numbers that a message can reach.

use std::fmt;
use std::str::FromStr;

use phonenumber::metadata::DATABASE;
use phonenumber::{Mode, PhoneNumber, Type, country};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest text that is looked at, in bytes. E.164 numbers have at most 15 digits; the rest is
/// room for the spaces, brackets and dashes that people type between them.
const LONGEST: usize = 40;

/// How many digits [`Mobile::masked`] shows (attack 65).
const SHOWN: usize = 3;

/// A country or territory whose mobile numbers are taken, by its ISO 3166-1 letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct CountryCode(country::Id);

/// A text that is not the two letters of a country that has telephone numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the two letters of a country")]
pub struct UnknownCountry;

impl CountryCode {
    /// Australia: the country of a number that is typed without one.
    pub const AUSTRALIA: Self = Self(country::Id::AU);

    /// The two capital letters, `AU`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }
}

impl FromStr for CountryCode {
    type Err = UnknownCountry;

    fn from_str(letters: &str) -> Result<Self, UnknownCountry> {
        letters.parse().map(Self).map_err(|_| UnknownCountry)
    }
}

impl TryFrom<String> for CountryCode {
    type Error = UnknownCountry;

    fn try_from(letters: String) -> Result<Self, UnknownCountry> {
        letters.parse()
    }
}

impl From<CountryCode> for String {
    fn from(code: CountryCode) -> Self {
        code.as_str().to_owned()
    }
}

/// A mobile number in its only spelling, E.164: `+61491570156`.
///
/// Two people may share a telephone, so a number is no name of a person. `Debug` shows the mask.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct Mobile(String);

/// Why a text is not a mobile number that we take.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MobileFault {
    /// Nothing but spaces was typed.
    #[error("no number was typed")]
    Empty,
    /// More than 40 bytes.
    #[error("the number is too long")]
    TooLong,
    /// A letter, an extension, a look-alike, or a plus sign that is not the first sign.
    #[error("the number has a character that is no part of a number")]
    NotDigits,
    /// No number of its country: a digit is missing or too many, or the range is not in use.
    #[error("not a telephone number")]
    Malformed,
    /// A number of a landline, a premium or a freephone range.
    #[error("not a mobile number")]
    NotMobile,
    /// A number of a country that is not among those allowed.
    #[error("a number of another country")]
    OtherCountry,
}

impl Mobile {
    /// Reads what a person typed. Without a country in front it is a number of the first of
    /// `allowed`; `+`, `00` and the first country's own prefix (`0011` in Australia) may begin a
    /// country's code.
    ///
    /// # Errors
    ///
    /// A [`MobileFault`] (attack 38); [`MobileFault::OtherCountry`] for all if `allowed` is empty.
    pub fn parse(text: &str, allowed: &[CountryCode]) -> Result<Self, MobileFault> {
        let home = allowed.first().ok_or(MobileFault::OtherCountry)?;
        let number = read(Some(home.0), &canonical(text)?)?;
        let of_allowed = number
            .country()
            .id()
            .is_some_and(|id| allowed.contains(&CountryCode(id)));
        if of_allowed {
            Self::of(&number)
        } else {
            Err(MobileFault::OtherCountry)
        }
    }

    /// Reads what a person typed, of any country; without one in front it is an Australian number.
    /// For whoever sends at their own cost, and to show a number to whoever typed it.
    ///
    /// # Errors
    ///
    /// A [`MobileFault`].
    pub fn of_any_country(text: &str) -> Result<Self, MobileFault> {
        Self::of(&read(Some(CountryCode::AUSTRALIA.0), &canonical(text)?)?)
    }

    /// Reads a number that was kept: E.164, of any country, and in no other spelling.
    ///
    /// # Errors
    ///
    /// A [`MobileFault`].
    pub fn from_e164(text: &str) -> Result<Self, MobileFault> {
        let mobile = Self::of(&read(None, &canonical(text)?)?)?;
        if mobile.0 == text {
            Ok(mobile)
        } else {
            Err(MobileFault::Malformed)
        }
    }

    /// The one spelling of a number that a message can reach.
    fn of(number: &PhoneNumber) -> Result<Self, MobileFault> {
        // Where landlines and mobiles share one range, as in North America, nobody can tell them
        // apart, and a number that a message cannot reach is found out when it is proven.
        match number.number_type(&DATABASE) {
            Type::Mobile | Type::FixedLineOrMobile => {
                Ok(Self(number.format().mode(Mode::E164).to_string()))
            }
            Type::Unknown => Err(MobileFault::Malformed),
            _ => Err(MobileFault::NotMobile),
        }
    }

    /// The number as it is kept and dialled, `+61491570156`.
    #[must_use]
    pub fn e164(&self) -> &str {
        &self.0
    }

    /// The number as its owner knows it: `0491 570 156`, or `+64 21 123 4567` for a number that
    /// is not Australian.
    #[must_use]
    pub fn national(&self) -> String {
        let Ok(number) = read(None, &self.0) else {
            return self.0.clone();
        };
        let mode = if number.country().id() == Some(CountryCode::AUSTRALIA.0) {
            Mode::National
        } else {
            Mode::International
        };
        number.format().mode(mode).to_string()
    }

    /// `•••• 156`: all that a sign-in which waits for its code may show (attack 65).
    #[must_use]
    pub fn masked(&self) -> String {
        // All are ASCII digits, and E.164 numbers are longer than what is shown.
        let shown = self.0.len().saturating_sub(SHOWN);
        format!("•••• {}", self.0.get(shown..).unwrap_or_default())
    }
}

/// The digits, after a plus sign if the text names a country, and nothing else: the library that
/// judges would take letters, extensions, `;ext=` and full-width signs for a number.
fn canonical(text: &str) -> Result<String, MobileFault> {
    if text.len() > LONGEST {
        return Err(MobileFault::TooLong);
    }
    let text = text.trim();
    if text.is_empty() {
        return Err(MobileFault::Empty);
    }
    let mut kept = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '0'..='9' => kept.push(sign),
            '+' if kept.is_empty() => kept.push(sign),
            // The no-break space comes with numbers that are copied from a page.
            ' ' | '\t' | '\u{a0}' | '-' | '.' | '(' | ')' | '/' => {}
            _ => return Err(MobileFault::NotDigits),
        }
    }
    // Most of the world dials 00 before a country, Australia 0011; no Australian number has 00.
    match kept.strip_prefix("00") {
        Some(rest) if !rest.starts_with("11") => Ok(format!("+{rest}")),
        _ => Ok(kept),
    }
}

/// A number that is valid in its country.
fn read(home: Option<country::Id>, digits: &str) -> Result<PhoneNumber, MobileFault> {
    let number = phonenumber::parse(home, digits).map_err(|_| MobileFault::Malformed)?;
    // The library may take a number for one of a country that is nowhere in the text.
    if number.is_valid() && number.extension().is_none() {
        Ok(number)
    } else {
        Err(MobileFault::Malformed)
    }
}

impl fmt::Debug for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mobile({})", self.masked())
    }
}

impl TryFrom<String> for Mobile {
    type Error = MobileFault;

    fn try_from(text: String) -> Result<Self, MobileFault> {
        Self::from_e164(&text)
    }
}

impl From<Mobile> for String {
    fn from(mobile: Mobile) -> Self {
        mobile.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOME: &[CountryCode] = &[CountryCode::AUSTRALIA];

    #[test]
    fn one_number_has_one_spelling() {
        for typed in [
            "0491570156",
            "0491 570 156",
            " 0491-570-156\r\n",
            "(0491) 570.156",
            "0491\u{a0}570\u{a0}156",
            "491570156",
            "61491570156",
            "+61491570156",
            "+61 4 9157 0156",
            "+61 (0)491 570 156",
            "0061491570156",
            "0011 61 491 570 156",
        ] {
            let mobile = Mobile::parse(typed, HOME).unwrap_or_else(|e| panic!("{typed:?}: {e}"));
            assert_eq!(mobile.e164(), "+61491570156", "{typed:?}");
            assert_eq!(mobile.national(), "0491 570 156");
            assert_eq!(mobile.masked(), "•••• 156");
        }
        let zeros = Mobile::parse("+61 4 0000 0000", HOME).unwrap();
        assert_eq!(zeros.national(), "0400 000 000");
    }

    #[test]
    fn what_no_message_reaches_or_looks_like_another_is_refused() {
        use MobileFault::{Empty, Malformed, NotDigits, NotMobile, OtherCountry, TooLong};
        for (typed, fault) in [
            ("", Empty),
            (" \t", Empty),
            ("04-CALL-NOW", NotDigits),
            ("0491 57O 156", NotDigits),
            ("+61491570156;ext=5", NotDigits),
            ("0491 570 156 ext 5", NotDigits),
            ("0491 570 156 x5", NotDigits),
            ("0491 570 156#5", NotDigits),
            ("0491570156,5", NotDigits),
            ("*31#0491570156", NotDigits),
            ("tel:+61491570156", NotDigits),
            ("\u{ff0b}61491570156", NotDigits),
            ("\u{ff10}491570156", NotDigits),
            ("\u{660}491570156", NotDigits),
            ("0491570156\0", NotDigits),
            ("0491\r\n570156", NotDigits),
            ("\u{202e}0491570156", NotDigits),
            ("++61491570156", NotDigits),
            ("0491+570156", NotDigits),
            ("+", Malformed),
            ("()", Malformed),
            ("000", Malformed),
            ("112", Malformed),
            ("049157015", Malformed),
            ("04915701567", Malformed),
            ("0500000000", Malformed),
            ("+61", Malformed),
            ("+999491570156", Malformed),
            ("(02) 9876 5432", NotMobile),
            ("1300 123 456", NotMobile),
            ("1800 123 456", NotMobile),
            ("1900 123 456", NotMobile),
            ("+61 1900 123 456", NotMobile),
            ("+64 21 123 4567", OtherCountry),
            ("0064 21 123 4567", OtherCountry),
            ("0011 64 21 123 4567", OtherCountry),
            ("+1 415 555 2671", OtherCountry),
            ("+44 7400 123456", OtherCountry),
        ] {
            assert_eq!(Mobile::parse(typed, HOME), Err(fault), "{typed:?}");
        }
        let long = "0".repeat(1_000_000);
        assert_eq!(Mobile::parse(&long, HOME), Err(TooLong));
        assert_eq!(Mobile::parse("0491570156", &[]), Err(OtherCountry));
    }

    #[test]
    fn a_practice_may_allow_more_countries() {
        let both = [CountryCode::AUSTRALIA, "NZ".parse().unwrap()];
        let mobile = Mobile::parse("+64 21 123 4567", &both).unwrap();
        assert_eq!(mobile.e164(), "+64211234567");
        assert_eq!(mobile.national(), "+64 21 123 4567");
        assert!(Mobile::parse("0491570156", &both).is_ok());
        assert!("Australia".parse::<CountryCode>().is_err());
        assert!("au".parse::<CountryCode>().is_err());
    }

    #[test]
    fn only_the_kept_spelling_is_read_back_and_debug_shows_the_mask() {
        let mobile = Mobile::from_e164("+61491570156").unwrap();
        assert_eq!(format!("{mobile:?}"), "Mobile(•••• 156)");
        for other in [
            "0491570156",
            "+61 491570156",
            "0061491570156",
            "+61298765432",
        ] {
            assert!(Mobile::from_e164(other).is_err(), "{other}");
        }
    }

    proptest! {
        #[test]
        fn a_kept_number_is_its_own_spelling(text in "\\PC{0,45}|[+0-9 ()-]{0,20}|0?4[0-9 ]{8,11}|\\+[0-9]{1,16}") {
            if let Ok(mobile) = Mobile::parse(&text, HOME) {
                prop_assert!(mobile.e164().starts_with("+614"));
                prop_assert_eq!(mobile.masked().chars().filter(char::is_ascii_digit).count(), 3);
                prop_assert_eq!(Mobile::parse(mobile.e164(), HOME), Ok(mobile.clone()));
                prop_assert_eq!(Mobile::parse(&mobile.national(), HOME), Ok(mobile.clone()));
                prop_assert_eq!(Mobile::from_e164(mobile.e164()), Ok(mobile));
            }
        }
    }
}
