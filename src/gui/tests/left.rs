//! Pages that are left for another screen, or while they are being saved: what was typed comes back,
//! and what was answered meanwhile is told.

use iced::keyboard::key::Named;

use super::Stage;
use super::account::few_left;
use super::delivery::pages::page as delivery;
use super::lock::user_at;
use super::screens::messages::{ELLA, by_sms};
use super::screens::{settings, users};
use crate::api::{Error, Fault, Field};
use crate::domain::Channel;
use crate::gui::home::{self, delivery as sending};
use crate::gui::live::Event;
use crate::gui::{Message, Said, Screen};

fn focused(stage: &mut Stage) -> Option<String> {
    stage.seen().focused().map(|it| it.node.name.clone())
}

/// Presses what is tabbed to, and does not wait for what comes of it.
fn press(stage: &mut Stage, name: &str) {
    stage.tab_to(name);
    stage.press(Named::Space);
}

fn keep_codes(stage: &mut Stage) {
    stage.push("I have saved these");
    stage.push("Done");
    stage.settle();
}

/// Delivery with a mail server that was typed and not saved.
fn typed() -> (Stage, crate::backend::staged::Phone) {
    let (mut stage, phone) = delivery();
    stage.type_text("mail.hills.example");
    stage.tab_to("From address");
    stage.type_text("codes@hills.example");
    (stage, phone)
}

fn is_typed(stage: &mut Stage) -> bool {
    stage.value("Mail server").as_deref() == Some("mail.hills.example")
}

/// Proven for the first time in one's own preferences, its codes come once, kept or not.
#[test]
fn the_codes_of_a_first_method_lead_back_to_the_preferences() {
    let mut stage = super::lock::ella();
    stage.push("Authentication preferences of Ella Smith");
    stage.push("Validate");
    let phone = super::screens::messages::phone_shown(&mut stage);
    let code = stage.practice.code(&phone);
    stage.type_text(&code);
    stage.press(Named::Enter);
    stage.settle();
    assert!(matches!(stage.app.screen, Screen::RecoveryCodes(_)));
    stage.push("Not now – throw these codes away");
    assert!(matches!(stage.app.screen, Screen::Home(_)));
    assert!(stage.says("You have none yet."), "{:?}", stage.words());
}

/// Ella typed something, her session ended, and she came back with a recovery code.
fn back_by_recovery_code(left: impl Fn(&mut Stage)) -> Stage {
    let (mut stage, ella) = by_sms();
    let codes = stage.block_on(stage.practice.keep_codes(&ella));
    stage.sign_in(ELLA);
    let code = stage.block_on(stage.practice.newest_code());
    stage.type_text(&code);
    stage.press(Named::Enter);
    stage.settle();
    left(&mut stage);
    let ended = Event::Told(user_at(&stage), Err(Error::NotSignedIn));
    stage.said(Message::Room(ended));
    stage.settle();
    stage.sign_in(ELLA);
    stage.push("Try another way");
    stage.push("Recovery code");
    stage.type_text(codes[0].expose());
    stage.press(Named::Enter);
    stage.settle();
    stage
}

#[test]
fn a_lost_method_is_replaced_over_what_was_begun() {
    let mut stage = back_by_recovery_code(|stage| {
        stage.push("My account");
        stage.tab_to("New password");
        stage.type_text("a quiet harbour");
    });
    stage.push("Replace the method");
    assert!(
        stage.says("Stop using SMS once this works"),
        "{:?}",
        stage.words()
    );
    stage.press(Named::Escape);
    stage.settle();
    let bullets = "•".repeat("a quiet harbour".len());
    assert_eq!(stage.value("New password"), Some(bullets));
}

#[test]
fn new_recovery_codes_take_no_half_filled_page_away() {
    let mut stage = back_by_recovery_code(|stage| {
        stage.push("My account");
        stage.tab_to("New password");
        stage.type_text("a quiet harbour");
    });
    stage.push("Keep my method");
    let password = stage.value("New password");
    assert!(password.is_some(), "{:?}", stage.words());
    stage.push("Authentication preferences");
    assert!(stage.says("9 left."), "{:?}", stage.words());
    stage.push("Make new codes");
    assert!(matches!(stage.app.screen, Screen::RecoveryCodes(_)));
    keep_codes(&mut stage);
    // The dialog is there again, and knows of them.
    assert!(stage.says("10 left."), "{:?}", stage.words());
    assert_eq!(focused(&mut stage).as_deref(), Some("Done"));
    stage.push("Done");
    assert_eq!(stage.value("New password"), password);
}

/// With three codes or fewer there is no way past new ones, whatever becomes of the method.
#[test]
fn with_few_codes_left_new_ones_are_made_before_the_method_is_replaced() {
    let mut stage = few_left();
    stage.push("Replace the method");
    assert!(
        stage.says("They are shown only now."),
        "{:?}",
        stage.words()
    );
    assert!(!stage.says("throw these codes away"));
    keep_codes(&mut stage);
    assert!(
        stage.says("Stop using SMS once this works"),
        "{:?}",
        stage.words()
    );
}

#[test]
fn a_page_that_is_left_while_it_is_saved_tells_what_came_of_it() {
    let (mut stage, _) = typed();
    press(&mut stage, "Save");
    press(&mut stage, "Users");
    stage.settle();
    stage.push("Delivery");
    assert!(stage.says("Saved. The next code is sent this way."));
    assert!(is_typed(&mut stage));

    let (mut stage, _) = settings::page();
    settings::over(&mut stage, "Lock after (minutes)", "61");
    stage.press(Named::Enter);
    press(&mut stage, "Users");
    stage.settle();
    stage.push("Settings");
    assert!(stage.says("Enter 5 to 60 minutes."), "{:?}", stage.words());

    let (mut stage, _) = users();
    stage.push("My account");
    stage.tab_to("New password");
    stage.type_text("short");
    stage.press(Named::Enter);
    press(&mut stage, "Users");
    stage.settle();
    stage.push("My account");
    assert_eq!(stage.value("New password"), Some("•".repeat(5)));
}

/// Over another page nobody is asked who they are, and the form waits.
#[test]
fn a_step_up_that_a_page_needed_which_was_left_is_asked_for_once_more() {
    let (mut stage, phone) = typed();
    stage.practice.advance(6 * 60);
    press(&mut stage, "Save");
    press(&mut stage, "Users");
    stage.settle();
    assert!(!stage.says("Confirm it is you"));
    stage.push("Delivery");
    assert!(is_typed(&mut stage));
    stage.push("Save");
    let code = stage.practice.code(&phone);
    super::delivery::step_up(&mut stage, Some(&code));
    assert!(stage.says("Saved. The next code is sent this way."));
}

/// What a page that was left is answered takes the focus from nobody.
#[test]
fn an_answer_to_a_page_that_was_left_moves_no_focus() {
    let (mut stage, _) = typed();
    let said = |message| {
        let said = Said::Home(home::Message::Delivery(message));
        Message::Screen(stage.app.shown, said)
    };
    let save = said(sending::Message::Save(Channel::Email));
    let refused = said(sending::Message::Answered(Err(
        Field::Email.cannot_be(Fault::OutOfBounds)
    )));
    // Begun, and answered by hand.
    drop(stage.app.update(save));
    stage.push("My account");
    stage.tab_to("New password");
    stage.said(refused);
    stage.settle();
    assert_eq!(focused(&mut stage).as_deref(), Some("New password"));
}
