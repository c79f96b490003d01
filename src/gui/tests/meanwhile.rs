//! A rule that begins to bite while somebody is at work: set-up lies over the page, and what was
//! typed comes back.

use iced::keyboard::key::Named;

use super::Stage;
use super::lock::seen;
use super::screens::messages::phone_shown;
use super::screens::{MANDATORY_NOW, users};
use crate::api::{SetRule, Token};
use crate::backend::staged::PASSWORD;
use crate::domain::Role;
use crate::gui::Screen;
use crate::gui::watch::Seen;
use crate::keychain::Home;

/// A second manager, who has not set up anything, with a half-filled form; and the first one.
fn half_filled() -> (Stage, Token) {
    let stage = Stage::new();
    let practice = &stage.practice;
    let founder = practice.founded.admitted.token.clone();
    let manager = stage.block_on(async {
        let phone = practice.enrol(&founder).await;
        let manager = practice.manager(&phone).await;
        practice
            .hire(&manager, "Kim Park", "kim@hills.example", Role::FullAccess)
            .await;
        manager
    });
    let mut stage = stage.open(Home::Keyring);
    stage.sign_in("kim@hills.example");
    stage.push("Add a person");
    stage.type_text("Grace Moe");
    stage.press(Named::Tab);
    stage.type_text("grace@hills.example");
    (stage, manager)
}

fn mandatory(stage: &Stage, manager: &Token) {
    let rule = MANDATORY_NOW;
    let set = stage.practice.backend.call(Some(manager), SetRule { rule });
    stage.block_on(set).unwrap();
}

/// Proves the authenticator that is shown, and leaves the recovery codes.
fn set_up(stage: &mut Stage) {
    let phone = phone_shown(stage);
    let code = stage.practice.code(&phone);
    stage.type_text(&code);
    stage.press(Named::Enter);
    stage.settle();
    stage.push("I have saved these");
    stage.push("Done");
}

pub(super) fn due() -> Stage {
    let (mut stage, manager) = half_filled();
    mandatory(&stage, &manager);
    stage.push("Add");
    stage
}

#[test]
fn what_was_typed_comes_back_after_the_set_up() {
    let mut stage = due();
    assert!(matches!(stage.app.screen, Screen::Enrol(_)));
    assert!(stage.says("Your practice requires two-factor from now."));
    assert!(!stage.says("Set up later"));
    assert!(!stage.says("Grace Moe"));
    stage.push("Validate");
    set_up(&mut stage);
    assert_eq!(stage.value("Name").as_deref(), Some("Grace Moe"));
    assert_eq!(stage.value("Email").as_deref(), Some("grace@hills.example"));
    stage.push("Add");
    assert!(stage.says("Give this code to Grace Moe"));
}

/// Locked in the middle of it, the set-up comes back to the same person, and then the form.
#[test]
fn a_lock_in_the_middle_loses_neither() {
    let mut stage = due();
    seen(&mut stage, Seen::LockKey);
    assert!(matches!(stage.app.screen, Screen::Lock(_)));
    assert!(!stage.says("Grace Moe"));
    stage.type_text(PASSWORD);
    stage.press(Named::Enter);
    stage.settle();
    assert!(matches!(stage.app.screen, Screen::Enrol(_)));
    stage.push("Validate");
    // The lock ended what counted as a step-up.
    stage.type_text(PASSWORD);
    stage.press(Named::Enter);
    stage.settle();
    set_up(&mut stage);
    assert_eq!(stage.value("Name").as_deref(), Some("Grace Moe"));
}

/// Whoever signs out instead leaves nothing to the next person, nor to themself.
#[test]
fn signing_out_instead_forgets_the_form() {
    let mut stage = due();
    stage.push("Sign out");
    assert!(matches!(stage.app.screen, Screen::SignIn(_)));
    stage.sign_in("kim@hills.example");
    stage.push("Validate");
    set_up(&mut stage);
    assert!(matches!(stage.app.screen, Screen::Home(_)));
    assert!(!stage.says("grace@hills.example"));
}

#[test]
fn whoever_is_enabled_notices_nothing() {
    let (mut stage, _) = users();
    stage.push("Settings");
    stage.push("Mandatory");
    stage.push("From now");
    stage.push("Save");
    stage.push("Users");
    assert!(matches!(stage.app.screen, Screen::Home(_)));
}
