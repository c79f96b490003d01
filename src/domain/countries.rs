//! The countries whose mobile numbers a practice takes.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::mobile::{CountryCode, Mobile, UnknownCountry};

/// Australia, which is always among them and is meant where a number names no country, and those
/// that a practice has listed besides: a message to a country that nobody works from has no end but
/// a fraud's (OWASP ASVS 5.0, 6.6).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Countries {
    listed: Vec<CountryCode>,
}

impl Countries {
    /// All of them, Australia first.
    #[must_use]
    pub fn all(&self) -> Vec<CountryCode> {
        let home = std::iter::once(CountryCode::AUSTRALIA);
        home.chain(self.listed.iter().copied()).collect()
    }

    /// Whether a number is of one of them.
    #[must_use]
    pub fn take(&self, mobile: &Mobile) -> bool {
        Mobile::parse(mobile.e164(), &self.all()).is_ok()
    }
}

/// Those that are listed besides Australia: `GB, NZ`.
impl fmt::Display for Countries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters: Vec<&str> = self.listed.iter().map(CountryCode::as_str).collect();
        f.write_str(&letters.join(", "))
    }
}

/// The two letters of each (ISO 3166-1), with commas or spaces between them; `UK` is what everybody
/// calls `GB`.
impl FromStr for Countries {
    type Err = UnknownCountry;

    fn from_str(text: &str) -> Result<Self, UnknownCountry> {
        let words = text.split([',', ';', ' ', '\n']).map(str::trim);
        let words = words.filter(|word| !word.is_empty());
        let letters: BTreeSet<String> = words
            .map(|word| match word.to_ascii_uppercase().as_str() {
                "UK" => "GB".to_owned(),
                letters => letters.to_owned(),
            })
            .filter(|letters| letters != CountryCode::AUSTRALIA.as_str())
            .collect();
        let listed: Result<_, _> = letters.iter().map(|letters| letters.parse()).collect();
        Ok(Self { listed: listed? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_read_as_people_write_them() {
        for (typed, read) in [
            ("", ""),
            (" , ", ""),
            ("NZ", "NZ"),
            ("nz, uk", "GB, NZ"),
            ("NZ;GB NZ", "GB, NZ"),
            ("AU, NZ", "NZ"),
        ] {
            let countries: Countries = typed.parse().unwrap();
            assert_eq!(countries.to_string(), read, "{typed:?}");
            assert_eq!(countries.to_string().parse(), Ok(countries));
        }
        for typed in ["New Zealand", "NZ/GB", "ZZ", "+64", "N Z"] {
            assert_eq!(typed.parse::<Countries>(), Err(UnknownCountry), "{typed:?}");
        }
    }

    #[test]
    fn australia_is_always_the_first() {
        let countries: Countries = "NZ AU".parse().unwrap();
        let all: Vec<String> = countries.all().into_iter().map(String::from).collect();
        assert_eq!(all, ["AU", "NZ"]);
        assert_eq!(Countries::default().all(), [CountryCode::AUSTRALIA]);
        for (number, nobodys, ours) in [
            ("+61491570156", true, true),
            ("+64211234567", false, true),
            ("+447400123456", false, false),
        ] {
            let mobile = Mobile::from_e164(number).unwrap();
            assert_eq!(Countries::default().take(&mobile), nobodys, "{number}");
            assert_eq!(countries.take(&mobile), ours, "{number}");
        }
    }
}
