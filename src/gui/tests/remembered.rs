//! Remembered computers: the tick, what it spares, the list; and names that are not kept.

use iced::keyboard::key::Named;

use super::Stage;
use super::lock::{is_home, is_locked, is_sign_in, seen};
use super::screens::{enter_code, settings};
use crate::api::{Computers, SetComputerRule};
use crate::backend::staged::{MANAGER, PASSWORD, Phone};
use crate::domain::Role;
use crate::gui::Screen;
use crate::gui::watch::Seen;
use crate::keychain::Home;

const ELLA: &str = "ella@hills.example";
const TICK: &str = "Remember this computer for 7 days";

/// Ella of reception with an authenticator, at the sign-in of a practice with this rule.
fn front(remember_days: Option<u32>, keep_names: bool) -> (Stage, Phone) {
    let (stage, ella, _) = practice(remember_days, keep_names);
    (stage, ella)
}

/// The same, with the phone of the manager too.
fn practice(remember_days: Option<u32>, keep_names: bool) -> (Stage, Phone, Phone) {
    let stage = Stage::new();
    let practice = &stage.practice;
    let founder = practice.founded.admitted.token.clone();
    let (ella, alex) = stage.block_on(async {
        let alex = practice.enrol(&founder).await;
        let manager = practice.manager(&alex).await;
        let name = "Ella Smith";
        let ella = practice.hire(&manager, name, ELLA, Role::Reception).await;
        let computers = Computers {
            remember_days,
            tell_new: true,
            keep_names,
        };
        let call = SetComputerRule { computers };
        practice.backend.call(Some(&manager), call).await.unwrap();
        (practice.enrol(&ella).await, alex)
    });
    (stage.open(Home::Keyring), ella, alex)
}

/// At the code, with the tick.
pub(super) fn ticked() -> (Stage, Phone) {
    let (mut stage, phone) = front(Some(7), true);
    stage.sign_in(ELLA);
    let code = stage.practice.code(&phone);
    stage.type_text(&code);
    stage.push(TICK);
    (stage, phone)
}

/// Signed in with the tick, a day ago, and now without a code.
fn skipped() -> (Stage, Phone) {
    let (mut stage, phone) = ticked();
    stage.push("Submit");
    assert!(is_home(&stage));
    stage.push("Sign out");
    stage.practice.advance(24 * 60 * 60);
    stage.sign_in(ELLA);
    (stage, phone)
}

/// The list in My account.
pub(super) fn listed() -> Stage {
    let (mut stage, _) = skipped();
    stage.push("My account");
    stage.tab_to("Forget");
    stage
}

/// The panel of the settings.
pub(super) fn in_settings() -> Stage {
    let (mut stage, _) = settings::page();
    stage.push("Let people remember their computer");
    stage.tab_to("Keep names on the sign-in screen");
    stage.tab_to("Save");
    stage
}

/// The panel of the settings, with the days in question.
pub(super) fn setting(days: &str) -> Stage {
    let (mut stage, _) = settings::page();
    stage.push("Let people remember their computer");
    settings::over(&mut stage, "Ask for a code again after (days)", days);
    // The field's own Enter saves.
    stage.press(Named::Enter);
    stage.settle();
    stage
}

#[test]
fn a_computer_with_the_tick_asks_for_no_code() {
    let (stage, phone) = skipped();
    assert!(is_home(&stage));
    // It is kept for the next start too, and another one each time.
    let mut stage = stage;
    stage.push("Sign out");
    let mut stage = stage.again().open(Home::Keyring);
    stage.sign_in(ELLA);
    assert!(is_home(&stage));
    // A mistyped password costs nothing of it.
    stage.push("Sign out");
    stage.type_text("not it at all");
    stage.press(Named::Enter);
    stage.settle();
    assert!(is_sign_in(&stage));
    stage.type_text(PASSWORD);
    stage.press(Named::Enter);
    stage.settle();
    assert!(is_home(&stage));
    stage.push("Sign out");
    stage.practice.advance(7 * 24 * 60 * 60);
    stage.sign_in(ELLA);
    assert!(matches!(stage.app.screen, Screen::Code(_)));
    let code = stage.practice.code(&phone);
    stage.type_text(&code);
    stage.push("Submit");
    assert!(is_home(&stage));
}

