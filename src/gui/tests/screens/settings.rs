//! Practice > Settings: the rule, the allowed methods, the session limits.

use iced::Size;
use iced::keyboard::{Modifiers, key::Named};

use super::users;
use crate::backend::staged::Phone;
use crate::gui::tests::Stage;

pub(crate) fn page() -> (Stage, Phone) {
    let (mut stage, phone) = users();
    stage.push("Settings");
    (stage, phone)
}

pub(super) fn mandatory() -> Stage {
    let (mut stage, _) = page();
    stage.push("Mandatory");
    stage
}

/// Types over what is in a field.
pub(crate) fn over(stage: &mut Stage, field: &str, text: &str) {
    stage.tab_to(field);
    stage.chord("a", Modifiers::COMMAND);
    stage.type_text(text);
}

pub(super) fn date_wrong() -> Stage {
    let mut stage = mandatory();
    stage.push("On a date");
    over(&mut stage, "Date", "31/02/2027");
    stage.push("Save");
    stage
}

pub(super) fn pending() -> Stage {
    let mut stage = mandatory();
    stage.push("Tonight");
    over(&mut stage, "Time", "8:30pm");
    stage.push("Save");
    stage
}

pub(super) fn history() -> Stage {
    let mut stage = pending();
    stage.push("Prompt at sign-in");
    stage.push("Save");
    stage.push("Show earlier changes");
    stage
}

pub(super) fn would_stop() -> Stage {
    let mut stage = mandatory();
    stage.push("Show all 4");
    stage
}

pub(super) fn narrowing() -> Stage {
    let (mut stage, _) = page();
    stage.push("SMS");
    stage
}

pub(super) fn narrow() -> Stage {
    let mut stage = mandatory();
    stage.resize(Size::new(900.0, 600.0));
    stage
}

/// Another idle limit is saved.
pub(crate) fn limits(minutes: &str) -> Stage {
    let (mut stage, _) = page();
    over(&mut stage, "Lock after (minutes)", minutes);
    stage.press(Named::Enter);
    stage.settle();
    stage
}

#[test]
fn a_start_is_saved_shown_and_cancelled() {
    let mut stage = pending();
    assert!(stage.says("Mandatory from Friday 15 January 2027, 20:30"));
    assert!(stage.says("Saved."));
    assert_eq!(stage.value("Time").as_deref(), Some("20:30"));
    stage.push("Cancel the start");
    assert!(!stage.says("Until then set-up can be left for later"));
    assert!(stage.says("Mandatory from Friday 15 January 2027, 20:30 to Optional"));
}

/// Moved, the start stands in the history twice; cancelled, the rule before both is back.
#[test]
fn a_start_that_was_moved_is_cancelled() {
    let (mut stage, _) = page();
    stage.push("Prompt at sign-in");
    stage.push("Save");
    stage.push("Mandatory");
    stage.push("Tonight");
    stage.push("Save");
    over(&mut stage, "Time", "21:15");
    stage.push("Save");
    assert!(stage.says("Mandatory from Friday 15 January 2027, 21:15"));
    stage.push("Cancel the start");
    assert!(stage.says("Mandatory from Friday 15 January 2027, 21:15 to Prompt at sign-in"));
}

#[test]
fn what_cannot_be_read_is_said_at_its_field_and_kept() {
    let mut stage = date_wrong();
    assert!(stage.says("Enter a day as 24/11/2026"));
    assert_eq!(stage.value("Date").as_deref(), Some("31/02/2027"));
    over(&mut stage, "Date", "1 Jan 2027");
    stage.push("Save");
    assert!(stage.says("That time has passed."));
    assert_eq!(stage.value("Date").as_deref(), Some("1 Jan 2027"));
}

#[test]
fn the_dry_run_names_who_would_be_stopped() {
    let mut stage = would_stop();
    for name in ["Chris Murray", "Dana Okafor", "Ella Smith", "Farid Haddad"] {
        assert!(stage.says(name), "{name}");
    }
    assert!(!stage.says("Bella Nguyen"));
    stage.press(Named::Escape);
    stage.settle();
    assert!(!stage.says("Farid Haddad"));
    // Optional asks nothing of anyone.
    stage.push("Optional");
    assert!(!stage.says("Before you save"));
}

#[test]
fn a_narrowing_asks_from_when_and_for_a_method_of_ones_own() {
    let mut stage = narrowing();
    assert!(stage.says("Nobody would be stopped at the next sign-in."));
    stage.push("Save");
    assert!(stage.says("only the ticked methods are allowed"));
}
