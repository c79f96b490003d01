//! What was changed, from what to what, in people's words: an entry keeps it in words that stay
//! when the program's own change.

use crate::api::Entry;
use crate::domain::{EventKind, Timestamp};
use crate::words::{listed, t};

/// What an entry says of a change, on the practice's clock; as it is kept, where it cannot be read.
pub fn told(entry: &Entry, zone: &str) -> Option<String> {
    let kept = entry.reason.as_deref()?;
    let told = match entry.kind {
        Some(EventKind::RuleChanged) => from_to(kept, |word| rule(word, zone)),
        Some(EventKind::AllowedMethodsChanged) => allowed(kept, entry.at, zone),
        Some(EventKind::SessionRuleChanged) => from_to(kept, limits),
        Some(EventKind::ComputerRuleChanged) => from_to(kept, computers),
        Some(EventKind::StatementSaved) => day(kept),
        Some(EventKind::ClockAccepted) => clock(kept, zone),
        Some(EventKind::TestsSent | EventKind::RemindersSent | EventKind::RoundTakenBack) => {
            let count: Option<u64> = kept.parse().ok();
            count.map(|count| t!("change-messages", count = count))
        }
        // The address, as it is.
        Some(EventKind::PlaceOffered) => None,
        _ => return Some(t!("event-reason", reason = kept)),
    };
    Some(told.unwrap_or_else(|| kept.to_owned()))
}

fn from_to(kept: &str, words: impl Fn(&str) -> Option<String>) -> Option<String> {
    let (before, after) = kept.split_once(" to ")?;
    Some(t!(
        "change-from-to",
        before = words(before)?,
        after = words(after)?
    ))
}

fn rule(word: &str, zone: &str) -> Option<String> {
    match word {
        "optional" => Some(t("rule-optional")),
        "prompt" => Some(t("rule-prompt")),
        _ => {
            let bites = word.strip_prefix("mandatory from ")?.parse().ok()?;
            Some(t!("rule-mandatory-from", when = super::moment(bites, zone)))
        }
    }
}

fn allowed(kept: &str, at: Timestamp, zone: &str) -> Option<String> {
    let (change, bites) = kept.rsplit_once(" from ")?;
    let bites: Timestamp = bites.parse().ok()?;
    let change = from_to(change, methods)?;
    if bites <= at {
        return Some(change);
    }
    let when = super::moment(bites, zone);
    Some(t!("change-from", change = change, when = when))
}

fn methods(words: &str) -> Option<String> {
    let mut names = Vec::new();
    let mut full_access = false;
    for word in words.split(", ") {
        match word {
            "authenticator" => names.push(t("method-authenticator")),
            "email" => names.push(t("method-email")),
            "sms" => names.push(t("method-sms")),
            "for full access too" => full_access = true,
            _ => return None,
        }
    }
    let names = listed(&names);
    Some(if full_access {
        t!("change-full-access-too", methods = names)
    } else {
        names
    })
}

fn limits(words: &str) -> Option<String> {
    let (idle, absolute) = words.split_once(" min, ")?;
    let idle: u32 = idle.parse().ok()?;
    let absolute: u32 = absolute.strip_suffix(" h")?.parse().ok()?;
    Some(t!("change-limits", minutes = idle, hours = absolute))
}

fn computers(words: &str) -> Option<String> {
    let parts = words.split(", ").map(|word| {
        Some(match word {
            "not remembered" => t("change-not-remembered"),
            "notice of new ones" => t("change-new-told"),
            "no notice of new ones" => t("change-new-not-told"),
            "names kept" => t("change-names-kept"),
            "no names kept" => t("change-names-not-kept"),
            _ => {
                let days = word.strip_prefix("remembered ")?.strip_suffix(" d")?;
                let days: u32 = days.parse().ok()?;
                t!("change-remembered", days = days)
            }
        })
    });
    Some(parts.collect::<Option<Vec<_>>>()?.join(", "))
}

fn day(kept: &str) -> Option<String> {
    let day: jiff::civil::Date = kept.parse().ok()?;
    let day = day.strftime("%-d %B %Y").to_string();
    Some(t!("change-statement", day = day))
}

fn clock(kept: &str, zone: &str) -> Option<String> {
    let newest = kept
        .strip_prefix("the newest record was of ")?
        .parse()
        .ok()?;
    Some(t!("change-clock", when = super::moment(newest, zone)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(kind: EventKind, reason: &str) -> String {
        let entry = Entry {
            id: String::new(),
            at: "2026-11-24T02:00:00Z".parse().unwrap(),
            kind: Some(kind),
            actor: None,
            subject: None,
            reason: Some(reason.into()),
            factor: None,
            computer: None,
            number: None,
        };
        told(&entry, "Australia/Sydney").unwrap()
    }

    #[test]
    fn a_change_is_told_in_words_and_on_the_practices_clock() {
        use EventKind::{
            AllowedMethodsChanged, ClockAccepted, ComputerRuleChanged, Reset, RuleChanged,
            SessionRuleChanged, StatementSaved, TestsSent,
        };
        for (kind, kept, words) in [
            (
                RuleChanged,
                "optional to mandatory from 2026-11-24T07:30:00Z",
                "Optional to Mandatory from 24 November 2026, 18:30",
            ),
            (
                RuleChanged,
                "prompt to optional",
                "Prompt at sign-in to Optional",
            ),
            (
                AllowedMethodsChanged,
                "authenticator, email, sms to authenticator, email from 2026-11-24T13:00:00Z",
                "Google Authenticator, Email and SMS to Google Authenticator and Email, \
                 from 25 November 2026, 00:00",
            ),
            (
                AllowedMethodsChanged,
                "authenticator to authenticator, sms, for full access too from 1970-01-01T00:00:00Z",
                "Google Authenticator to Google Authenticator and SMS, for people with full access too",
            ),
            (
                SessionRuleChanged,
                "15 min, 12 h to 20 min, 1 h",
                "lock after 15 minutes, sign in again after 12 hours to \
                 lock after 20 minutes, sign in again after 1 hour",
            ),
            (
                ComputerRuleChanged,
                "not remembered, notice of new ones, no names kept to \
                 remembered 30 d, no notice of new ones, names kept",
                "no computer remembered, new computers told of, no names kept to \
                 computers remembered for 30 days, new computers not told of, names kept",
            ),
            (StatementSaved, "2026-11-04", "For 4 November 2026"),
            (TestsSent, "1", "1 message"),
            (
                ClockAccepted,
                "the newest record was of 2026-11-24T07:30:00Z",
                "Something was recorded at 24 November 2026, 18:30",
            ),
            (Reset, "a lost phone", "Reason: a lost phone"),
            // What another version wrote stays as it is.
            (RuleChanged, "asked to told", "asked to told"),
        ] {
            assert_eq!(said(kind, kept), words);
        }
    }
}
