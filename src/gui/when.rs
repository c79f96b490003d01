//! Times, as people say them, in the practice's time zone.

use jiff::ZonedDateTime;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::door::Session;
use super::words::t;
use crate::domain::{Standing, Term, Timestamp};

fn zoned(at: Timestamp, zone: &str) -> ZonedDateTime {
    at.to_zoned_datetime(TimeZone::get(zone).unwrap_or(TimeZone::UTC))
}

/// The date and time on the clock of a place.
pub fn local(at: Timestamp, zone: &str) -> jiff::civil::DateTime {
    zoned(at, zone).datetime()
}

/// "Tuesday 24 November 2026, 18:30".
pub fn moment(at: Timestamp, zone: &str) -> String {
    wall(local(at, zone))
}

/// "Tuesday 24 November 2026, 18:30", on a clock of the practice's wall.
pub fn wall(local: jiff::civil::DateTime) -> String {
    local.strftime("%A %-d %B %Y, %H:%M").to_string()
}

/// "18:30".
pub fn minute(at: Timestamp, zone: &str) -> String {
    zoned(at, zone).strftime("%H:%M").to_string()
}

/// "18:30:05": what a wait is compared with.
pub fn second(at: Timestamp, zone: &str) -> String {
    zoned(at, zone).strftime("%H:%M:%S").to_string()
}

/// "Sydney": the place of a time zone.
pub fn place(zone: &str) -> String {
    let name = zone.rsplit('/').next().unwrap_or(zone);
    name.replace('_', " ")
}

/// "Today 07:58", "Yesterday", "18 Nov", "18 Nov 2025".
pub fn short(at: Timestamp, now: Timestamp, zone: &str) -> String {
    let (at, now) = (zoned(at, zone), zoned(now, zone));
    match days_between(&at, &now) {
        0 => t!("today-at", time = at.strftime("%H:%M").to_string()),
        1 => t("yesterday"),
        _ if at.year() == now.year() => at.strftime("%-d %b").to_string(),
        _ => at.strftime("%-d %b %Y").to_string(),
    }
}

/// As [`short`], within a sentence: "today 07:58", "yesterday".
pub fn short_within(at: Timestamp, now: Timestamp, zone: &str) -> String {
    let (there, here) = (zoned(at, zone), zoned(now, zone));
    match days_between(&there, &here) {
        0 => t!("today-within", time = there.strftime("%H:%M").to_string()),
        1 => t("yesterday-within"),
        _ => short(at, now, zone),
    }
}

/// "today", "yesterday", "6 days ago".
pub fn ago(at: Timestamp, now: Timestamp, zone: &str) -> String {
    t!(
        "days-ago",
        days = days_between(&zoned(at, zone), &zoned(now, zone))
    )
}

/// "3 March 2026".
pub fn day(at: Timestamp, zone: &str) -> String {
    zoned(at, zone).strftime("%-d %B %Y").to_string()
}

/// "24 Nov 2026, 07:58:03": for a record.
pub fn exact(at: Timestamp, zone: &str) -> String {
    zoned(at, zone).strftime("%-d %b %Y, %H:%M:%S").to_string()
}

/// The day of a time.
pub fn day_there(at: Timestamp, zone: &str) -> Date {
    zoned(at, zone).date()
}

/// "24/11/2026": a day as it is typed.
pub fn day_to_type(day: Date) -> String {
    day.strftime("%-d/%-m/%Y").to_string()
}

/// The first day of a term in the practice's zone.
pub fn first_day(term: &Term, zone: &str) -> Option<Date> {
    term.first_day(&TimeZone::get(zone).unwrap_or(TimeZone::UTC))
}

/// The last day of a term in the practice's zone.
pub fn last_day(term: &Term, zone: &str) -> Option<Date> {
    term.last_day(&TimeZone::get(zone).unwrap_or(TimeZone::UTC))
}

