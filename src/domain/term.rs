//! When a person works in a practice: from a first day to a last one, unless it was ended before.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{beginning_of, end_of, typed_day};

/// The dates of a membership. A locum has both, most people have none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Term {
    /// The beginning of the first day; none for who is there already.
    #[schemars(with = "Option<crate::domain::schema::Time>")]
    pub starts: Option<Timestamp>,
    /// The end of the last day; none for who stays.
    #[schemars(with = "Option<crate::domain::schema::Time>")]
    pub ends: Option<Timestamp>,
    /// When full access ended it.
    #[schemars(with = "Option<crate::domain::schema::Time>")]
    pub left: Option<Timestamp>,
}

/// How a person stands to a practice at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The first day has not come.
    NotYet,
    /// Works there.
    Here,
    /// The last day has passed.
    Over,
    /// Was deactivated.
    Left,
}

impl Standing {
    /// Whether the person belongs to the practice, now or from a day on.
    #[must_use]
    pub const fn belongs(self) -> bool {
        matches!(self, Self::Here | Self::NotYet)
    }
}

/// Why two days are no term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermFault {
    /// The first day cannot be read.
    FirstDay,
    /// The last day cannot be read.
    LastDay,
    /// The last day lies before the first.
    Order,
    /// The last day has passed.
    Past,
}

impl Term {
    /// Reads two days as they are written in Australia, either of them empty. The last day is
    /// worked: the term ends with it.
    ///
    /// # Errors
    ///
    /// See [`TermFault`].
    pub fn of_days(
        first: &str,
        last: &str,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<Self, TermFault> {
        let first = day(first).ok_or(TermFault::FirstDay)?;
        let last = day(last).ok_or(TermFault::LastDay)?;
        if let (Some(first), Some(last)) = (first, last)
            && last < first
        {
            return Err(TermFault::Order);
        }
        let starts = first.map(|first| beginning_of(first, zone)).transpose();
        let starts = starts.map_err(|_| TermFault::FirstDay)?;
        let ends = last.map(|last| end_of(last, zone)).transpose();
        let ends = ends.map_err(|_| TermFault::LastDay)?;
        if ends.is_some_and(|ends| ends <= now) {
            return Err(TermFault::Past);
        }
        Ok(Self {
            starts,
            ends,
            left: None,
        })
    }

    /// How it stands. From the start on, and not at the end any more.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Standing {
        if self.left.is_some() {
            Standing::Left
        } else if self.ends.is_some_and(|ends| ends <= now) {
            Standing::Over
        } else if self.starts.is_some_and(|starts| now < starts) {
            Standing::NotYet
        } else {
            Standing::Here
        }
    }

    /// The first day.
    #[must_use]
    pub fn first_day(&self, zone: &TimeZone) -> Option<Date> {
        Some(self.starts?.to_zoned_datetime(zone.clone()).date())
    }

    /// The last day, which is worked.
    #[must_use]
    pub fn last_day(&self, zone: &TimeZone) -> Option<Date> {
        let last_moment = self.ends?.checked_sub(1.millisecond()).ok()?;
        Some(last_moment.to_zoned_datetime(zone.clone()).date())
    }
}

/// A day as it was typed; none within if nothing was.
fn day(typed: &str) -> Option<Option<Date>> {
    if typed.trim().is_empty() {
        return Some(None);
    }
    typed_day(typed).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sydney() -> TimeZone {
        TimeZone::get("Australia/Sydney").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// The night in which the clocks change has 23 hours, and the last day is whole.
    #[test]
    fn a_term_is_from_midnight_to_midnight_in_the_practices_zone() {
        let now = at("2026-09-01T00:00:00Z");
        let term = Term::of_days("4/10/2026", "4/10/2026", &sydney(), now).unwrap();
        let (starts, ends) = (term.starts.unwrap(), term.ends.unwrap());
        assert_eq!(starts, at("2026-10-03T14:00:00Z"));
        assert_eq!(ends, at("2026-10-04T13:00:00Z"));
        for (moment, standing) in [
            (starts - 1.millisecond(), Standing::NotYet),
            (starts, Standing::Here),
            (ends - 1.millisecond(), Standing::Here),
            (ends, Standing::Over),
        ] {
            assert_eq!(term.at(moment), standing, "{moment}");
        }
        assert_eq!(term.first_day(&sydney()), term.last_day(&sydney()));
        assert_eq!(
            term.last_day(&sydney()),
            Some(jiff::civil::date(2026, 10, 4))
        );
        let left = Term {
            left: Some(now),
            ..term
        };
        assert_eq!(left.at(starts), Standing::Left);
        assert_eq!(Term::default().at(now), Standing::Here);
    }

    #[test]
    fn what_is_no_term_is_told_by_its_day() {
        let now = at("2026-11-24T00:00:00Z");
        for (first, last, fault) in [
            ("x", "", TermFault::FirstDay),
            ("", "x", TermFault::LastDay),
            ("2/12/2026", "1/12/2026", TermFault::Order),
            ("", "23/11/2026", TermFault::Past),
        ] {
            assert_eq!(Term::of_days(first, last, &sydney(), now), Err(fault));
        }
        // Today is not over.
        assert!(Term::of_days("", "24/11/2026", &sydney(), now).is_ok());
        assert_eq!(Term::of_days("", "", &sydney(), now), Ok(Term::default()));
    }
}
