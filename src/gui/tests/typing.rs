//! Nothing happens by itself, nothing happens twice, nothing that was typed is lost.

use iced::keyboard::key::Named;

use super::Stage;
use super::screens::{first_run, own, redeem, users};
use crate::api::{Error, Fault, Field};
use crate::backend::staged::{MANAGER, PASSWORD};
use crate::domain::{PasswordFault, Role};
use crate::gui::screen::{code, first_run as made};
use crate::gui::{Message, Said, Screen};

#[test]
fn six_digits_submit_nothing() {
    let (mut stage, phone) = Stage::at_code();
    let code = stage.practice.code(&phone);
    stage.type_text(&code);
    assert_eq!(stage.settle(), 0);
    assert!(matches!(stage.app.screen, Screen::Code(_)));
    let grouped = format!("{} {}", &code[..3], &code[3..]);
    assert_eq!(stage.value("Verification code"), Some(grouped));

    stage.press(Named::Enter);
    stage.settle();
    assert!(matches!(stage.app.screen, Screen::Home(_)));
}

#[test]
fn enter_twice_asks_once() {
    let (mut stage, _) = Stage::at_code();
    stage.type_text("000000");
    stage.press(Named::Enter);
    stage.press(Named::Enter);
    assert_eq!(stage.settle(), 1);
    assert!(stage.says("4 tries\u{a0}left."));

    let mut stage = Stage::opened();
    stage.type_text("nobody@hills.example");
    stage.press(Named::Tab);
    stage.type_text(PASSWORD);
    stage.press(Named::Enter);
    stage.press(Named::Enter);
    assert_eq!(stage.settle(), 1);
}

#[test]
fn enter_without_anything_typed_asks_nothing() {
    let mut sign_in = Stage::opened();
    sign_in.press(Named::Enter);
    assert_eq!(sign_in.settle(), 0);
    sign_in.type_text(MANAGER);
    sign_in.press(Named::Enter);
    assert_eq!(sign_in.settle(), 0);
    let focused = sign_in.seen().focused().map(|it| it.node.name.clone());
    assert_eq!(focused.as_deref(), Some("Password"));

    let (mut code, _) = Stage::at_code();
    code.press(Named::Enter);
    assert_eq!(code.settle(), 0);
}

#[test]
fn an_answer_to_a_screen_that_is_gone_is_dropped() {
    let (mut stage, phone) = Stage::at_code();
    let code = stage.practice.code(&phone);
    stage.type_text(&code);
    stage.press(Named::Enter);
    // The answer is on its way when the person leaves.
    let shown = stage.app.shown;
    stage.said(Message::Screen(shown, Said::Code(code::Message::Leave)));
    assert!(matches!(stage.app.screen, Screen::SignIn(_)));
    let there = stage.app.shown;
    assert!(stage.settle() > 0);
    assert!(matches!(stage.app.screen, Screen::SignIn(_)));
    assert_eq!(stage.app.shown, there);
}

#[test]
fn a_wrong_password_keeps_what_was_typed() {
    let mut stage = Stage::opened();
    stage.sign_in("nobody@hills.example");
    assert!(stage.says("That email or password is not right."));
    let email = stage.value("Email");
    assert_eq!(email.as_deref(), Some("nobody@hills.example"));
    let bullets = "•".repeat(PASSWORD.len());
    assert_eq!(stage.value("Password"), Some(bullets));
}

#[test]
fn a_wrong_code_stays_and_the_next_replaces_it() {
    let (mut stage, _) = Stage::at_code();
    stage.type_text("000000");
    stage.press(Named::Enter);
    stage.settle();
    assert_eq!(stage.value("Verification code").as_deref(), Some("000 000"));
    stage.type_text("1");
    assert_eq!(stage.value("Verification code").as_deref(), Some("1"));
}

#[test]
fn a_wrong_invitation_keeps_what_was_typed() {
    let mut stage = redeem();
    stage.type_text("ABCD-EFGH");
    stage.press(Named::Tab);
    stage.type_text(PASSWORD);
    stage.press(Named::Enter);
    assert_eq!(stage.settle(), 1);
    assert!(matches!(stage.app.screen, Screen::Redeem(_)));
    let code = stage.value("Invitation code");
    assert_eq!(code.as_deref(), Some("ABCD-EFGH"));
    assert!(stage.says("does not look like an invitation code"));
}

