//! Practice > Settings: the rule, the allowed methods, the session limits.

use iced::Size;
use iced::keyboard::{Modifiers, key::Named};

use super::{users, users_after};
use crate::api::{RemoveMethod, SetAllowed};
use crate::backend::staged::{MANAGER, Phone};
use crate::domain::{AllowedMethods, MethodKind, Starts};
use crate::gui::tests::Stage;
use crate::gui::tests::delivery::step_up;
use crate::keychain::Home;

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

/// The same in the morning of the next day: it is 19:00 in the others.
pub(super) fn tonight() -> Stage {
    let (mut stage, _) = users_after(14 * 3_600);
    stage.push("Settings");
    stage.push("Mandatory");
    stage
}

/// Ella was deactivated a moment ago.
pub(super) fn away() -> Stage {
    let mut stage = super::people::away();
    stage.push("Settings");
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

pub(in crate::gui::tests) fn pending() -> Stage {
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

pub(in crate::gui::tests) fn would_stop() -> Stage {
    let mut stage = mandatory();
    stage.push("Show all 4");
    stage
}

pub(super) fn narrowing() -> Stage {
    let (mut stage, _) = page();
    stage.push("SMS");
    stage
}

pub(super) fn narrows() -> Stage {
    let mut stage = narrowing();
    save_methods(&mut stage);
    stage
}

pub(super) fn narrow() -> Stage {
    let mut stage = mandatory();
    stage.resize(Size::new(900.0, 600.0));
    stage
}

/// A new practice recovery key, shown.
pub(in crate::gui::tests) fn made_key() -> Stage {
    let (mut stage, _) = page();
    stage.push("Make a new key");
    stage.push("Make a new key");
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
    assert!(!stage.says("It applies now"), "it has not begun");
    assert_eq!(stage.value("Time").as_deref(), Some("20:30"));
    stage.push("Cancel the start");
    assert!(stage.says("Saved. It applies now, also to people who are signed in."));
    assert!(!stage.says("Until then set-up can be left for later"));
    assert!(stage.says("Mandatory from Friday 15 January 2027, 20:30 to Optional"));
}

/// Saved without a look at the start, it stops nobody who works now.
#[test]
fn mandatory_begins_after_the_last_appointment_unless_told_otherwise() {
    let mut stage = tonight();
    assert_eq!(stage.value("Time").as_deref(), Some("18:30"));
    assert_eq!(stage.value("Date"), None);
    stage.push("Save");
    assert!(stage.says("Mandatory from Saturday 16 January 2027, 18:30"));
    // Tonight's has passed.
    let mut stage = mandatory();
    assert_eq!(stage.value("Date").as_deref(), Some("16/1/2027"));
    stage.push("Save");
    assert!(stage.says("Mandatory from Saturday 16 January 2027, 18:30"));
    stage.push("From now");
    stage.push("Save");
    assert!(!stage.says("Until then set-up can be left for later"));
}

/// Saved one after the other before the first is answered: the step-up is for both of them.
#[test]
fn each_panel_goes_on_after_a_step_up_with_its_own() {
    let (mut stage, phone) = page();
    stage.push("Mandatory");
    stage.push("SMS");
    stage.practice.advance(6 * 60);
    for _ in ["the rule", "the methods"] {
        stage.tab_to("Save");
        stage.press(Named::Space);
    }
    stage.settle();
    let code = stage.practice.code(&phone);
    step_up(&mut stage, Some(&code));
    assert!(stage.says("Mandatory from Saturday 16 January 2027, 18:30"));
    assert!(stage.says("only Google Authenticator and Email are allowed."));
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
    assert!(stage.says("That is no day. Enter one as 24/11/2026"));
    assert_eq!(stage.value("Date").as_deref(), Some("31/02/2027"));
    over(&mut stage, "Date", "1 Jan 2027");
    stage.push("Save");
    assert!(stage.says("That time has passed."));
    assert_eq!(stage.value("Date").as_deref(), Some("1 Jan 2027"));
}

/// Whom it stops on coming back is named apart, and not counted with the others.
#[test]
fn the_dry_run_names_apart_who_is_away() {
    let mut stage = away();
    assert!(stage.says("3 of 5 would be stopped"));
    let away = "Not here now, and stopped on coming back: Ella Smith (left 15 Jan).";
    assert!(stage.says(away), "{:?}", stage.words());
    stage.push("Show details");
    assert!(stage.says(away));
    stage.press(Named::Escape);
    stage.settle();
    assert!(stage.says(away));
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

/// Saved, it is told by the methods' names; its start is moved, and taken back by its tick.
#[test]
fn a_narrowing_asks_from_when_and_its_start_can_be_moved() {
    let mut stage = narrowing();
    assert!(stage.says("Nobody would be stopped at the next sign-in."));
    let asked = "When should SMS stop? Until then it still signs people in.";
    assert!(stage.says(asked));
    over(&mut stage, "Date", "31/2/2027");
    save_methods(&mut stage);
    assert!(stage.says("That is no day. Enter one as 24/11/2026"));
    over(&mut stage, "Date", "20/1/2027");
    save_methods(&mut stage);
    let allowed = "only Google Authenticator and Email are allowed.";
    let from = format!("From Wednesday 20 January 2027, 00:00 {allowed}");
    assert!(stage.says(&from), "{:?}", stage.words());

    assert!(stage.says("You can change this start."));
    assert_eq!(stage.value("Date").as_deref(), Some("20/1/2027"));
    over(&mut stage, "Date", "25/1/2027");
    save_methods(&mut stage);
    let from = format!("From Monday 25 January 2027, 00:00 {allowed}");
    assert!(stage.says(&from), "{:?}", stage.words());

    stage.push("Email");
    assert!(stage.says("When should Email and SMS stop?"));
    stage.push("Email");
    stage.push("SMS");
    assert!(!stage.says("When should") && !stage.says("You can change this start."));
    save_methods(&mut stage);
    assert!(!stage.says("are allowed."));
}

/// At the Settings of a manager whose only method is SMS.
fn by_sms() -> Stage {
    let stage = Stage::new();
    let practice = &stage.practice;
    let founder = practice.founded.admitted.token.clone();
    stage.block_on(async {
        let phone = practice.enrol(&founder).await;
        practice.set_delivery(&founder).await;
        let by = practice.manager(&phone).await;
        let allowed = AllowedMethods {
            for_full_access: true,
            ..AllowedMethods::default()
        };
        let from = Starts::Now;
        let allow = practice
            .backend
            .call(Some(&by), SetAllowed { allowed, from });
        allow.await.unwrap();
        practice.enrol_sms(&by).await;
        let kind = MethodKind::Authenticator;
        let remove = practice.backend.call(Some(&by), RemoveMethod { kind });
        remove.await.unwrap();
    });
    let mut stage = stage.open(Home::Keyring);
    stage.sign_in(MANAGER);
    let code = stage.block_on(stage.practice.newest_code());
    stage.type_text(&code);
    stage.press(Named::Enter);
    stage.settle();
    stage.push("Settings");
    stage
}

/// The second **Save** of the page: the rule's has nothing to do.
fn save_methods(stage: &mut Stage) {
    stage.push("Save");
}

/// What is decided for everyone is for the manager too.
#[test]
fn a_narrowing_needs_a_method_of_ones_own_that_stays() {
    let mut stage = by_sms();
    stage.push("SMS and Email for people with full access too");
    let asked = "When should Email and SMS stop for people with full access?";
    assert!(stage.says(asked), "{:?}", stage.words());
    save_methods(&mut stage);
    assert!(stage.says("Set up a method for yourself first that stays allowed."));
}
