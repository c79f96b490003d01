//! E-mail addresses: one spelling for one mailbox, so that no two accounts can be confused.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest address in bytes: RFC 5321, 4.5.3.1.3 (a path of 256, less its brackets).
const LONGEST: usize = 254;

/// An e-mail address in its only spelling: trimmed, ASCII, lower-case, `local@domain`.
///
/// The text is made canonical first, then judged, then kept, and mail always goes to the kept
/// bytes (attack 39). No Unicode normalisation is done: it would turn a full-width `＠` or a
/// look-alike letter into another person's address. Anything outside ASCII is refused instead.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("format" = "email"))]
pub struct EmailAddress(String);

/// Why a text is not an e-mail address that we take.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EmailFault {
    /// Nothing but spaces was typed.
    #[error("no e-mail address was typed")]
    Empty,
    /// More than 254 bytes.
    #[error("the e-mail address is too long")]
    TooLong,
    /// A letter outside ASCII, such as an accent or a look-alike.
    #[error("the e-mail address has a character outside ASCII")]
    NotAscii,
    /// Not of the form `name@domain.example`.
    #[error("not an e-mail address")]
    Malformed,
}

impl EmailAddress {
    /// Makes the text canonical and judges it.
    ///
    /// # Errors
    ///
    /// An [`EmailFault`]. Quoted local parts, address literals, single-label domains, and the
    /// wildcards and routing signs `%`, `*` and `!` are [`EmailFault::Malformed`] (attack 7).
    pub fn parse(text: &str) -> Result<Self, EmailFault> {
        let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
        if text.is_empty() {
            return Err(EmailFault::Empty);
        }
        if text.len() > LONGEST {
            return Err(EmailFault::TooLong);
        }
        if !text.is_ascii() {
            return Err(EmailFault::NotAscii);
        }
        let text = text.to_ascii_lowercase();
        let (local, domain) = text.split_once('@').ok_or(EmailFault::Malformed)?;
        let plain_local = local
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._-+'&=~#$/?^`{|}".contains(&b));
        let plain_domain = domain
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b));
        // A last label without a letter would be an address of a host, not a domain.
        let named = domain
            .rsplit_once('.')
            .is_some_and(|(_, last)| last.bytes().any(|b| b.is_ascii_alphabetic()));
        if plain_local && plain_domain && named && email_address::EmailAddress::is_valid(&text) {
            Ok(Self(text))
        } else {
            Err(EmailFault::Malformed)
        }
    }

    /// The canonical text: what is kept, looked up and sent to.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first letter and the domain's first letter, `a•••@h•••`: all that a sign-in which
    /// waits for its code may show (attack 65).
    #[must_use]
    pub fn masked(&self) -> String {
        let (local, domain) = self.0.split_once('@').unwrap_or_default();
        let first = |part: &str| part.chars().next().unwrap_or('•');
        format!("{}•••@{}•••", first(local), first(domain))
    }
}

impl FromStr for EmailAddress {
    type Err = EmailFault;

    fn from_str(text: &str) -> Result<Self, EmailFault> {
        Self::parse(text)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailFault;

    fn try_from(text: String) -> Result<Self, EmailFault> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_mailbox_has_one_spelling() {
        for (typed, kept) in [
            ("sam@clinic.example", "sam@clinic.example"),
            ("  Sam@Clinic.EXAMPLE\r\n", "sam@clinic.example"),
            ("mary_o'brien+x@a-b.com.au", "mary_o'brien+x@a-b.com.au"),
            ("a.b@mail.clinic.example", "a.b@mail.clinic.example"),
        ] {
            assert_eq!(EmailAddress::parse(typed).unwrap().as_str(), kept);
        }
    }

    #[test]
    fn blanks_wildcards_and_tricks_are_refused() {
        use EmailFault::{Empty, Malformed, NotAscii, TooLong};
        for (typed, fault) in [
            ("", Empty),
            (" \t\r\n", Empty),
            ("\u{a0}", NotAscii),
            ("%", Malformed),
            ("_", Malformed),
            ("*", Malformed),
            ("@", Malformed),
            ("%@clinic.example", Malformed),
            ("*@clinic.example", Malformed),
            ("sam%clinic.example@evil.example", Malformed),
            ("host!sam@clinic.example", Malformed),
            ("sam", Malformed),
            ("sam@", Malformed),
            ("@clinic.example", Malformed),
            ("sam@clinic", Malformed),
            ("sam@clinic.example.", Malformed),
            ("sam@.example", Malformed),
            ("sam@-clinic.example", Malformed),
            ("sam@a..example", Malformed),
            (".sam@clinic.example", Malformed),
            ("sam.@clinic.example", Malformed),
            ("s..m@clinic.example", Malformed),
            ("sam@127.0.0.1", Malformed),
            ("sam@[127.0.0.1]", Malformed),
            ("sam@clinic.example@evil.example", Malformed),
            ("\"sam\"@clinic.example", Malformed),
            ("\"a\r\nRCPT TO:<x>\"@clinic.example", Malformed),
            ("Sam <sam@clinic.example>", Malformed),
            ("<sam@clinic.example>", Malformed),
            ("sam lee@clinic.example", Malformed),
            ("sam@clinic.example,lee@clinic.example", Malformed),
            ("sam@clinic.example\r\nBcc: x@y.example", Malformed),
            ("sam@clinic.example\0", Malformed),
            ("sam\u{ff20}clinic.example", NotAscii),
            ("sam@cl\u{131}nic.example", NotAscii),
            ("s\u{e1}m@clinic.example", NotAscii),
            ("\u{202e}sam@clinic.example", NotAscii),
        ] {
            assert_eq!(EmailAddress::parse(typed), Err(fault), "{typed:?}");
        }
        let long = format!("{}@{}.example", "a".repeat(64), "b".repeat(250));
        assert_eq!(EmailAddress::parse(&long), Err(TooLong));
    }

    #[test]
    fn the_masked_form_shows_two_letters() {
        let address = EmailAddress::parse("anna.smith@hills.example").unwrap();
        assert_eq!(address.masked(), "a•••@h•••");
    }

    proptest! {
        #[test]
        fn a_kept_address_is_its_own_spelling(text in "\\PC{0,40}|[a-zA-Z0-9._%+'-]{1,20}@[a-zA-Z0-9.-]{1,20}") {
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert!(address.as_str().is_ascii());
                prop_assert_eq!(EmailAddress::parse(address.as_str()), Ok(address.clone()));
                prop_assert_eq!(EmailAddress::parse(&address.as_str().to_uppercase()), Ok(address));
            }
        }
    }
}
