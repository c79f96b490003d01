//! My account: what one is told, the address, the password.

use iced::keyboard::key::Named;

use super::Stage;
use super::screens::messages::{
    ELLA, account, account_address, code_recovery, code_sms, phone_shown, recovery_used, second,
    set_up_sent,
};
use crate::api::SetAllowed;
use crate::domain::{AllowedMethods, Starts};
use crate::gui::Screen;

fn enter(stage: &mut Stage, text: &str) {
    stage.type_text(text);
    stage.press(Named::Enter);
    stage.settle();
}

#[test]
fn notices_are_told_in_a_banner_until_they_are_read() {
    let mut stage = account();
    assert!(stage.says("Two-factor was set up for your account"));
    assert!(
        !stage.says("notices about your account"),
        "they are read here"
    );
    stage.push("Mark as read");
    stage.push("Users");
    assert!(!stage.says("about your account"));
    stage.push("My account");
    assert!(stage.says("Two-factor was set up for your account"));
}

#[test]
fn an_address_is_proven_by_a_code_and_makes_no_method() {
    let mut stage = account_address();
    assert!(stage.says("sent by email to e•••@h•••"));
    enter(&mut stage, "000 000");
    let alert = stage.alert().unwrap();
    assert!(alert.contains("not right"), "{alert}");
    let code = stage.block_on(stage.practice.newest_code());
    enter(&mut stage, &code);
    assert!(stage.says("Proven on"));
    stage.push("Users");
    assert!(!stage.says("Email,"));
}

#[test]
fn a_new_password_is_taken_and_the_field_is_empty_again() {
    let mut stage = account();
    stage.tab_to("New password");
    enter(&mut stage, "a quiet harbour at noon");
    assert!(stage.says("Your password is changed."));
    assert_eq!(stage.value("New password").unwrap_or_default(), "");
    stage.push("Sign out");
    stage.sign_in(ELLA);
    assert!(stage.says("not right"), "the old password");
}

#[test]
fn other_sessions_are_ended_one_by_one_or_all() {
    let mut stage = account();
    assert!(stage.says("Another session"));
    stage.push("End all others");
    assert!(!stage.says("Another session"));
    assert!(stage.says("This session"));
}

#[test]
fn the_delivery_line_and_the_time_left_follow_the_seconds() {
    let mut stage = code_sms();
    assert!(stage.says("Handed to the provider at 08:"));
    assert!(stage.says("4:54 left") && stage.says("Send again in 0:24"));
    second(&mut stage, 24);
    assert!(stage.says("4:30 left"));
    stage.push("Send again");
    assert!(stage.says("On its way to the provider"));
    assert!(stage.says("Send again in 1:00"));
    second(&mut stage, 271);
    assert!(stage.says("This code has ended."));
}

#[test]
fn escape_closes_the_other_ways_and_what_was_typed_stays() {
    let mut stage = code_sms();
    stage.type_text("12");
    stage.push("Try another way");
    stage.press(Named::Escape);
    stage.settle();
    assert_eq!(stage.value("Verification code").as_deref(), Some("12"));
}

#[test]
fn a_recovery_code_that_is_none_is_told_at_its_field() {
    let mut stage = code_recovery();
    enter(&mut stage, "123456");
    assert!(stage.says("four groups of four"));
    assert!(matches!(stage.app.screen, Screen::Code(_)));
    assert_eq!(stage.value("Recovery code").as_deref(), Some("123456"));
}

/// Whoever has no method is asked for the password alone, or could never change it.
#[test]
fn without_a_method_a_step_up_asks_for_the_password_alone() {
    let (mut stage, _) = super::screens::messages::sending();
    stage.sign_in(ELLA);
    stage.practice.advance(6 * 60);
    stage.push("My account");
    stage.tab_to("New password");
    enter(&mut stage, "a quiet harbour at noon");
    assert!(stage.says("Confirm it is you"));
    assert!(!stage.says("Verification code"));
    enter(&mut stage, crate::backend::staged::PASSWORD);
    assert!(stage.says("Your password is changed."));
}

/// One's own number is shown as it was understood, so that a slip is seen before the code is missed.
#[test]
fn the_number_of_a_set_up_is_shown_in_full() {
    let mut stage = set_up_sent();
    assert!(stage.says("0491 570 156"), "{:?}", stage.words());
}

/// Two-factor is turned on by oneself, and nothing is set up.
pub(super) fn turned_on() -> Stage {
    let (mut stage, _) = super::screens::messages::sending();
    stage.sign_in(ELLA);
    stage.push("Authentication preferences of Ella Smith");
    assert!(!stage.says("Turn it off again"));
    stage.push("Turn on, set up later");
    stage.settle();
    stage
}

/// Turned on for later, and off again by whoever did it.
#[test]
fn who_turned_two_factor_on_can_turn_it_off_again() {
    let mut stage = turned_on();
    assert!(stage.says("You turned two-factor on."));
    // Under way it is the set-up that is given up.
    stage.push("Validate");
    stage.settle();
    assert!(!stage.says("Turn it off again"));
    stage.push("Cancel");
    stage.settle();
    stage.push("Authentication preferences of Ella Smith");
    stage.push("Turn it off again");
    stage.settle();
    assert!(stage.says("Turn on, set up later"), "{:?}", stage.words());
    assert!(!stage.says("You turned two-factor on."));
}

