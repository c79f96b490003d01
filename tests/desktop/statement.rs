//! The statement on paper, as whoever it is sent to opens it: with poppler.

use std::process::Command;

use vestibule::api::{StatementLine, StatementOf};
use vestibule::domain::{MethodKind, Role, Rule, Status, Timestamp};
use vestibule::paper::statement::pdf;

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_statement_opens_in_poppler_and_can_be_read() {
    let at: Timestamp = "2026-11-24T02:00:00Z".parse().unwrap();
    let long = "Maximiliana Featherstonehaugh-Cholmondeley of Wagga Wagga";
    let names = ["Zoë Nguyễn", "Łukasz O’Brien", "Ελένη Παπαδοπούλου", long];
    let people = (0..200).map(|number: usize| StatementLine {
        user: format!("01900000-0000-7000-8000-{number:012}")
            .parse()
            .unwrap(),
        name: match names.get(number) {
            Some(name) => (*name).to_owned(),
            None => format!("Sam Lee {number}"),
        },
        role: Role::Reception,
        status: Status::Enabled,
        methods: vec![MethodKind::Authenticator],
        since: Some(at),
        second_steps: 61,
        remembered: 0,
    });
    let statement = StatementOf {
        practice: "Hills Clinic".into(),
        time_zone: "Australia/Sydney".into(),
        day: "2026-11-24".parse().unwrap(),
        at,
        made: at,
        by: "Alex Lee".into(),
        rule: Rule::Mandatory { bites: at },
        rule_since: at,
        people: people.collect(),
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("statement.pdf");
    std::fs::write(&file, pdf(&statement).unwrap()).unwrap();
    let file = file.to_str().unwrap();

    let about = said("pdfinfo", &[file]);
    let pages = about
        .lines()
        .find_map(|line| line.strip_prefix("Pages:"))
        .unwrap();
    let pages: usize = pages.trim().parse().unwrap();
    assert!(about.contains("Two-factor statement for 24 November 2026 - Hills Clinic"));
    assert!(about.contains("A4"), "{about}");

    let text = said("pdftotext", &["-layout", file, "-"]);
    for words in [
        "Zoë Nguyễn",
        "Łukasz O’Brien",
        "Ελένη Παπαδοπούλου",
        "Maximiliana Feather",
        "Enabled: 200 of 200 people.",
        "Made by Alex Lee with Vestibule on 24 November 2026, 13:00",
        &format!("Page 1 of {pages}"),
        &format!("Page {pages} of {pages}"),
    ] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    assert!(!text.contains("Wagga Wagga"), "it would run into the role");
    for number in 4..200 {
        let line = text
            .lines()
            .find(|line| line.contains(&format!("Sam Lee {number} ")))
            .unwrap_or_else(|| panic!("nobody of number {number}"));
        for cell in ["Reception", "Enabled", "Google Authenticator", "61"] {
            assert!(line.contains(cell), "{line}");
        }
    }
}
