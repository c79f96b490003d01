//! The code screen: each thing that can happen there is its own sentence.

use iced::keyboard::key::Named;

use super::Stage;
use super::screens::messages::{second, set_up_sent};
use crate::api::{Dependency, Error};
use crate::backend::staged::{MANAGER, PASSWORD, Phone, Staged};
use crate::domain::{MethodKind, Role};
use crate::gui::screen::code;
use crate::gui::{Message, Said, Screen};
use crate::keychain::Home;

/// Six digits that are right nowhere near now.
fn wrong_code(practice: &Staged, phone: &Phone) -> String {
    let mut near = Vec::new();
    for seconds in [-60, 30, 30, 30, 30] {
        practice.advance(seconds);
        near.push(practice.code(phone));
    }
    practice.advance(-60);
    let mut codes = (0..1_000_000).map(|number| format!("{number:06}"));
    codes.find(|code| !near.contains(code)).unwrap()
}

/// Enters a wrong code over what is selected, and lets the answer come.
pub(super) fn enter_wrong(stage: &mut Stage, phone: &Phone) {
    let wrong = wrong_code(&stage.practice, phone);
    enter(stage, &wrong);
}

fn enter(stage: &mut Stage, code: &str) {
    stage.type_text(code);
    stage.press(Named::Enter);
    stage.settle();
}

fn answered(error: Error) -> Stage {
    let (mut stage, _) = Stage::at_code();
    let answer = code::Message::Answered(Err(error));
    stage.said(Message::Screen(stage.app.shown, Said::Code(answer)));
    stage.settle();
    stage
}

fn is_at_code(stage: &Stage) -> bool {
    matches!(stage.app.screen, Screen::Code(_))
}

#[test]
fn a_wrong_code_says_how_many_tries_are_left() {
    let (mut stage, phone) = Stage::at_code();
    for left in [
        "4 tries\u{a0}left.",
        "3 tries\u{a0}left.",
        "2 tries\u{a0}left.",
        "1 try left.",
    ] {
        enter_wrong(&mut stage, &phone);
        let alert = stage.alert().unwrap();
        assert!(alert.contains("That code is not right."), "{alert}");
        assert!(alert.contains(left), "{alert}");
    }
}

#[test]
fn the_clocks_are_spoken_of_after_the_second_wrong_code() {
    let (mut stage, phone) = Stage::at_code();
    enter_wrong(&mut stage, &phone);
    assert!(!stage.says("Compare your phone"));
    enter_wrong(&mut stage, &phone);
    assert!(stage.says("Compare your phone"));
}

#[test]
fn the_last_wrong_code_leads_back_and_says_why() {
    let (mut stage, phone) = Stage::at_code();
    for _ in 0..5 {
        enter_wrong(&mut stage, &phone);
    }
    assert!(matches!(stage.app.screen, Screen::SignIn(_)));
    assert!(stage.says("the tries of this sign-in are used up"));
}

#[test]
fn a_used_code_is_not_called_wrong() {
    let (mut stage, phone) = Stage::enrolled();
    let code = stage.practice.code(&phone);
    stage.sign_in(crate::backend::staged::MANAGER);
    enter(&mut stage, &code);
    assert!(matches!(stage.app.screen, Screen::Home(_)));
    stage.push("Sign out");
    stage.sign_in(crate::backend::staged::MANAGER);
    enter(&mut stage, &code);
    let alert = stage.alert().unwrap();
    assert!(alert.contains("already been used"), "{alert}");
    assert!(alert.contains("4 tries\u{a0}left."), "{alert}");
    assert!(!alert.contains("not right"), "{alert}");
}

#[test]
fn a_wait_is_seen_on_arrival_with_its_time() {
    let (mut stage, phone) = Stage::at_code();
    for _ in 0..5 {
        enter_wrong(&mut stage, &phone);
    }
    stage.sign_in(crate::backend::staged::MANAGER);
    assert!(is_at_code(&stage));
    let alert = stage.alert().unwrap();
    assert!(alert.contains("Too many wrong codes."), "{alert}");
    // 08:01:01 is when they failed; the first wait is half a minute.
    assert!(alert.contains("opens at 08:01:31"), "{alert}");
}

#[test]
fn a_sign_in_that_took_too_long_says_so() {
    let (mut stage, phone) = Stage::at_code();
    stage.practice.advance(60 * 60);
    let code = stage.practice.code(&phone);
    enter(&mut stage, &code);
    assert!(matches!(stage.app.screen, Screen::SignIn(_)));
    assert!(stage.says("That sign-in has ended."));
    assert!(!stage.says("not right"));
}