#[test]
fn without_the_practices_leave_there_is_no_tick() {
    let (mut stage, _) = front(None, true);
    stage.sign_in(ELLA);
    assert!(matches!(stage.app.screen, Screen::Code(_)));
    assert!(!stage.says("Remember this computer"));
}

/// No recovery code remembers a computer.
#[test]
fn a_recovery_code_has_no_tick() {
    let (mut stage, _) = front(Some(7), true);
    stage.sign_in(ELLA);
    assert!(stage.says(TICK));
    stage.push("Try another way");
    stage.push("Recovery code");
    assert!(!stage.says("Remember this computer"));
}

#[test]
fn it_is_listed_and_forgotten() {
    let mut stage = listed();
    for words in [
        "Remembered computers",
        "This computer",
        "asks for a code again",
    ] {
        assert!(stage.says(words), "{words}");
    }
    stage.press(Named::Space);
    stage.settle();
    assert!(!stage.says("Remembered computers"));
    stage.push("Sign out");
    stage.sign_in(ELLA);
    assert!(matches!(stage.app.screen, Screen::Code(_)));
}

/// Full access sees it beside the sessions, and ends it with them, also where none is open.
#[test]
fn full_access_ends_it_with_the_sessions() {
    let (mut stage, ella, alex) = practice(Some(7), true);
    stage.sign_in(ELLA);
    let code = stage.practice.code(&ella);
    stage.type_text(&code);
    stage.push(TICK);
    stage.push("Submit");
    stage.push("Sign out");
    stage.practice.advance(24 * 60 * 60);
    stage.sign_in(MANAGER);
    assert!(!stage.says("Remember this computer"));
    enter_code(&mut stage, &alex);
    stage.push("Authentication preferences of Ella Smith");
    assert!(stage.says("1 remembered computer"));
    stage.push("End all");
    stage.type_text("her laptop is gone");
    stage.push("End all");
    assert!(!stage.says("1 remembered computer"));
    stage.press(Named::Escape);
    stage.settle();
    stage.push("Sign out");
    stage.sign_in(ELLA);
    assert!(matches!(stage.app.screen, Screen::Code(_)));
}

#[test]
fn the_setting_is_saved_and_its_days_are_held_within_bounds() {
    let mut stage = setting("45");
    assert!(stage.says("Enter 1 to 30 days."));
    stage.type_text("14");
    stage.push("Keep names on the sign-in screen");
    stage.push("Save");
    assert!(stage.says("Saved."));
    stage.push("Users");
    stage.push("Settings");
    assert_eq!(
        stage.value("Ask for a code again after (days)").as_deref(),
        Some("14")
    );
}

/// Where no names are kept, nobody who has left is named, now or at the next start; whoever is
/// locked can be picked.
#[test]
fn without_names_the_sign_in_shows_nobody_who_has_left() {
    let (mut stage, phone) = front(Some(7), false);
    stage.sign_in(ELLA);
    let code = stage.practice.code(&phone);
    stage.type_text(&code);
    stage.push(TICK);
    stage.push("Submit");
    assert!(is_home(&stage));
    seen(&mut stage, Seen::LockKey);
    assert!(is_locked(&stage));
    stage.push("Switch user");
    assert!(stage.says("Ella Smith"), "the session waits");
    // Also where somebody else has tried to come in and gone back.
    stage.sign_in(MANAGER);
    assert!(matches!(stage.app.screen, Screen::Code(_)));
    stage.push("Sign in as someone else");
    assert_eq!(stage.value("Email").unwrap_or_default(), "");
    stage.push("Ella Smith");
    stage.push("Sign out");
    let nobody = |stage: &mut Stage| {
        assert!(is_sign_in(stage));
        assert_eq!(stage.value("Email").unwrap_or_default(), "");
        assert!(!stage.says("Ella") && !stage.says("ella"));
    };
    nobody(&mut stage);
    let mut stage = stage.again().open(Home::Keyring);
    nobody(&mut stage);
    let kept = stage.block_on(stage.app.room.kept.people()).unwrap();
    assert_eq!(kept, []);
    // By the address that is typed the computer is known, and remembered.
    stage.sign_in(ELLA);
    assert!(is_home(&stage));
}
