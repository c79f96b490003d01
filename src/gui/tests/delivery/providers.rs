//! The choice of a provider for SMS: what is filled in, what is left to be typed, and that nothing
//! typed for one goes to another.

use super::pages::{heard, page, save, set};
use super::{focused, step_up};
use crate::api::{Deliveries, Line, TestSent};
use crate::backend::staged::Phone;
use crate::domain::{Channel, NotDelivered, SmsGateway, Template};
use crate::gui::home::delivery::test;
use crate::gui::tests::Stage;

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";

/// What is set now.
fn kept(stage: &Stage, phone: &Phone) -> SmsGateway {
    let practice = &stage.practice;
    practice.advance(60);
    let settings = stage.block_on(async {
        let token = practice.manager(phone).await;
        practice.backend.call(Some(&token), Deliveries {}).await
    });
    settings.unwrap().sms.unwrap().settings
}

#[test]
fn before_a_provider_is_chosen_there_is_nothing_to_fill_in() {
    let (mut stage, _) = page();
    assert!(stage.says("Choose who carries the messages."));
    assert_eq!(stage.value("Address of the gateway"), None);
    assert_eq!(stage.value("Secret"), None);
    stage.push("Other");
    assert!(!stage.says("Choose who carries the messages."));
    assert_eq!(stage.value("Address of the gateway").as_deref(), Some(""));
}

#[test]
fn a_known_provider_needs_who_we_are_there_and_no_more() {
    let (mut stage, phone) = page();
    stage.push("MessageMedia");
    assert_eq!(stage.value("Address of the gateway"), None);
    assert_eq!(stage.value("Body"), None);
    stage.tab_to("API secret");
    save(&mut stage);
    assert_eq!(focused(&mut stage).as_deref(), Some("API key"));
    stage.type_text("clinic");
    stage.tab_to("API secret");
    stage.type_text("orchid 12 gravel");
    save(&mut stage);
    assert!(stage.says("api.messagemedia.com, set by Alex Lee"));
    let SmsGateway::Http(http) = kept(&stage, &phone) else {
        panic!("another gateway");
    };
    // It chooses the sender itself.
    assert_eq!(http.body, Template::MessageMedia.gateway(false).body);
    assert_eq!(http.user.as_deref(), Some("clinic"));
    // It is known again, with all that was filled in behind More.
    stage.push("Delivery");
    assert_eq!(stage.value("API key").as_deref(), Some("clinic"));
    stage.push("More");
    let url = stage.value("Address of the gateway");
    let there = "https://api.messagemedia.com/v1/messages";
    assert_eq!(url.as_deref(), Some(there));
}

#[test]
fn sinch_is_asked_in_its_region_and_wants_a_plan() {
    let (mut stage, _) = page();
    stage.push("Sinch");
    stage.push("Europe");
    stage.tab_to("Sender");
    stage.type_text("HillsClinic");
    save(&mut stage);
    assert_eq!(
        focused(&mut stage).as_deref(),
        Some("Address of the gateway")
    );
    assert!(stage.says("Your own service plan ID is still missing in this address."));
    stage.type_text("https://eu.sms.api.sinch.com/xms/v1/0123abcd/batches");
    stage.tab_to("API token");
    stage.type_text("orchid 12 gravel");
    save(&mut stage);
    assert!(stage.says("eu.sms.api.sinch.com, set by Alex Lee"));
    stage.push("Delivery");
    assert_eq!(stage.value("Sender").as_deref(), Some("HillsClinic"));
}

#[test]
fn twilio_is_set_by_three_lines() {
    let (mut stage, _) = page();
    stage.push("Twilio");
    stage.tab_to("Account SID");
    stage.type_text("AC123");
    save(&mut stage);
    assert_eq!(focused(&mut stage).as_deref(), Some("Account SID"));
    assert!(stage.says("An account SID has AC and 32 letters and digits after it"));
    stage.type_text(ACCOUNT);
    stage.tab_to("Auth token");
    stage.type_text("orchid 12 gravel");
    save(&mut stage);
    assert_eq!(focused(&mut stage).as_deref(), Some("Sender"));
    stage.type_text("HillsClinic");
    save(&mut stage);
    assert!(stage.says("Twilio, set by Alex Lee"));
    assert!(stage.says("Leave it empty to keep the secret."));
    // Another account is another secret.
    stage.tab_to("Account SID");
    stage.type_text(&ACCOUNT.replace('0', "f"));
    assert!(stage.says("Saving clears the kept secret: it was given for Twilio."));
}

#[test]
fn a_kannel_is_looked_for_on_this_computer() {
    let (mut stage, phone) = page();
    stage.push("Kannel");
    let url = stage.value("Address of Kannel");
    assert_eq!(url.as_deref(), Some("http://localhost:13013"));
    stage.tab_to("Address of Kannel");
    save(&mut stage);
    assert_eq!(focused(&mut stage).as_deref(), Some("User name"));
    stage.type_text("clinic");
    save(&mut stage);
    assert!(stage.says("localhost, set by Alex Lee"));
    assert!(matches!(kept(&stage, &phone), SmsGateway::Kannel(_)));
}