/// Seven of ten were used.
pub(super) fn few_left() -> Stage {
    let (mut stage, ella) = super::screens::messages::sending();
    let codes = stage.block_on(async {
        stage.practice.enrol_sms(&ella).await;
        stage.practice.keep_codes(&ella).await
    });
    for (used, code) in codes[..7].iter().enumerate() {
        stage.sign_in(ELLA);
        stage.push("Try another way");
        stage.push("Recovery code");
        enter(&mut stage, code.expose());
        stage.settle();
        if used < 6 {
            stage.push("Keep my method");
            stage.settle();
            stage.push("Sign out");
            stage.settle();
        }
    }
    assert!(!stage.says("Keep my method"));
    stage
}

/// The same, and new ones are shown.
pub(super) fn few_codes() -> Stage {
    let mut stage = few_left();
    stage.push("Make new codes");
    stage.settle();
    stage
}

/// With three codes or fewer left there is no way on but with new ones.
#[test]
fn with_few_recovery_codes_left_new_ones_are_made() {
    let mut stage = few_codes();
    assert!(stage.says("They are shown only now."));
    assert!(!stage.says("throw these codes away"));
    let mut stage = recovery_used();
    stage.push("Make new codes");
    stage.settle();
    assert!(stage.says("throw these codes away"));
}

/// A recovery code was used, and the lost method is to be replaced.
pub(super) fn replacing() -> Stage {
    let mut stage = recovery_used();
    stage.push("Replace the method");
    stage.settle();
    stage
}

/// Gives the code of the app that is being set up.
fn prove_the_app(stage: &mut Stage) {
    stage.push("Validate");
    stage.settle();
    let phone = phone_shown(stage);
    let code = stage.practice.code(&phone);
    enter(stage, &code);
    stage.settle();
}

/// What is lost gives way to the app, unless it is to stay; what works is asked about as well.
#[test]
fn a_lost_method_is_replaced_by_one_of_another_kind() {
    const STOP: &str = "Stop using SMS once this works";
    let mut stage = replacing();
    assert!(stage.says(STOP), "{:?}", stage.words());
    assert!(!stage.says("Turn on, set up later"), "it is on");
    // A new number takes the place of the old one unasked.
    stage.push("SMS");
    assert!(!stage.says(STOP));
    stage.push("Google Authenticator");
    prove_the_app(&mut stage);
    // The paper went with the phone.
    assert!(
        stage.says("They are shown only now."),
        "{:?}",
        stage.words()
    );
    stage.push("I have saved these");
    stage.push("Done");
    stage.settle();
    // The preferences are there again.
    assert!(
        stage.says("Google Authenticator, proven on"),
        "{:?}",
        stage.words()
    );
    assert!(!stage.says("SMS"));
}

#[test]
fn a_method_that_works_stays_unless_the_person_says_otherwise() {
    let mut stage = recovery_used();
    stage.push("Keep my method");
    stage.settle();
    stage.push("Authentication preferences of Ella Smith");
    stage.push("Set up");
    assert!(stage.says("Stop using SMS once this works"));
    prove_the_app(&mut stage);
    assert!(stage.says("asked for first"), "{:?}", stage.words());
    assert!(stage.says("Remove"));
}

/// What was lost is asked about before the set-up that a narrowing offers, which comes after it.
#[test]
fn a_recovery_code_is_spoken_of_before_a_set_up_that_is_offered() {
    let mut stage = recovery_used();
    stage.block_on(narrow_sms(&stage));
    let codes = stage.block_on(async {
        let token = stage.app.screen.session().unwrap().door.token().unwrap();
        stage.practice.keep_codes(&token).await
    });
    stage.push("Keep my method");
    stage.settle();
    stage.push("Sign out");
    stage.settle();
    stage.sign_in(ELLA);
    stage.push("Try another way");
    stage.push("Recovery code");
    enter(&mut stage, codes[0].expose());
    stage.settle();
    assert!(stage.says("9 left"), "{:?}", stage.words());
    stage.push("Keep my method");
    stage.settle();
    assert_eq!(stage.app.title(), "Set up two-factor - Vestibule");
    stage.push("Set up later");
    stage.settle();
    assert_eq!(stage.app.title(), "Users - Vestibule");
}

/// From tomorrow on the practice takes no codes by SMS.
async fn narrow_sms(stage: &Stage) {
    let by = stage.practice.founded.admitted.token.clone();
    let allowed = AllowedMethods {
        sms: false,
        ..AllowedMethods::default()
    };
    let local = "2027-01-20T08:00".parse().unwrap();
    let call = SetAllowed {
        allowed,
        from: Starts::At { local },
    };
    stage.practice.backend.call(Some(&by), call).await.unwrap();
}
