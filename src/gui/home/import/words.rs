//! What is said of a list and of its lines.

use iced::widget::{Column, column};

use super::{Message, Roster};
use crate::api::Invitation;
use crate::domain::{EmailFault, LineFault, NameFault, RosterFault};
use crate::gui::theme::{Theme, space};
use crate::gui::when;
use crate::gui::widget::{Element, Tone, body, notice, small};
use crate::gui::words::t;

/// Bad lines that are drawn; of a list that is wrong throughout the first say enough.
const SHOWN: usize = 100;

/// Why a file is no list.
pub(super) fn of_file(fault: RosterFault) -> String {
    match fault {
        RosterFault::NotText => t("import-not-text"),
        RosterFault::Header => t("import-header"),
        RosterFault::Empty => t("import-empty"),
        RosterFault::TooLong => t("import-too-long"),
    }
}

/// What is wrong with a line.
pub(super) fn of_line(line: u64, fault: LineFault) -> String {
    let why = match fault {
        LineFault::Columns => t("import-columns"),
        LineFault::Name(NameFault::Empty) => t("fault-name-empty"),
        LineFault::Name(NameFault::TooLong) => t("fault-name-long"),
        LineFault::Name(NameFault::Forbidden) => t("fault-name-forbidden"),
        LineFault::Email(EmailFault::Empty) => t("fault-email-empty"),
        LineFault::Email(_) => t("fault-email"),
        LineFault::Role => t("import-role"),
        LineFault::FullAccess => t("import-full-access"),
        LineFault::Twice(before) => t!("import-twice", line = before),
    };
    t!("import-line", line = line, why = why)
}

/// Somebody of the list has an account.
pub(super) fn has_account(line: u64, email: &str) -> String {
    let why = t!("import-taken", email = email);
    t!("import-line", line = line, why = why)
}

/// A line of what is handed over.
pub(super) fn code(name: &str, email: &str, made: &Invitation, zone: &str) -> String {
    let until = when::moment(made.ends, zone);
    let code = made.code.expose();
    t!(
        "import-code",
        name = name,
        email = email,
        code = code,
        until = until
    )
}

/// What was read.
pub(super) fn read<'a>(roster: &'a Roster) -> Column<'a, Message, Theme> {
    column![body(t!("import-good", count = roster.good.len()))].push(bad(roster))
}

/// What became of it.
pub(super) fn done<'a>(roster: &'a Roster) -> Column<'a, Message, Theme> {
    let added = t!("import-done", count = roster.made.len());
    let told = if roster.made.is_empty() {
        notice(Tone::Info, added, "")
    } else {
        notice(Tone::Enabled, added, t("import-done-body"))
    };
    column![told].push(sent(roster)).push(bad(roster))
}

/// How many letters are on their way.
fn sent(roster: &Roster) -> Option<Element<'_, Message>> {
    let (sent, not) = roster.sent;
    let mut words = Vec::new();
    if sent > 0 {
        words.push(t!("import-sent", count = sent));
    }
    if not > 0 {
        words.push(t!("import-not-sent", count = not));
    }
    (!words.is_empty()).then(|| body(words.join(" ")).into())
}

fn bad(roster: &Roster) -> Option<Column<'_, Message, Theme>> {
    let lines = roster.bad.iter().take(SHOWN);
    let more = roster.bad.len().saturating_sub(SHOWN);
    (!roster.bad.is_empty()).then(|| {
        column![body(t!("import-bad", count = roster.bad.len()))]
            .extend(lines.map(|(_, line)| small(line.as_str()).into()))
            .push((more > 0).then(|| small(t!("import-more", count = more))))
            .spacing(space::XS)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Secret;

    #[test]
    fn a_code_ends_on_the_practices_clock() {
        let made = Invitation {
            code: Secret::new("ABCD-EFGH-JKMN"),
            ends: "2027-01-16T08:00:00Z".parse().unwrap(),
            letter: None,
        };
        let line = code(
            "Grace Park",
            "grace@hills.example",
            &made,
            "Australia/Sydney",
        );
        let until = "Grace Park <grace@hills.example>: ABCD-EFGH-JKMN (until Saturday 16 January 2027, 19:00)";
        assert_eq!(line, until);
    }
}
