//! Ids of kept things: UUID version 7 as text, so that newer rows sort after older ones.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};

use super::Random;

/// The text is not a UUID of version 7 (RFC 9562, 5.7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error, JsonSchema)]
#[error("not an id")]
pub struct NotAnId;

/// One newtype per kind of thing, so that a practice's id cannot be passed for a person's.
macro_rules! id {
    ($(#[$doc:meta] $name:ident;)+) => {$(
        #[$doc]
        ///
        /// A UUID version 7 in its lower-case, hyphenated text form.
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schemars(extend("format" = "uuid"))]
        pub struct $name(String);

        impl $name {
            /// A new id: the millisecond of `now`, and 74 random bits.
            #[must_use]
            pub fn new(now: Timestamp, random: &dyn Random) -> Self {
                Self(row_id(now, random))
            }

            /// The canonical text, as kept in the database.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            /// Takes any spelling of a UUID version 7 and keeps the canonical one.
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                canonical(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;

            fn try_from(text: String) -> Result<Self, NotAnId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

id! {
    /// A person who signs in, over all practices.
    UserId;
    /// A health practice.
    PracticeId;
    /// That a person belongs to a practice, with a role.
    MembershipId;
    /// One generation of one method of a person.
    MethodId;
    /// One session, for listing and ending it. It is not the session's token.
    SessionId;
}

/// A new id for a row of any kind, as the ids above are made.
#[must_use]
pub fn row_id(now: Timestamp, random: &dyn Random) -> String {
    let mut bits = [0; 10];
    random.fill(&mut bits);
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, &bits)
        .into_uuid()
        .hyphenated()
        .to_string()
}

fn canonical(text: &str) -> Result<String, NotAnId> {
    let uuid = Uuid::try_parse(text).map_err(|_| NotAnId)?;
    if uuid.get_version_num() == 7 && uuid.get_variant() == uuid::Variant::RFC4122 {
        Ok(uuid.hyphenated().to_string())
    } else {
        Err(NotAnId)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::domain::random::seeded::Seeded;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    #[test]
    fn a_later_id_sorts_after_an_earlier_one() {
        let random = Seeded::new(1);
        let ids: Vec<UserId> = (0..100).map(|n| UserId::new(at(n), &random)).collect();
        assert!(ids.is_sorted());
        assert!(ids.iter().all(|id| id.as_str().parse() == Ok(id.clone())));
    }

    #[test]
    fn ids_of_one_millisecond_differ() {
        let random = Seeded::new(2);
        let ids: HashSet<_> = (0..1_000).map(|_| MethodId::new(at(7), &random)).collect();
        assert_eq!(ids.len(), 1_000);
    }

    #[test]
    fn a_moment_before_1970_still_gives_an_id() {
        let id = PracticeId::new(at(-5), &Seeded::new(3));
        assert!(id.as_str().starts_with("00000000-0000-7"));
    }

    #[test]
    fn only_version_7_is_an_id() {
        for text in [
            "",
            "x",
            "%",
            "00000000-0000-0000-0000-000000000000",
            "550e8400-e29b-41d4-a716-446655440000",
            "0190163d-8694-739b-aea5-966c26f8ad9",
        ] {
            assert_eq!(text.parse::<UserId>(), Err(NotAnId), "{text}");
        }
        let upper: UserId = "0190163D-8694-739B-AEA5-966C26F8AD91".parse().unwrap();
        assert_eq!(upper.to_string(), "0190163d-8694-739b-aea5-966c26f8ad91");
    }
}
