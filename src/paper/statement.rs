//! The statement as a file: a PDF to be sent, and separated values to be worked with.

use jiff::tz::TimeZone;

use super::moment;
use super::pdf::{Column, Report};
use super::{csv as separated, local, pdf as paper};
use crate::api::{StatementLine, StatementOf};
use crate::domain::{Rule, Status, Timestamp};
use crate::words::{method, role, t};

/// The statement as separated values.
///
/// # Errors
///
/// What the writing of the file answers.
pub fn csv(statement: &StatementOf) -> Result<Vec<u8>, std::io::Error> {
    let zone = &statement.time_zone;
    let headings = [
        t("statement-day"),
        t("column-practice"),
        t("column-rule"),
        t("name"),
        t("role"),
        t("two-factor"),
        t("method"),
        format!("{} ({zone})", t("column-since")),
        t("column-second-steps"),
        t("column-remembered"),
    ];
    let rule = rule(statement);
    let lines = statement.people.iter().map(|line| {
        let of = [
            statement.day.to_string(),
            statement.practice.clone(),
            rule.clone(),
        ];
        let since = line.since.map(|since| local(since, zone));
        of.into_iter().chain(cells(line, since)).collect()
    });
    separated::file(&headings, lines)
}

/// The statement as a PDF.
///
/// # Errors
///
/// A sentence, if the fonts or the file cannot be made.
pub fn pdf(statement: &StatementOf) -> Result<Vec<u8>, String> {
    paper::file(&report(statement))
}

fn report(statement: &StatementOf) -> Report {
    let zone = &statement.time_zone;
    let day = statement.day.strftime("%-d %B %Y").to_string();
    let enabled = statement
        .people
        .iter()
        .filter(|line| line.status == Status::Enabled);
    let title = t!("statement-title", day = day);
    let above = vec![
        statement.practice.clone(),
        rule(statement),
        t!(
            "statement-counts",
            enabled = enabled.count(),
            all = statement.people.len()
        ),
        t!("statement-counted", days = StatementOf::DAYS),
        t("statement-counted-apart"),
        t!(
            "statement-made",
            by = statement.by.as_str(),
            when = moment(statement.made, zone),
            zone = zone.as_str()
        ),
    ];
    let columns = vec![
        Column::new(t("name"), 150.0),
        Column::new(t("role"), 66.0),
        Column::new(t("two-factor"), 60.0),
        Column::new(t("method"), 104.0),
        Column::new(t("column-since"), 66.0),
        Column::right(t("column-second-steps-short"), 30.0),
        Column::right(t("column-remembered-short"), 30.0),
    ];
    let lines = statement.people.iter().map(|line| {
        let since = line.since.map(|since| day_of(since, zone));
        cells(line, since).into()
    });
    Report {
        of: statement.practice.clone(),
        title,
        made: statement.made,
        above,
        columns,
        lines: lines.collect(),
    }
}

/// What is said of a person, in the order of the columns.
fn cells(line: &StatementLine, since: Option<String>) -> [String; 7] {
    [
        line.name.clone(),
        role(line.role),
        status(line.status),
        methods(line),
        since.unwrap_or_default(),
        line.second_steps.to_string(),
        line.remembered.to_string(),
    ]
}

/// The rule that was in force, and since when.
fn rule(statement: &StatementOf) -> String {
    let since = day_of(statement.rule_since, &statement.time_zone);
    match statement.rule {
        Rule::Optional => t!("statement-rule-optional", since = since),
        Rule::Prompt => t!("statement-rule-prompt", since = since),
        Rule::Mandatory { bites } => t!(
            "statement-rule-mandatory",
            since = since,
            from = moment(bites, &statement.time_zone)
        ),
    }
}

fn methods(line: &StatementLine) -> String {
    let names = line.methods.iter().map(|kind| method(*kind));
    names.collect::<Vec<_>>().join(", ")
}

fn status(status: Status) -> String {
    match status {
        Status::Enabled => t("status-enabled"),
        Status::Pending => t("status-pending"),
        Status::Activated => t("status-activated"),
        Status::NotSetup => t("status-not-setup"),
    }
}

fn there(at: Timestamp, zone: &str, form: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    at.to_zoned_datetime(zone).strftime(form).to_string()
}

fn day_of(at: Timestamp, zone: &str) -> String {
    there(at, zone, "%-d %b %Y")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{MethodKind, Role};

    fn statement(people: usize) -> StatementOf {
        let at: Timestamp = "2026-11-24T02:00:00Z".parse().unwrap();
        let line = |number: usize| StatementLine {
            user: format!("01900000-0000-7000-8000-{number:012}")
                .parse()
                .unwrap(),
            name: format!("=Person {number}"),
            role: Role::Reception,
            status: Status::Enabled,
            methods: vec![MethodKind::Authenticator, MethodKind::Sms],
            since: Some(at),
            second_steps: 12,
            remembered: 0,
        };
        StatementOf {
            practice: "Hills Clinic".into(),
            time_zone: "Australia/Sydney".into(),
            day: "2026-11-24".parse().unwrap(),
            at,
            made: at,
            by: "Alex Lee".into(),
            rule: Rule::Mandatory { bites: at },
            rule_since: at,
            people: (0..people).map(line).collect(),
        }
    }

    #[test]
    fn separated_values_say_what_was_so_and_begin_no_formula() {
        let text = String::from_utf8(csv(&statement(1)).unwrap()).unwrap();
        let line = text.lines().nth(1).unwrap();
        assert!(line.contains("2026-11-24,Hills Clinic"), "{line}");
        assert!(line.contains("'=Person 0,Reception,Enabled"), "{line}");
        assert!(line.contains("\"Google Authenticator, SMS\",2026-11-24 13:00:00,12,0"));
    }

    #[test]
    fn everybody_is_on_paper_and_every_page_is_numbered() {
        let report = report(&statement(150));
        assert_eq!(report.title, "Two-factor statement for 24 November 2026");
        let pages = paper::pages(&report).unwrap();
        let words: Vec<Vec<&str>> = pages
            .iter()
            .map(|page| page.iter().map(|text| text.words.as_str()).collect())
            .collect();
        for number in 0..150 {
            let name = format!("=Person {number}");
            let times = words.iter().flatten().filter(|word| **word == name);
            assert_eq!(times.count(), 1, "{name}");
        }
        for (number, page) in words.iter().enumerate() {
            let numbered = format!("Page {} of {}", number + 1, words.len());
            assert!(page.contains(&numbered.as_str()), "{page:?}");
            assert!(page.contains(&"Name") && page.contains(&"Hills Clinic"));
        }
    }

    #[test]
    fn nobody_at_all_is_a_statement_too() {
        let file = pdf(&statement(0)).unwrap();
        assert!(file.starts_with(b"%PDF-"));
        assert_eq!(file, pdf(&statement(0)).unwrap(), "the same every time");
    }
}
