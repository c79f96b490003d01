//! Practice > Activity, and the statement.

use iced::keyboard::Modifiers;
use iced::keyboard::key::Named;

use super::Stage;
use super::screens::{settings, users};
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
    stage.push("Check for tampering");
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
    assert!(stage.says("That is no day. Enter one as 24/11/2026."));
    assert_eq!(stage.value("From, as 24/11/2026").unwrap(), "31/2/2026");
    assert!(stage.says("Alex Lee signed in"), "the entries stay");
}

/// Every entry that was there has its number then; the one of the sign-in is the newest of them.
#[test]
fn the_seals_are_checked_by_a_button_which_numbers_the_entries() {
    let (mut stage, _) = page();
    let entries = numbers(&mut stage).len();
    stage.push("Check for tampering");
    let checked = numbers(&mut stage);
    let newest = checked[0].parse::<usize>().unwrap();
    assert!(newest >= entries, "{checked:?}");
    let words = format!("All {newest} sealed entries are unchanged. None was removed or put in.");
    assert!(stage.says(&words), "{:?}", stage.words());
    let expected: Vec<String> = (1..=newest)
        .rev()
        .map(|number| number.to_string())
        .collect();
    assert!(expected.starts_with(&checked), "{checked:?}");
}

/// The last column.
fn numbers(stage: &mut Stage) -> Vec<String> {
    let is_number = |words: &String| words == "—" || words.parse::<u32>().is_ok();
    stage.words().into_iter().filter(is_number).collect()
}

#[test]
fn a_seal_that_does_not_fit_is_an_alert_with_its_time() {
    let mut stage = misfit();
    let alert = stage.alert().unwrap();
    let told = "Entry 12, written 15 January 2027, 19:0";
    assert!(alert.contains(told), "{alert}");
}

#[test]
fn a_change_is_told_in_words_and_on_the_practices_clock() {
    let mut stage = settings::pending();
    stage.push("SMS");
    stage.push("Save");
    stage.push("Activity");
    for words in [
        "Optional to Mandatory from 15 January 2027, 20:30",
        "Google Authenticator, Email and SMS to Google Authenticator and Email, from 16 January",
    ] {
        assert!(stage.says(words), "{words}: {:?}", stage.words());
    }
    assert!(
        !stage
            .words()
            .iter()
            .any(|words| words.contains("Z ") || words.ends_with('Z'))
    );
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