#[test]
fn every_answer_is_a_sentence_of_its_own() {
    let until = Stage::new().practice.backend.now();
    let answers = [
        Error::CodeWrong { tries_left: 3 },
        Error::CodeUsed { tries_left: 3 },
        Error::Wait { until },
        Error::Stopped,
        Error::Busy { retry_after: 2 },
        Error::Unavailable {
            what: Dependency::Database,
        },
        Error::Unavailable {
            what: Dependency::DiskSpace,
        },
        Error::Unavailable {
            what: Dependency::DiskReadOnly,
        },
        Error::Unavailable {
            what: Dependency::Disk,
        },
        Error::Internal {
            incident: "4711".into(),
        },
    ];
    let mut said: Vec<String> = Vec::new();
    for error in answers {
        let mut stage = answered(error.clone());
        assert!(is_at_code(&stage), "{error:?}");
        let alert = stage.alert().unwrap();
        assert!(!said.contains(&alert), "twice: {alert}");
        let blames_the_code = alert.contains("not right") || alert.contains("already been used");
        let is_about_it = matches!(error, Error::CodeWrong { .. } | Error::CodeUsed { .. });
        assert_eq!(blames_the_code, is_about_it, "{alert}");
        said.push(alert);
    }
}

#[test]
fn a_failure_that_is_not_the_codes_leaves_the_field_as_it_is() {
    for what in [Dependency::DiskSpace, Dependency::Database] {
        let mut stage = answered(Error::Unavailable { what });
        let alert = stage.alert().unwrap().to_lowercase();
        assert!(!alert.contains("wrong"), "{alert}");
    }
    let mut busy = answered(Error::Busy { retry_after: 1 });
    assert!(!busy.alert().unwrap().to_lowercase().contains("wrong"));
}

/// A code that is typed before another method has come is none of it.
#[test]
fn nothing_is_submitted_while_another_method_is_asked_for() {
    let (mut stage, _) = Stage::at_code();
    let other = code::Message::Try(MethodKind::Authenticator);
    stage.said(Message::Screen(stage.app.shown, Said::Code(other)));
    stage.type_text("123456");
    stage.press(Named::Enter);
    assert_eq!(stage.settle(), 1);
    assert!(stage.alert().is_none());
    stage.press(Named::Enter);
    stage.settle();
    assert!(stage.says("4 tries\u{a0}left."));
}

#[test]
fn a_set_up_code_that_is_sent_again_clears_what_was_said_of_the_one_before() {
    let mut stage = set_up_sent();
    stage.type_text("000000");
    stage.press(Named::Enter);
    stage.settle();
    assert!(stage.says("That code is not right."));
    stage.block_on(stage.practice.deliver());
    second(&mut stage, 61);
    stage.push("Send again");
    assert!(!stage.says("That code is not right."));
}

/// Kim without her phone, and the manager's.
fn without_phone() -> (Stage, Phone) {
    let stage = Stage::new();
    let practice = &stage.practice;
    let founder = practice.founded.admitted.token.clone();
    let phone = stage.block_on(async {
        let phone = practice.enrol(&founder).await;
        let by = practice.manager(&phone).await;
        let kim = practice
            .hire(&by, "Kim Park", "kim@hills.example", Role::Reception)
            .await;
        practice.enrol(&kim).await;
        phone
    });
    let mut stage = stage.open(Home::Keyring);
    stage.sign_in("kim@hills.example");
    stage.push("Try another way");
    stage.push("Desk code");
    (stage, phone)
}

pub(super) fn at_desk() -> Stage {
    let (mut stage, phone) = without_phone();
    stage.type_text(MANAGER);
    stage.press(Named::Tab);
    stage.type_text(PASSWORD);
    // Past its eye.
    stage.tab_to("Colleague’s six-digit code");
    let code = stage.practice.code(&phone);
    stage.type_text(&code);
    stage.settle();
    stage
}

/// As at every other password: shown while its eye is held, and Caps Lock told of.
#[test]
fn the_colleagues_password_is_as_others_are() {
    let (mut stage, _) = without_phone();
    stage.tab_to("Colleague’s password");
    stage.type_text("ABC");
    assert!(stage.says("Caps Lock is on"), "{:?}", stage.words());
    let (eye, _) = stage.tab(false).unwrap();
    assert_eq!(eye.name, "Show the password while held");
}

#[test]
fn a_colleague_lets_somebody_in_at_the_desk() {
    let mut stage = at_desk();
    stage.press(Named::Enter);
    stage.settle();
    // Nothing is lost by a reason that is missing.
    assert!(stage.says("Say in a few words why."));
    stage.type_text("left her phone at home");
    stage.press(Named::Enter);
    stage.settle();
    assert!(matches!(stage.app.screen, Screen::Home(_)));
    assert!(stage.says("Kim Park"));
}

#[test]
fn a_wrong_colleague_is_told_and_the_sign_in_goes_on_waiting() {
    let (mut stage, _) = without_phone();
    stage.type_text("kim@hills.example");
    stage.press(Named::Tab);
    stage.type_text(PASSWORD);
    stage.tab_to("Colleague’s six-digit code");
    stage.type_text("123456");
    stage.press(Named::Tab);
    stage.type_text("no phone");
    stage.press(Named::Enter);
    stage.settle();
    assert!(stage.says("Somebody else with full access has to do that for you."));
    stage.press(Named::Escape);
    stage.settle();
    assert!(matches!(stage.app.screen, Screen::Code(_)));
}
