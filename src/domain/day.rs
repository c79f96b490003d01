//! Days: as people here write them, and when they begin and end.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// How a day may be written, the day before the month.
const FORMS: [&str; 6] = [
    "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d", "%d %b %Y", "%d %B %Y",
];
/// Years that a day may be in: a year of two digits is a slip of the hand.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2999;

/// Reads a day as it was typed: "24/11/2026", "24.11.2026", "2026-11-24" or "24 Nov 2026".
#[must_use]
pub fn typed_day(typed: &str) -> Option<Date> {
    let typed = typed.trim();
    let mut forms = FORMS.iter();
    let read = forms.find_map(|form| Date::strptime(form, typed).ok());
    read.filter(|day| YEARS.contains(&day.year()))
}

/// The first moment of a day in a time zone. Where the clocks go forward at midnight the day begins
/// as late as they say.
///
/// # Errors
///
/// For a day at the end of time.
pub fn beginning_of(day: Date, zone: &TimeZone) -> Result<Timestamp, jiff::Error> {
    Ok(day.to_zoned_datetime(zone.clone())?.timestamp())
}

/// The first moment that is no longer the day's.
///
/// # Errors
///
/// As of [`beginning_of`].
pub fn end_of(day: Date, zone: &TimeZone) -> Result<Timestamp, jiff::Error> {
    beginning_of(day.tomorrow()?, zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_as_the_next_begins_however_long_it_is() {
        for (zone, day, begins, ends) in [
            // Of 23 hours, of 25, and one that has no midnight.
            (
                "Australia/Sydney",
                "2026-10-04",
                "2026-10-03T14:00:00Z",
                "2026-10-04T13:00:00Z",
            ),
            (
                "Australia/Sydney",
                "2026-04-05",
                "2026-04-04T13:00:00Z",
                "2026-04-05T14:00:00Z",
            ),
            (
                "Africa/Cairo",
                "2026-04-24",
                "2026-04-23T22:00:00Z",
                "2026-04-24T21:00:00Z",
            ),
        ] {
            let (zone, day) = (TimeZone::get(zone).unwrap(), day.parse().unwrap());
            assert_eq!(beginning_of(day, &zone).unwrap(), begins.parse().unwrap());
            assert_eq!(end_of(day, &zone).unwrap(), ends.parse().unwrap());
        }
        assert!(end_of(Date::MAX, &TimeZone::UTC).is_err());
    }

    #[test]
    fn days_are_read_as_they_are_written_here() {
        let expected = jiff::civil::date(2026, 11, 4);
        for typed in [
            "4/11/2026",
            "04/11/2026",
            " 4-11-2026 ",
            "4.11.2026",
            "2026-11-04",
            "4 Nov 2026",
            "4 November 2026",
            "4 nov 2026",
        ] {
            assert_eq!(typed_day(typed), Some(expected), "{typed}");
        }
        for typed in [
            "",
            "4/11",
            "4/11/26",
            "31/2/2026",
            "31/11/2026",
            "11/24/2026",
            "1/1/12026",
            "1/1/1066",
            "today",
            "４/11/2026",
        ] {
            assert_eq!(typed_day(typed), None, "{typed}");
        }
    }
}
