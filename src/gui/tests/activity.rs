//! Practice > Activity, and the statement.

use iced::keyboard::Modifiers;
use iced::keyboard::key::Named;

use super::Stage;
use super::screens::users;
use crate::api::{ActivityVerified, Misfit, MisfitKind};
use crate::backend::staged::Phone;
use crate::gui::home::activity::Message as InActivity;
use crate::gui::{Message, SMALLEST, Said, home};

/// Activity of a practice with somebody in every status.
pub(super) fn page() -> (Stage, Phone) {
    let (mut stage, phone) = users();
    stage.push("Activity");
    (stage, phone)
}

pub(super) fn narrow() -> Stage {
    let (mut stage, _) = page();
    stage.resize(SMALLEST);
    stage
}

pub(super) fn checked() -> Stage {
    let (mut stage, _) = page();
    stage.push("Check the seals");
    stage
}

/// Another hand has been at the database.
pub(super) fn misfit() -> Stage {
    let (mut stage, _) = page();
    let misfit = Misfit {
        number: 12,
        at: Some(stage.practice.backend.now()),
        how: MisfitKind::Changed,
    };
    let verified = ActivityVerified {
        entries: 30,
        removed: 0,
        misfit: Some(misfit),
    };
    let said = home::Message::Activity(InActivity::Checked(Ok(verified)));
    stage.said(Message::Screen(stage.app.shown, Said::Home(said)));
    stage.settle();
    stage
}

pub(super) fn nothing() -> Stage {
    let (mut stage, _) = page();
    stage.type_text("nobody");
    stage.settle();
    stage
}

pub(super) fn day_wrong() -> Stage {
    let (mut stage, _) = page();
    stage.tab_to("From, as 24/11/2026");
    stage.type_text("31/2/2026");
    stage.settle();
    stage
}

pub(super) fn statement() -> (Stage, Phone) {
    let (mut stage, phone) = page();
    stage.push("Statement");
    (stage, phone)
}

pub(super) fn statement_wrong() -> Stage {
    let (mut stage, _) = statement();
    stage.chord("a", Modifiers::COMMAND);
    stage.type_text("1/1/2099");
    stage.press(Named::Enter);
    stage.settle();
    stage
}

#[test]
fn entries_are_told_in_sentences_the_newest_first() {
    let (mut stage, _) = page();
    assert!(stage.says("Alex Lee signed in"));
    assert!(stage.says("By Google Authenticator"));
    assert!(stage.says("Alex Lee added Farid Haddad"));
    assert!(stage.says("Alex Lee turned on two-factor for Dana Okafor"));
}

#[test]
fn a_search_and_a_group_narrow_them() {
    let (mut stage, _) = page();
    // The focus is in the search.
    stage.type_text("dana");
    stage.settle();
    assert!(stage.says("Alex Lee added Dana Okafor"));
    assert!(!stage.says("Farid Haddad"));
    stage.push("Two-factor changes");
    assert!(stage.says("Alex Lee turned on two-factor for Dana Okafor"));
    assert!(!stage.says("Alex Lee added Dana Okafor"));
    stage.push("Failures");
    assert!(stage.says("No entry fits what is searched for."));
}

#[test]
fn a_day_that_cannot_be_read_is_said_and_what_was_typed_stays() {
    let mut stage = day_wrong();
    assert!(stage.says("Enter a day as 24/11/2026."));
    assert_eq!(stage.value("From, as 24/11/2026").unwrap(), "31/2/2026");
    assert!(stage.says("Alex Lee signed in"), "the entries stay");
}

#[test]
fn the_seals_are_checked_by_a_button() {
    let mut stage = checked();
    assert!(stage.says("sealed entries fit. None was changed, removed or put in."));
    let mut stage = misfit();
    let alert = stage.alert().unwrap();
    assert!(alert.contains("Entry 12, written"), "{alert}");
}

#[test]
fn without_full_access_there_is_no_activity() {
    let (stage, _, _) = super::screens::with_ella();
    let mut stage = stage.open(crate::keychain::Home::Keyring);
    stage.sign_in("ella@hills.example");
    assert!(!stage.says("Activity"));
}

#[test]
fn a_statement_for_a_day_that_has_not_come_is_refused_and_the_day_stays() {
    let mut stage = statement_wrong();
    assert!(stage.says("That day has not come yet. Enter today or an earlier day."));
    assert_eq!(stage.value("Day").unwrap(), "1/1/2099");
    // Escape closes the dialog, and the focus is back where it was.
    stage.press(Named::Escape);
    stage.settle();
    assert!(!stage.says("Save as PDF"));
    assert_eq!(stage.seen().focused().unwrap().node.name, "Statement");
}