#[test]
fn what_was_typed_for_one_provider_waits_and_its_secret_goes_nowhere() {
    let (mut stage, _) = set();
    // Kept and known by its address.
    stage.tab_to("Secret");
    stage.type_text("typed for sms.example");
    stage.push("Vonage");
    assert_eq!(stage.value("API secret").as_deref(), Some(""));
    assert!(stage.says("Saving clears the kept secret: it was given for sms.example."));
    stage.tab_to("API key");
    stage.type_text("clinic");
    stage.push("Other");
    assert_eq!(stage.value("Secret").as_deref(), Some(""));
    let url = stage.value("Address of the gateway");
    assert_eq!(url.as_deref(), Some("https://sms.example/v1/send"));
    assert!(!stage.says("Saving clears"));
    stage.push("Vonage");
    assert_eq!(stage.value("API key").as_deref(), Some("clinic"));
}

#[test]
fn a_provider_is_saved_after_a_step_up_as_it_was_typed() {
    let (mut stage, phone) = page();
    stage.push("ClickSend");
    stage.tab_to("Account user name");
    stage.type_text("clinic");
    stage.practice.advance(6 * 60);
    save(&mut stage);
    let code = stage.practice.code(&phone);
    step_up(&mut stage, Some(&code));
    assert!(stage.says("rest.clicksend.com, set by Alex Lee"));
}

#[test]
fn a_test_by_sms_is_followed_to_the_phone_and_not_for_ever() {
    let (mut stage, _) = set();
    let at = stage.practice.backend.now();
    let sent = |line| {
        let to = "0491 570 156".into();
        let id = Some("7".into());
        test::Message::Sent(Ok(TestSent { id, to, line }))
    };
    let now = |line| test::Message::Now("7".into(), Ok(line));
    heard(&mut stage, Channel::Sms, sent(Line::HandedOver { at }));
    assert!(stage.app.tick().is_some(), "a report may come");
    heard(&mut stage, Channel::Sms, now(Line::Delivered { at }));
    assert!(stage.says("0491 570 156: Delivered at"));
    assert!(stage.app.tick().is_none());

    heard(&mut stage, Channel::Sms, sent(Line::HandedOver { at }));
    let why = NotDelivered::NoSuchNumber;
    heard(&mut stage, Channel::Sms, now(Line::NotDelivered { why }));
    assert!(stage.says("0491 570 156: No mobile phone has this number."));
    assert!(stage.app.tick().is_none());

    // A provider that never reports.
    heard(&mut stage, Channel::Sms, sent(Line::HandedOver { at }));
    for _ in 0..60 {
        assert!(stage.app.tick().is_some());
        heard(&mut stage, Channel::Sms, now(Line::HandedOver { at }));
    }
    assert!(stage.app.tick().is_none());
}

#[test]
fn what_is_to_be_known_of_a_senders_name_stands_under_it() {
    let (mut stage, _) = page();
    stage.push("Twilio");
    assert!(!stage.says("SMS Sender ID Register"));
    stage.tab_to("Sender");
    stage.type_text("HillsClinic");
    assert!(stage.says("not on the SMS Sender ID Register"));
    stage.type_text("s");
    assert!(stage.says("A name has 2 to 11 letters and digits"));
    // A number, and a service that chooses one.
    for sender in ["+61491570006", "MG0123456789abcdef0123456789abcdef"] {
        let (mut stage, _) = page();
        stage.push("Twilio");
        stage.tab_to("Sender");
        stage.type_text(sender);
        let typed = stage.value("Sender");
        assert_eq!(typed.as_deref(), Some(sender));
        for words in ["SMS Sender ID Register", "A name has"] {
            assert!(!stage.says(words), "{sender}");
        }
    }
}

#[test]
fn numbers_of_more_countries_are_listed_by_their_letters() {
    const COUNTRIES: &str = "Mobile numbers of other countries";
    let (mut stage, _) = page();
    stage.push("Kannel");
    stage.tab_to("User name");
    stage.type_text("clinic");
    stage.tab_to(COUNTRIES);
    stage.type_text("New Zealand");
    save(&mut stage);
    assert_eq!(focused(&mut stage).as_deref(), Some(COUNTRIES));
    assert!(stage.says("Type the two letters of each country"));
    assert_eq!(stage.value(COUNTRIES).as_deref(), Some("New Zealand"));
    // What was wrong is selected.
    stage.type_text("nz gb");
    save(&mut stage);
    assert!(stage.says("localhost, set by Alex Lee"));
    stage.push("Users");
    stage.push("Delivery");
    assert_eq!(stage.value(COUNTRIES).as_deref(), Some("GB, NZ"));
}
