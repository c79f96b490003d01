//! The Delivery page: nothing typed is lost, no secret goes elsewhere, nothing is taken away by
//! one press.

pub(super) mod pages;
mod providers;

use iced::keyboard::key::Named;

use pages::{heard, page, save, set};

use super::Stage;
use super::screens::users;
use super::sight::is_in_sight;
use crate::api::{Line, TestSent};
use crate::backend::staged::{MANAGER, PASSWORD};
use crate::domain::{Channel, NotSent};
use crate::gui::home::delivery::{self, test};
use crate::gui::{Message, SMALLEST, Said, home};

fn focused(stage: &mut Stage) -> Option<String> {
    stage.seen().focused().map(|it| it.node.name.clone())
}

/// Types what a mail server needs besides its name.
fn fill_mail(stage: &mut Stage, host: &str) {
    assert_eq!(focused(stage).as_deref(), Some("Mail server"));
    stage.type_text(host);
    stage.tab_to("From address");
    stage.type_text("codes@hills.example");
}

pub(super) fn step_up(stage: &mut Stage, code: Option<&str>) {
    assert!(stage.says("Confirm it is you"));
    stage.type_text(PASSWORD);
    if let Some(code) = code {
        stage.tab_to("Verification code");
        stage.type_text(code);
    }
    stage.press(Named::Enter);
    stage.settle();
    assert!(!stage.says("Confirm it is you"));
}

#[test]
fn it_is_saved_after_a_step_up_with_a_code() {
    let (mut stage, phone) = page();
    assert!(stage.says("Not set up: codes by email cannot be sent."));
    fill_mail(&mut stage, "mail.hills.example");
    stage.practice.advance(6 * 60);
    save(&mut stage);
    // Given up, nothing that was typed is lost.
    assert!(stage.says("Confirm it is you"));
    stage.press(Named::Escape);
    stage.settle();
    let host = stage.value("Mail server");
    assert_eq!(host.as_deref(), Some("mail.hills.example"));
    assert_eq!(focused(&mut stage).as_deref(), Some("Save"));

    stage.press(Named::Space);
    stage.settle();
    let code = stage.practice.code(&phone);
    step_up(&mut stage, Some(&code));
    assert!(stage.says("Saved. The next code is sent this way."));
    assert!(stage.says("mail.hills.example:587, set by Alex Lee on 15 January 2027"));
    assert_eq!(focused(&mut stage).as_deref(), Some("Save"));
    let from = stage.value("From address");
    assert_eq!(from.as_deref(), Some("codes@hills.example"));

    // It stands there when the page comes up again.
    stage.push("Delivery");
    assert!(stage.says("mail.hills.example:587, set by"));
    let name = stage.value("From name");
    assert_eq!(name.as_deref(), Some("Hills Clinic"));
}

#[test]
fn while_nobody_is_enabled_the_password_alone_is_asked_for() {
    let mut stage = Stage::opened();
    stage.sign_in(MANAGER);
    stage.push("Delivery");
    fill_mail(&mut stage, "mail.hills.example");
    stage.practice.advance(6 * 60);
    save(&mut stage);
    assert!(!stage.says("Verification code"));
    step_up(&mut stage, None);
    assert!(stage.says("mail.hills.example:587, set by Alex Lee"));
}

#[test]
fn a_wrong_host_is_told_at_its_field_before_a_step_up() {
    let (mut stage, _) = page();
    stage.type_text("mail hills");
    stage.practice.advance(6 * 60);
    // The address is missing too; what stands above it is told first.
    save(&mut stage);
    assert!(!stage.says("Confirm it is you"));
    assert_eq!(focused(&mut stage).as_deref(), Some("Mail server"));
    let all = stage.seen();
    let told = all.focused().and_then(|it| it.node.description.clone());
    let sentence = "That is not the name of a server, such as mail.hills.example.";
    assert_eq!(told.as_deref(), Some(sentence));
    assert_eq!(stage.value("Mail server").as_deref(), Some("mail hills"));
    // What is wrong is selected, so typing replaces it.
    stage.type_text("mail.hills.example");
    let host = stage.value("Mail server");
    assert_eq!(host.as_deref(), Some("mail.hills.example"));

    stage.tab_to("Port");
    stage.type_text("000");
    save(&mut stage);
    assert_eq!(focused(&mut stage).as_deref(), Some("Port"));
    assert!(stage.says("A port is a number from 1 to 65535."));
    stage.type_text("587");
    save(&mut stage);
    assert_eq!(focused(&mut stage).as_deref(), Some("From address"));
    assert!(stage.says("Enter an email address."));
}

