//! The Delivery page in its states, brought about as a person would bring them about.

use iced::keyboard::key::Named;

use crate::api::{Secret, SetMail, SetSms};
use crate::backend::staged::Phone;
use crate::domain::{
    Channel, EmailAddress, GatewayContent, GatewayMethod, HttpGateway, MailSecurity, MailServer,
};
use crate::gui::home::delivery::{self, test};
use crate::gui::tests::Stage;
use crate::gui::tests::screens::users;
use crate::gui::{Message, SMALLEST, Said, home};

/// The page of a practice that has not set anything, its manager signed in by both steps.
pub(in crate::gui::tests) fn page() -> (Stage, Phone) {
    let (mut stage, phone) = users();
    stage.push("Delivery");
    (stage, phone)
}

/// The page of a practice that sends both ways.
pub(in crate::gui::tests) fn set() -> (Stage, Phone) {
    let (mut stage, phone) = users();
    let practice = &stage.practice;
    practice.advance(60);
    let server = MailServer {
        host: "mail.hills.example".into(),
        port: 587,
        security: MailSecurity::StartTls,
        user: Some("vestibule".into()),
        from: EmailAddress::parse("codes@hills.example").unwrap(),
        from_name: Some("Hills Clinic".into()),
    };
    let gateway = HttpGateway {
        method: GatewayMethod::Post,
        url: "https://sms.example/v1/send".into(),
        content: GatewayContent::Form,
        headers: vec![("Authorization".into(), "Bearer {secret}".into())],
        body: "to={to}&text={text}&from={sender}".into(),
        success: None,
        user: None,
        sender: Some("HillsClinic".into()),
    };
    stage.block_on(async {
        let token = practice.manager(&phone).await;
        let secret = Some(Secret::new("orchid 12 gravel"));
        let mail = SetMail {
            server,
            secret: secret.clone(),
        };
        practice.backend.call(Some(&token), mail).await.unwrap();
        let gateway = gateway.into();
        let sms = SetSms {
            gateway,
            secret,
            countries: None,
        };
        practice.backend.call(Some(&token), sms).await.unwrap();
    });
    stage.push("Delivery");
    (stage, phone)
}

/// Saved with a host that is none.
pub(in crate::gui::tests) fn wrong() -> Stage {
    let (mut stage, _) = page();
    stage.type_text("mail hills");
    save(&mut stage);
    stage
}

/// Another port than the one that the kept password was given for.
pub(in crate::gui::tests) fn clears() -> Stage {
    let (mut stage, _) = set();
    stage.push("TLS");
    stage
}

/// **Remove**, once.
pub(in crate::gui::tests) fn asked() -> Stage {
    let (mut stage, _) = set();
    stage.push("Remove");
    stage
}

/// A test message on its way.
pub(in crate::gui::tests) fn tested() -> Stage {
    let (mut stage, _) = set();
    stage.push("Send a test");
    stage
}

/// A test to a number that is no mobile's.
pub(in crate::gui::tests) fn tested_wrong() -> Stage {
    let (mut stage, _) = set();
    stage.tab_to("Your mobile number");
    stage.type_text("02 9374 4000");
    stage.press(Named::Enter);
    stage.settle();
    stage
}

/// The form for SMS.
pub(in crate::gui::tests) fn sms() -> Stage {
    let (mut stage, _) = page();
    stage.push("Other");
    stage.tab_to("Body");
    stage
}

/// A provider that needs no more than who we are there.
pub(in crate::gui::tests) fn known() -> Stage {
    let (mut stage, _) = page();
    stage.push("MessageMedia");
    stage.tab_to("Sender");
    stage
}

/// A provider with regions, and a part of its address to be filled in.
pub(in crate::gui::tests) fn region() -> Stage {
    let (mut stage, _) = page();
    stage.push("Sinch");
    stage.tab_to("Sender");
    stage.type_text("HillsClinic");
    save(&mut stage);
    stage
}

/// Twilio.
pub(in crate::gui::tests) fn twilio() -> Stage {
    let (mut stage, _) = page();
    stage.push("Twilio");
    stage.tab_to("Sender");
    stage.type_text("HillsClinic");
    stage
}

/// The form for SMS with all that it has.
pub(in crate::gui::tests) fn more() -> Stage {
    let (mut stage, _) = set();
    stage.push("More");
    stage.tab_to("Sender");
    stage
}

/// In the smallest window.
pub(in crate::gui::tests) fn narrow() -> Stage {
    let (mut stage, _) = set();
    stage.resize(SMALLEST);
    stage.push("GET");
    stage
}

pub(super) fn save(stage: &mut Stage) {
    stage.push("Save");
}

/// What the backend would have said of a test message.
pub(super) fn heard(stage: &mut Stage, channel: Channel, message: test::Message) {
    let message = delivery::Message::Test(channel, message);
    let said = Said::Home(home::Message::Delivery(message));
    stage.said(Message::Screen(stage.app.shown, said));
    stage.settle();
}
