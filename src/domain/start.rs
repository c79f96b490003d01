//! From when something bites that is required of people.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Days that a start may lie ahead: what is typed beyond that is a mistyped year.
pub const START_DAYS_AHEAD: i64 = 366;

/// From when something bites: now, or from a time on the practice's own clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "start", rename_all = "snake_case")]
pub enum Starts {
    /// At once.
    Now,
    /// At a date and time in the practice's time zone.
    At {
        /// As the clock on the practice's wall shows it.
        #[schemars(with = "String")]
        local: DateTime,
    },
}

/// Why a start cannot be taken.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum StartFault {
    /// The time has passed.
    #[error("the time has passed")]
    Past,
    /// It lies more than [`START_DAYS_AHEAD`] days ahead.
    #[error("the time lies too far ahead")]
    TooFar,
}

impl Starts {
    /// The moment that is meant. A time that the clock leaps over when summer begins is the one an
    /// hour later; of one that comes twice when it ends, the first (as RFC 5545, 3.3.5, has it).
    ///
    /// # Errors
    ///
    /// [`StartFault`] for a time that has passed or lies too far ahead.
    pub fn moment(self, zone: &TimeZone, now: Timestamp) -> Result<Timestamp, StartFault> {
        let Self::At { local } = self else {
            return Ok(now);
        };
        let at = zone
            .to_ambiguous_timestamp(local)
            .compatible()
            .map_err(|_| StartFault::TooFar)?;
        let longest = now.checked_add((START_DAYS_AHEAD * 24).hours());
        if at < now {
            Err(StartFault::Past)
        } else if longest.is_ok_and(|longest| at > longest) {
            Err(StartFault::TooFar)
        } else {
            Ok(at)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(local: &str, now: &str) -> Result<String, StartFault> {
        let zone = TimeZone::get("Australia/Sydney").unwrap();
        let local: DateTime = local.parse().unwrap();
        Starts::At { local }
            .moment(&zone, now.parse().unwrap())
            .map(|at| at.to_string())
    }

    #[test]
    fn a_start_is_on_the_practices_own_clock() {
        let now = "2026-11-24T05:00:00Z";
        // Daylight saving time: eleven hours ahead.
        let tonight = Ok("2026-11-24T07:30:00Z".into());
        assert_eq!(moment("2026-11-24T18:30", now), tonight);
        assert_eq!(
            moment("2027-06-01T00:00", now),
            Ok("2027-05-31T14:00:00Z".into())
        );
        assert_eq!(moment("2026-11-24T15:59", now), Err(StartFault::Past));
        assert_eq!(moment("2026-11-24T16:00", now), Ok(now.into()));
        assert_eq!(moment("2062-11-24T18:30", now), Err(StartFault::TooFar));
        assert_eq!(moment("9999-12-31T23:59", now), Err(StartFault::TooFar));
        let zone = TimeZone::UTC;
        let now: Timestamp = now.parse().unwrap();
        assert_eq!(Starts::Now.moment(&zone, now), Ok(now));
    }

    #[test]
    fn a_time_that_does_not_exist_or_comes_twice_is_one_moment() {
        // The clock leaps from two to three on 4 October 2026, and falls back on 4 April 2027.
        let leapt = moment("2026-10-04T02:30", "2026-10-03T00:00:00Z");
        assert_eq!(leapt, Ok("2026-10-03T16:30:00Z".into()));
        let twice = moment("2027-04-04T02:30", "2027-04-03T00:00:00Z");
        assert_eq!(twice, Ok("2027-04-03T15:30:00Z".into()));
    }
}