#[test]
fn an_error_scrolls_to_its_field() {
    let (mut stage, _) = page();
    stage.resize(SMALLEST);
    fill_mail(&mut stage, "mail hills");
    stage.tab_to("Save");
    assert!(!is_in_sight(&mut stage, "Mail server"));
    stage.press(Named::Space);
    stage.settle();
    assert_eq!(focused(&mut stage).as_deref(), Some("Mail server"));
    assert!(is_in_sight(&mut stage, "Mail server"));
}

#[test]
fn the_usual_port_follows_the_encryption_unless_another_was_typed() {
    let (mut stage, _) = page();
    assert_eq!(stage.value("Port").as_deref(), Some("587"));
    stage.push("TLS");
    assert_eq!(stage.value("Port").as_deref(), Some("465"));
    stage.tab_to("Port");
    stage.type_text("0");
    stage.push("STARTTLS");
    assert_eq!(stage.value("Port").as_deref(), Some("4650"));
}

#[test]
fn a_kept_password_is_told_of_and_cleared_only_with_a_word_before() {
    let (mut stage, _) = set();
    assert!(stage.says("Leave it empty to keep the password."));
    assert!(!stage.says("Saving clears"));
    stage.push("TLS");
    assert!(!stage.says("Leave it empty to keep the password."));
    assert!(
        stage.says("Saving clears the kept password: it was given for mail.hills.example:587.")
    );
    // Another one takes its place.
    stage.tab_to("Password");
    stage.type_text("x");
    assert!(!stage.says("Saving clears"));
    save(&mut stage);
    assert!(stage.says("mail.hills.example:465, set by"));
    assert!(stage.says("Leave it empty to keep the password."));
    assert_eq!(stage.value("Password").as_deref(), Some(""));
}

#[test]
fn a_kept_password_stays_when_another_setting_is_saved() {
    let (mut stage, _) = set();
    stage.tab_to("From name");
    stage.type_text(" codes");
    save(&mut stage);
    assert!(stage.says("Saved."));
    assert!(stage.says("Leave it empty to keep the password."));
    let name = stage.value("From name");
    assert_eq!(name.as_deref(), Some("Hills Clinic codes"));
}

#[test]
fn taking_away_takes_more_than_pressing_twice() {
    let (mut stage, _) = set();
    stage.tab_to("Remove");
    stage.press(Named::Enter);
    stage.settle();
    assert!(stage.says("Are you sure?"));
    assert_eq!(focused(&mut stage).as_deref(), Some("Keep it"));
    // The second press keeps it.
    stage.press(Named::Enter);
    stage.settle();
    assert!(!stage.says("Are you sure?"));
    assert!(stage.says("mail.hills.example:587"));
    assert_eq!(focused(&mut stage).as_deref(), Some("Remove"));

    stage.press(Named::Enter);
    stage.settle();
    stage.push("Remove");
    assert!(stage.says("Not set up: codes by email cannot be sent."));
    assert!(stage.says("Removed."));
    assert_eq!(focused(&mut stage).as_deref(), Some("Mail server"));
    assert_eq!(stage.value("Mail server").as_deref(), Some(""));
    // The other way stays.
    assert!(stage.says("sms.example, set by Alex Lee"));
}

#[test]
fn who_is_not_enabled_is_told_what_is_missing() {
    let (mut stage, _) = page();
    let error = crate::domain::NotAllowed::ActorNotEnabled.into();
    fill_mail(&mut stage, "mail.hills.example");
    stage.tab_to("Save");
    stage.press(Named::Space);
    // Instead of what the backend would have answered.
    let said = Said::Home(home::Message::Delivery(delivery::Message::Answered(Err(
        error,
    ))));
    stage.said(Message::Screen(stage.app.shown, said));
    let told = stage.alert().unwrap();
    assert_eq!(
        told,
        "Set up two-factor for yourself first: this needs your code."
    );
    let host = stage.value("Mail server");
    assert_eq!(host.as_deref(), Some("mail.hills.example"));
}

#[test]
fn a_gateway_is_saved_and_its_body_follows_the_content() {
    let (mut stage, _) = page();
    stage.push("Other");
    stage.tab_to("Address of the gateway");
    stage.type_text("https://sms.example/send");
    stage.push("JSON");
    let json = r#"{"to": "{to}", "text": "{text}"}"#;
    assert_eq!(stage.value("Body").as_deref(), Some(json));
    stage.tab_to("Body");
    stage.type_text(" ");
    stage.push("More");
    stage.tab_to("Header");
    stage.type_text("X-Key: {secret}");
    // The next one is there to be filled in.
    stage.tab_to("Header 2");
    save(&mut stage);
    assert!(stage.says("sms.example, set by Alex Lee"));
    assert!(stage.says("Saved."));
}

