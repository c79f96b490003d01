//! The countries whose mobile numbers a practice takes.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::mobile::{CountryCode, UnknownCountry};

/// Australia, which is always among them and is meant where a number names no country, and those
/// that a practice has listed besides: a message to a country that nobody works from has no end but
/// a fraud's (OWASP ASVS 5.0, 6.6).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "Vec<CountryCode>", into = "Vec<CountryCode>")]
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
}

impl From<Vec<CountryCode>> for Countries {
    fn from(codes: Vec<CountryCode>) -> Self {
        let listed: BTreeSet<&str> = codes.iter().map(CountryCode::as_str).collect();
        let sorted = listed
            .into_iter()
            .filter_map(|letters| letters.parse().ok());
        Self {
            listed: sorted
                .filter(|code| *code != CountryCode::AUSTRALIA)
                .collect(),
        }
    }
}

impl From<Countries> for Vec<CountryCode> {
    fn from(countries: Countries) -> Self {
        countries.listed
    }
}

/// Those that are listed besides Australia: `GB, NZ`.
impl fmt::Display for Countries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters: Vec<&str> = self.listed.iter().map(CountryCode::as_str).collect();
        f.write_str(&letters.join(", "))
    }
}

/// The letters of each, with commas or spaces between them.
impl FromStr for Countries {
    type Err = UnknownCountry;

    fn from_str(text: &str) -> Result<Self, UnknownCountry> {
        let letters = text.split([',', ';', ' ', '\n']).map(str::trim);
        let codes: Result<Vec<_>, _> = letters
            .filter(|letters| !letters.is_empty())
            .map(|letters| letters.to_ascii_uppercase().parse())
            .collect();
        codes.map(Self::from)
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
            ("nz, gb", "GB, NZ"),
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
        let listed = Vec::from(countries.clone());
        assert_eq!(listed, [countries.all()[1]]);
        let again = [countries.all(), countries.all()].concat();
        assert_eq!(Countries::from(again), countries);
    }
}