#[test]
fn a_first_run_that_is_refused_keeps_the_form_and_goes_to_the_field() {
    let mut stage = first_run::first_run();
    stage.type_text("Hills Clinic");
    let fault = Fault::Password(PasswordFault::TooShort);
    let refused = made::Refused::Call(Error::Invalid {
        field: Field::Password,
        fault,
    });
    let shown = stage.app.shown;
    let answer = made::Message::Answered(Err(refused));
    stage.said(Message::Screen(shown, Said::FirstRun(answer)));
    stage.settle();
    let practice = stage.value("Practice name");
    assert_eq!(practice.as_deref(), Some("Hills Clinic"));
    let focused = stage.seen().focused().map(|it| it.node.name.clone());
    assert_eq!(focused.as_deref(), Some("Password"));
}

#[test]
fn a_dialog_that_is_closed_gives_the_focus_back() {
    let (mut stage, _) = users();
    let cog = "Authentication preferences of Ella Smith";
    stage.push(cog);
    assert!(stage.says("has not been asked"));
    stage.press(Named::Escape);
    stage.settle();
    let focused = stage.seen().focused().map(|it| it.node.name.clone());
    assert_eq!(focused.as_deref(), Some(cog));
}

#[test]
fn turning_off_takes_more_than_pressing_twice() {
    let mut stage = own::enabled();
    stage.tab_to("Turn off");
    stage.press(Named::Enter);
    stage.settle();
    let focused = stage.seen().focused().map(|it| it.node.name.clone());
    assert_eq!(focused.as_deref(), Some("Keep it on"));
    // The second press keeps it on; only the other button turns it off.
    stage.press(Named::Enter);
    stage.settle();
    assert!(stage.says("Enabled"));
    stage.tab_to("Turn off");
    stage.press(Named::Enter);
    stage.settle();
    stage.push("Turn off two-factor");
    stage.settle();
    assert!(stage.says("Not setup"));
}

/// What was typed on a page waits for its person while they look at another, and is gone once saved.
#[test]
fn another_page_does_not_take_away_what_was_typed() {
    let (mut stage, _) = users();
    stage.push("My account");
    stage.tab_to("New password");
    stage.type_text("a quiet harbour");
    let password = stage.value("New password");
    stage.push("Settings");
    let before = stage.value("Lock after (minutes)");
    stage.tab_to("Lock after (minutes)");
    stage.type_text("7");
    let idle = stage.value("Lock after (minutes)");
    assert_ne!(idle, before);
    stage.push("Users");
    stage.push("Settings");
    assert_eq!(stage.value("Lock after (minutes)"), idle);
    stage.push("My account");
    assert_eq!(stage.value("New password"), password);
    assert_eq!(password, Some("•".repeat("a quiet harbour".len())));
}

/// Whoever is sent back to the first step finds their own address above the password, not that of
/// whoever was here before; and somebody else finds none.
#[test]
fn back_at_the_first_step_it_is_ones_own_address() {
    let (mut stage, phone) = Stage::enrolled();
    let practice = &stage.practice;
    stage.block_on(async {
        let manager = practice.manager(&phone).await;
        let role = Role::Reception;
        practice
            .hire(&manager, "Kim Park", "kim@hills.example", role)
            .await;
    });
    stage.practice.advance(60);
    stage.sign_in_by(&phone);
    stage.push("Sign out");
    stage.sign_in("kim@hills.example");
    stage.push("Sign out");
    stage.sign_in(MANAGER);
    let ended = code::Message::Answered(Err(Error::ChallengeEnded));
    stage.said(Message::Screen(stage.app.shown, Said::Code(ended)));
    stage.settle();
    assert_eq!(stage.value("Email").as_deref(), Some(MANAGER));
    stage.type_text(PASSWORD);
    stage.press(Named::Enter);
    stage.settle();
    assert!(matches!(stage.app.screen, Screen::Code(_)));
    stage.push("Sign in as someone else");
    assert_eq!(stage.value("Email").unwrap_or_default(), "");
    assert!(stage.says("Kim Park"));
}