#[test]
fn a_gateway_that_is_wrong_opens_what_was_folded_away() {
    let (mut stage, _) = page();
    stage.push("Other");
    stage.tab_to("Address of the gateway");
    stage.type_text("https://sms.example/send?from={sender}");
    assert_eq!(stage.value("Sender"), None);
    save(&mut stage);
    assert_eq!(focused(&mut stage).as_deref(), Some("Sender"));
    assert!(stage.says("That sender cannot be used"));

    stage.tab_to("Header");
    stage.type_text("nonsense");
    save(&mut stage);
    assert_eq!(focused(&mut stage).as_deref(), Some("Header"));
    assert!(stage.says("A header cannot be used."));
    assert_eq!(stage.value("Header").as_deref(), Some("nonsense"));
}

#[test]
fn a_receptionist_has_no_such_place() {
    let (mut stage, _) = users();
    assert!(stage.says("Delivery"));
    stage.push("Sign out");
    stage.sign_in("ella@hills.example");
    assert!(stage.says("Ella Smith"));
    assert!(!stage.says("Delivery"));
    assert!(!stage.says("Settings"));
}

#[test]
fn a_test_message_is_followed_while_it_is_on_its_way() {
    let (mut stage, _) = set();
    assert!(stage.app.tick().is_none());
    stage.push("Send a test");
    assert!(stage.says("alex@hills.example: On its way to the provider"));
    assert!(stage.app.tick().is_some());
    // Asked of the backend, which has not handed it over.
    stage.said(Message::Tick);
    assert_eq!(stage.settle(), 1);
    assert!(stage.says("alex@hills.example: On its way to the provider"));

    let at = stage.practice.backend.now();
    let queued = TestSent {
        id: Some("7".into()),
        to: MANAGER.into(),
        line: Line::Queued,
    };
    heard(&mut stage, Channel::Email, test::Message::Sent(Ok(queued)));
    // The line of another message is not this one's.
    let handed_over = || Ok(Line::HandedOver { at });
    heard(
        &mut stage,
        Channel::Email,
        test::Message::Now("6".into(), handed_over()),
    );
    assert!(stage.app.tick().is_some());
    let why = NotSent::Credentials;
    let again = Line::Again { why, at };
    heard(
        &mut stage,
        Channel::Email,
        test::Message::Now("7".into(), Ok(again)),
    );
    assert!(stage.says("does not accept this practice’s user name and password."));
    assert!(stage.app.tick().is_some());
    heard(
        &mut stage,
        Channel::Email,
        test::Message::Now("7".into(), handed_over()),
    );
    assert!(stage.says("alex@hills.example: Handed to the provider at"));
    assert!(stage.app.tick().is_none());
}

#[test]
fn a_test_by_sms_needs_a_mobile_number_and_keeps_it() {
    let (mut stage, _) = set();
    stage.tab_to("Your mobile number");
    stage.type_text("02 9374 4000");
    stage.push("Send a test");
    assert!(stage.says("That is not the number of a mobile phone."));
    assert_eq!(focused(&mut stage).as_deref(), Some("Your mobile number"));
    stage.type_text("0491 570 156");
    stage.press(Named::Enter);
    stage.settle();
    assert!(stage.says("0491 570 156: On its way to the provider"));
    let mobile = stage.value("Your mobile number");
    assert_eq!(mobile.as_deref(), Some("0491 570 156"));
}

/// A page that was left with something typed goes on hearing its answers: the test message that was
/// under way has come to its end by the time the person is back, and what was typed is there.
#[test]
fn a_page_that_was_left_hears_its_answers() {
    let (mut stage, _) = set();
    stage.tab_to("Mail server");
    stage.type_text("x");
    let typed = stage.value("Mail server");
    stage.push("Users");
    let answer = test::Message::Sent(Ok(TestSent {
        id: None,
        to: "alex@hills.example".into(),
        line: Line::Failed {
            why: NotSent::Refused,
        },
    }));
    let message = delivery::Message::Test(Channel::Email, answer);
    let said = Said::Home(home::Message::Delivery(message));
    stage.said(Message::Screen(stage.app.shown, said));
    stage.push("Delivery");
    assert_eq!(stage.value("Mail server"), typed);
    assert!(
        stage.says("does not accept this address"),
        "{:?}",
        stage.words()
    );
}
