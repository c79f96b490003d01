//! What a practice lets the computers of its people do: be remembered, be told of, keep names.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{OutOfBounds, seconds_after};

/// Computers of one person that skip the second step; beyond them the oldest asks for a code
/// again. Our choice, as [`super::COMPUTERS_PER_PERSON`].
pub const REMEMBERED_PER_PERSON: u32 = 20;

const SECONDS_PER_DAY: i64 = 24 * 60 * 60;

/// Days for which a computer may be remembered: 1 to 30 (30 days is the overall time-out of AAL1 in
/// NIST SP 800-63B-4, 2.1.3). That none is remembered is no such number.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "u32", into = "u32")]
pub struct RememberDays(u32);

impl RememberDays {
    /// The fewest that a practice may set.
    pub const FEWEST: Self = Self(1);
    /// The most that a practice may set.
    pub const MOST: Self = Self(30);

    /// # Errors
    ///
    /// [`OutOfBounds`] outside [`Self::FEWEST`] to [`Self::MOST`].
    pub const fn new(days: u32) -> Result<Self, OutOfBounds> {
        if days >= Self::FEWEST.0 && days <= Self::MOST.0 {
            Ok(Self(days))
        } else {
            Err(OutOfBounds)
        }
    }

    /// The number of days, of 24 hours each.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// When a computer asks for a code again on which one was given at `made`.
    #[must_use]
    pub fn end(self, made: Timestamp) -> Timestamp {
        seconds_after(made, i64::from(self.0) * SECONDS_PER_DAY)
    }
}

impl TryFrom<u32> for RememberDays {
    type Error = OutOfBounds;

    fn try_from(days: u32) -> Result<Self, OutOfBounds> {
        Self::new(days)
    }
}

impl From<RememberDays> for u32 {
    fn from(days: RememberDays) -> Self {
        days.0
    }
}

/// What a practice sets about the computers that its people sign in on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComputerRule {
    /// For how long a computer may be remembered, if at all.
    pub remember: Option<RememberDays>,
    /// Whether a person is told of a sign-in on a new computer.
    pub tell_new: bool,
    /// Whether the sign-in screen of a computer keeps the names of who has been there.
    pub keep_names: bool,
}

impl Default for ComputerRule {
    fn default() -> Self {
        Self {
            remember: None,
            tell_new: true,
            keep_names: true,
        }
    }
}

impl ComputerRule {
    /// What holds for somebody of two practices: the stricter of each. One that remembers no
    /// computer forbids it for the other too.
    #[must_use]
    pub fn stricter(self, other: Self) -> Self {
        Self {
            remember: self
                .remember
                .zip(other.remember)
                .map(|(one, other)| one.min(other)),
            tell_new: self.tell_new || other.tell_new,
            keep_names: self.keep_names && other.keep_names,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(days: u32) -> Option<RememberDays> {
        RememberDays::new(days).ok()
    }

    #[test]
    fn days_keep_their_bounds_and_count_from_the_code() {
        for (number, fits) in [(0, false), (1, true), (30, true), (31, false)] {
            assert_eq!(RememberDays::new(number).is_ok(), fits, "{number}");
        }
        let made = Timestamp::from_second(1_000).unwrap();
        let end = RememberDays::MOST.end(made);
        assert_eq!(end.as_second(), 1_000 + 30 * 24 * 60 * 60);
        assert_eq!(RememberDays::MOST.end(Timestamp::MAX), Timestamp::MAX);
    }

    #[test]
    fn of_several_practices_the_strictest_holds() {
        for (one, other, both) in [
            (days(7), days(30), days(7)),
            (days(30), None, None),
            (None, None, None),
        ] {
            let rule = |remember| ComputerRule {
                remember,
                ..ComputerRule::default()
            };
            assert_eq!(rule(one).stricter(rule(other)).remember, both);
            assert_eq!(rule(other).stricter(rule(one)).remember, both);
        }
        let quiet = ComputerRule {
            tell_new: false,
            keep_names: false,
            ..ComputerRule::default()
        };
        let both = quiet.stricter(ComputerRule::default());
        assert!(both.tell_new && !both.keep_names);
    }
}
