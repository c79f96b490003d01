//! What leaves the program as a file or as lines of text: Activity and the statement.
//!
//! Knows the contract and the words. Must not know the backend, a widget or a disk: it makes bytes
//! of answers.

mod change;
pub mod csv;
pub mod entry;
mod pdf;
pub mod statement;

use jiff::tz::TimeZone;

use crate::api::{ActivityVerified, Entry, MisfitKind};
use crate::domain::Timestamp;
use crate::words::t;

/// What the seals say; times in the practice's zone, or in UTC where it is not known.
pub fn verified(verified: &ActivityVerified, zone: Option<&str>) -> String {
    let Some(misfit) = &verified.misfit else {
        let fits = t!("verified", count = verified.entries);
        return match verified.removed {
            0 => fits,
            removed => format!("{fits} {}", t!("verified-removed", count = removed)),
        };
    };
    let number = misfit.number;
    let what = match (misfit.how, misfit.at) {
        (MisfitKind::Changed, Some(at)) => {
            let when = match zone {
                Some(zone) => moment(at, zone),
                None => t!("time-in-utc", time = local(at, "UTC")),
            };
            t!("misfit-changed-at", number = number, when = when)
        }
        (MisfitKind::Changed, None) => t!("misfit-changed", number = number),
        (MisfitKind::Missing, _) => t!("misfit-missing", number = number),
        (MisfitKind::Head, _) => t!("misfit-head", number = number),
        (MisfitKind::Segment, _) => t!("misfit-segment", number = number),
    };
    format!("{what} {}", t("misfit-then"))
}

/// Activity as a file, with times in the practice's time zone.
///
/// # Errors
///
/// What the writing of the file answers.
pub fn activity(entries: &[Entry], zone: &str) -> Result<Vec<u8>, std::io::Error> {
    let headings = [
        t("column-number"),
        format!("{} ({zone})", t("column-when")),
        t("column-what"),
        t("column-who"),
        t("column-whom"),
        t("column-factor"),
        t("column-computer"),
        t("column-reason"),
    ];
    let lines = entries.iter().map(|entry| {
        let name = |who: &Option<crate::api::Who>| {
            who.as_ref().map(|who| who.name.clone()).unwrap_or_default()
        };
        vec![
            entry
                .number
                .map(|number| number.to_string())
                .unwrap_or_default(),
            local(entry.at, zone),
            entry::sentence(entry),
            name(&entry.actor),
            name(&entry.subject),
            entry.factor.map(entry::factor).unwrap_or_default(),
            entry.computer.clone().unwrap_or_default(),
            change::told(entry, zone).unwrap_or_default(),
        ]
    });
    csv::file(&headings, lines)
}

/// "24 November 2026, 18:30": a time where the practice is, in a sentence.
fn moment(at: Timestamp, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    at.to_zoned_datetime(zone)
        .strftime("%-d %B %Y, %H:%M")
        .to_string()
}

/// A time where the practice is, as files give it: it sorts by itself.
fn local(at: Timestamp, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    at.to_zoned_datetime(zone)
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_seals_say_reads_for_any_number() {
        for (entries, said) in [
            (0, "No entry is sealed yet."),
            (1, "1 entry is sealed, and it is unchanged."),
            (2, "All 2 sealed entries are unchanged."),
        ] {
            let all = ActivityVerified {
                entries,
                removed: 0,
                misfit: None,
            };
            assert!(verified(&all, None).starts_with(said), "{said}");
        }
    }
}
