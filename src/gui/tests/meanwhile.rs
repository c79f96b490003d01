//! A rule that begins to bite while somebody is at work: set-up lies over the page, and what was
//! typed comes back.

use iced::keyboard::key::Named;

use super::Stage;
use super::lock::{is_locked, seen, unlock};
use super::screens::messages::phone_shown;
use super::screens::{MANDATORY_NOW, users};
use crate::api::{Choices, Lock, SetRule, Token};
use crate::backend::staged::PASSWORD;
use crate::domain::{MethodKind, Role};
use crate::gui::screen::{enrol, set_up as part};
use crate::gui::watch::Seen;
use crate::gui::{Message, Said, Screen};
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
    assert!(stage.says("Two-factor must be set up now."));
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

/// Locks while something is asked for, and unlocks once it was answered.
fn lock_meanwhile(stage: &mut Stage) {
    seen(stage, Seen::LockKey);
    unlock(stage, PASSWORD);
}

/// As after **Ctrl+L** or the idle limit: what is answered then is not lost.
#[test]
fn what_a_set_up_was_answered_while_locked_counts() {
    let (mut stage, manager) = half_filled();
    mandatory(&stage, &manager);
    stage.tab_to("Add");
    stage.press(Named::Space);
    while !matches!(stage.app.screen, Screen::Enrol(_)) {
        stage.answer();
    }
    // Its choices are on their way.
    lock_meanwhile(&mut stage);
    assert!(!stage.says("Loading"));

    // The lock ended what counted as a step-up.
    stage.push("Validate");
    stage.type_text(PASSWORD);
    stage.press(Named::Enter);
    stage.settle();
    stage.push("Cancel");
    stage.tab_to("Validate");
    stage.press(Named::Space);
    lock_meanwhile(&mut stage);
    assert!(stage.says("Scan this with your app"), "{:?}", stage.words());

    let phone = phone_shown(&mut stage);
    let code = stage.practice.code(&phone);
    stage.tab_to("Six-digit code from the app");
    stage.type_text(&code);
    stage.press(Named::Enter);
    stage.settle();
    stage.type_text(PASSWORD);
    stage.press(Named::Enter);
    while stage.says("Confirm it is you") {
        stage.answer();
    }
    // The proof is asked for, and not answered.
    lock_meanwhile(&mut stage);
    assert!(matches!(stage.app.screen, Screen::RecoveryCodes(_)));
}

/// A session that is locked elsewhere is locked, and not signed out.
#[test]
fn a_lock_on_the_backend_locks_the_set_up_and_the_recovery_codes() {
    let mut stage = due();
    let lock = |stage: &Stage| {
        let session = stage.app.screen.session().unwrap();
        stage.block_on(session.door.call(Lock {})).unwrap();
    };
    lock(&stage);
    stage.push("Validate");
    assert!(is_locked(&stage));
    unlock(&mut stage, PASSWORD);
    assert!(matches!(stage.app.screen, Screen::Enrol(_)));

    stage.push("Validate");
    stage.type_text(PASSWORD);
    stage.press(Named::Enter);
    stage.settle();
    let phone = phone_shown(&mut stage);
    let code = stage.practice.code(&phone);
    stage.type_text(&code);
    stage.press(Named::Enter);
    stage.settle();
    lock(&stage);
    stage.push("I have saved these");
    stage.push("Done");
    assert!(is_locked(&stage));
    unlock(&mut stage, PASSWORD);
    assert!(matches!(stage.app.screen, Screen::RecoveryCodes(_)));
}

/// Whoever has a method is told what is wrong with it, and not that there is none.
#[test]
fn a_method_that_was_narrowed_away_is_the_reason_where_it_is() {
    let mut stage = due();
    let token = stage.practice.founded.admitted.token.clone();
    let choices = stage.practice.backend.call(Some(&token), Choices {});
    let choices = stage.block_on(choices).unwrap();
    for choice in &choices {
        assert_eq!(choice.proven, choice.kind == MethodKind::Authenticator);
    }
    let came = enrol::Message::SetUp(part::Message::ChoicesCame(Ok(choices)));
    stage.said(Message::Screen(stage.app.shown, Said::Enrol(came)));
    assert!(stage.says("Your practice does not allow your method any more."));
    assert!(!stage.says("Two-factor must be set up now."));
}

/// A refused **Validate** leaves the focus where the choice is.
#[test]
fn a_refused_choice_keeps_the_focus_in_it() {
    let mut stage = due();
    let started = part::Message::Started(Err(crate::api::Error::Busy { retry_after: 2 }));
    let started = Said::Enrol(enrol::Message::SetUp(started));
    stage.push("Validate");
    stage.push("Cancel");
    stage.tab_to("Validate");
    stage.said(Message::Screen(stage.app.shown, started));
    stage.settle();
    let focused = stage.seen().focused().map(|at| at.node.name.clone());
    assert_eq!(focused.as_deref(), Some("Google Authenticator"));
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
