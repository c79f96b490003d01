//! The screens of codes that are sent, of other ways, and of recovery codes.

use iced::keyboard::key::Named;

use super::super::Stage;
use crate::api::Token;
use crate::backend::staged::Phone;
use crate::domain::Role;
use crate::gui::Message;
use crate::keychain::Home;

pub(in crate::gui::tests) const ELLA: &str = "ella@hills.example";

/// A practice that sends, and a receptionist in it who is signed in and has set up nothing.
pub(in crate::gui::tests) fn sending() -> (Stage, Token) {
    let stage = Stage::new();
    let practice = &stage.practice;
    let founder = practice.founded.admitted.token.clone();
    let ella = stage.block_on(async {
        practice.set_delivery(&founder).await;
        let phone = practice.enrol(&founder).await;
        let manager = practice.manager(&phone).await;
        practice
            .hire(&manager, "Ella Smith", ELLA, Role::Reception)
            .await
    });
    (stage.open(Home::Keyring), ella)
}

/// The same, with codes by SMS and recovery codes.
pub(in crate::gui::tests) fn by_sms() -> (Stage, Token) {
    let (stage, ella) = sending();
    stage.block_on(async {
        stage.practice.enrol_sms(&ella).await;
        stage.practice.keep_codes(&ella).await;
    });
    (stage, ella)
}

/// At the code that was sent by SMS and handed over.
pub(in crate::gui::tests) fn code_sms() -> Stage {
    let (mut stage, _) = by_sms();
    stage.sign_in(ELLA);
    stage.block_on(stage.practice.deliver());
    second(&mut stage, 6);
    stage
}

/// Lets some seconds pass, of which the window hears the last.
pub(in crate::gui::tests) fn second(stage: &mut Stage, seconds: i64) {
    stage.practice.advance(seconds);
    stage.said(Message::Tick);
    stage.settle();
}

/// The code has ended, and may be sent again.
pub(super) fn code_sms_ended() -> Stage {
    let mut stage = code_sms();
    second(&mut stage, 5 * 60);
    stage
}

pub(super) fn code_ways() -> Stage {
    let mut stage = code_sms();
    stage.push("Try another way");
    stage
}

pub(in crate::gui::tests) fn code_recovery() -> Stage {
    let mut stage = code_ways();
    stage.push("Recovery code");
    stage
}

pub(super) fn code_recovery_wrong() -> Stage {
    let mut stage = code_recovery();
    stage.type_text("0000-0000-0000-0000");
    stage.press(Named::Enter);
    stage.settle();
    stage
}

/// After one of the ten was used.
pub(in crate::gui::tests) fn recovery_used() -> Stage {
    let (mut stage, ella) = sending();
    let codes = stage.block_on(async {
        stage.practice.enrol_sms(&ella).await;
        stage.practice.keep_codes(&ella).await
    });
    stage.sign_in(ELLA);
    stage.push("Try another way");
    stage.push("Recovery code");
    stage.type_text(codes[3].expose());
    stage.press(Named::Enter);
    stage.settle();
    stage
}

/// The first method is proven, and its recovery codes are shown.
pub(in crate::gui::tests) fn recovery_codes() -> Stage {
    let (mut stage, phone) = set_up_with_app();
    let code = stage.practice.code(&phone);
    stage.type_text(&code);
    stage.press(Named::Enter);
    stage.settle();
    stage
}

fn set_up_with_app() -> (Stage, Phone) {
    let (mut stage, ella) = sending();
    let (_, phone) = stage.block_on(stage.practice.begin_set_up(&ella));
    drop(phone);
    stage.sign_in(ELLA);
    stage.push("Authentication preferences of Ella Smith");
    stage.push("Validate");
    let phone = phone_shown(&mut stage);
    (stage, phone)
}

/// The phone into which the key on the screen was typed.
pub(in crate::gui::tests) fn phone_shown(stage: &mut Stage) -> Phone {
    let words = stage.words().into_iter();
    let key: Vec<String> = words.filter(|words| is_half_a_key(words)).collect();
    Phone::of(&key.concat())
}

fn is_half_a_key(words: &str) -> bool {
    words.len() == 19 && words.split(' ').all(|group| group.len() == 4)
}

pub(in crate::gui::tests) fn set_up_sms() -> Stage {
    let (mut stage, _) = sending();
    stage.sign_in(ELLA);
    stage.push("Authentication preferences of Ella Smith");
    stage.push("SMS");
    stage
}

pub(super) fn set_up_sms_wrong() -> Stage {
    let mut stage = set_up_sms();
    stage.type_text("02 5550 1234");
    stage.press(Named::Enter);
    stage.settle();
    stage
}

pub(in crate::gui::tests) fn set_up_sent() -> Stage {
    let mut stage = set_up_sms();
    stage.type_text("0491 570 156");
    stage.press(Named::Enter);
    stage.settle();
    stage
}

pub(super) fn own_methods() -> Stage {
    let (mut stage, ella) = by_sms();
    let phone = stage.block_on(stage.practice.enrol(&ella));
    drop(phone);
    stage.sign_in(ELLA);
    let code = stage.block_on(stage.practice.newest_code());
    stage.type_text(&code);
    stage.press(Named::Enter);
    stage.settle();
    stage.push("Authentication preferences of Ella Smith");
    stage
}

/// One's own account, with notices that were not read and two sessions.
pub(in crate::gui::tests) fn account() -> Stage {
    let (mut stage, _) = by_sms();
    // What was done at another time is told at this sign-in.
    stage.practice.advance(60);
    stage.sign_in(ELLA);
    let code = stage.block_on(stage.practice.newest_code());
    stage.type_text(&code);
    stage.press(Named::Enter);
    stage.settle();
    stage.push("Show");
    stage
}

/// The address is being proven.
pub(in crate::gui::tests) fn account_address() -> Stage {
    let mut stage = account();
    stage.push("Prove this address");
    stage
}

pub(super) fn account_password_wrong() -> Stage {
    let mut stage = account();
    stage.tab_to("New password");
    stage.type_text("short");
    stage.press(Named::Enter);
    stage.settle();
    stage
}

pub(super) fn step_up_sms() -> Stage {
    let mut stage = own_methods();
    stage.practice.advance(6 * 60);
    stage.push("Turn off");
    stage.push("Turn off two-factor");
    stage
}