/// "from 3 Dec until 30 Nov 2027", or that the person was deactivated; none for who stays.
pub fn term(term: &Term, session: &Session) -> Option<String> {
    let (now, zone) = (session.door.now(), session.me.time_zone.as_str());
    let year = zoned(now, zone).year();
    let short = |day: Date| {
        let form = if day.year() == year {
            "%-d %b"
        } else {
            "%-d %b %Y"
        };
        day.strftime(form).to_string()
    };
    if let Some(left) = term.left {
        return Some(t!("term-left", day = short(zoned(left, zone).date())));
    }
    match (
        first_day(term, zone).filter(|_| term.at(now) == Standing::NotYet),
        last_day(term, zone),
    ) {
        (Some(first), Some(last)) => Some(t!(
            "term-from-until",
            first = short(first),
            last = short(last)
        )),
        (Some(first), None) => Some(t!("term-from", first = short(first))),
        (None, Some(last)) => Some(t!("term-until", last = short(last))),
        (None, None) => None,
    }
}

/// "4:31": minutes and seconds from now to then, rounded up, so that 0:00 is never shown early.
pub fn left(until: Timestamp, now: Timestamp) -> String {
    let left = (until.as_millisecond() - now.as_millisecond()).max(0);
    let seconds = (left + 999) / 1_000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// "2 days", "3 hours", "12 minutes": what is left until then, never more than there is.
pub fn roughly(until: Timestamp, now: Timestamp) -> String {
    let minutes = (until.as_millisecond() - now.as_millisecond()).max(0) / 60_000;
    match minutes {
        2_880.. => t!("left-days", count = minutes / 1_440),
        120.. => t!("left-hours", count = minutes / 60),
        _ => t!("left-minutes", count = minutes),
    }
}

fn days_between(at: &ZonedDateTime, now: &ZonedDateTime) -> i64 {
    at.date()
        .until(now.date())
        .map_or(0, |span| i64::from(span.get_days()))
        .max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_at_the_practices_midnight() {
        let at: Timestamp = "2026-11-24T12:58:00Z".parse().unwrap();
        let now: Timestamp = "2026-11-24T13:10:00Z".parse().unwrap();
        assert_eq!(short(at, now, "UTC"), "Today 12:58");
        // Ten past midnight in Sydney.
        assert_eq!(short(at, now, "Australia/Sydney"), "Yesterday");
        assert_eq!(ago(at, now, "UTC"), "today");
        let later: Timestamp = "2026-11-30T13:10:00Z".parse().unwrap();
        assert_eq!(short(at, later, "UTC"), "24 Nov");
        assert_eq!(ago(at, later, "UTC"), "6 days ago");
        let next_year: Timestamp = "2027-01-30T13:10:00Z".parse().unwrap();
        assert_eq!(short(at, next_year, "UTC"), "24 Nov 2026");
        assert_eq!(day(at, "UTC"), "24 November 2026");
    }

    #[test]
    fn what_is_left_is_never_more_than_there_is() {
        let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        for (until, said) in [
            ("2026-11-26T12:00:00Z", "2 days"),
            ("2026-11-26T11:59:00Z", "47 hours"),
            ("2026-11-24T13:59:59Z", "119 minutes"),
            ("2026-11-24T12:01:30Z", "1 minute"),
            ("2026-11-24T11:00:00Z", "0 minutes"),
        ] {
            assert_eq!(roughly(until.parse().unwrap(), now), said, "{until}");
        }
    }

    #[test]
    fn a_day_is_typed_as_it_is_read() {
        let day: Date = "2026-11-04".parse().unwrap();
        assert_eq!(day_to_type(day), "4/11/2026");
        assert_eq!(crate::domain::typed_day(&day_to_type(day)), Some(day));
    }

    /// Fault 40: neither the zone nor the language of the computer moves them.
    #[test]
    fn the_practices_zone_holds_on_every_computer() {
        let name = "gui::when::tests::days_are_counted_at_the_practices_midnight";
        for zone in ["Pacific/Kiritimati", "America/St_Johns", "UTC", "nowhere"] {
            for language in ["C", "ar_EG.UTF-8", "hi_IN.UTF-8"] {
                let done = std::process::Command::new(std::env::current_exe().unwrap())
                    .args(["--exact", name])
                    .envs([("TZ", zone), ("LC_ALL", language), ("LANG", language)])
                    .output()
                    .unwrap();
                let said = String::from_utf8_lossy(&done.stdout);
                assert!(done.status.success() && said.contains("1 passed"), "{said}");
            }
        }
    }
}
