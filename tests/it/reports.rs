//! What a provider says of a message after it has taken it: it moves the delivery line, and
//! nothing else.

use std::sync::Arc;

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use vestibule::api::{CodeDue, Error, Line, Secret, SetSms, TestDelivery, TestNow};
use vestibule::delivery::{Patience, Post};
use vestibule::domain::{Channel, NotDelivered, SmsGateway, Twilio};
use vestibule::service::Service;

use crate::post::{Posted, Reply};
use crate::sends::{NUMBER, Sends, another_code};

const PUBLIC: &str = "https://sign-in.hills.example/";
const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const DELIVERED: &[(&str, &str)] = &[("MessageStatus", "delivered")];
const LOST: &[(&str, &str)] = &[("MessageStatus", "undelivered"), ("ErrorCode", "30003")];

/// A practice that sends by Twilio, from a server that Twilio can reach.
struct Reported {
    stage: Sends,
    service: Service,
}

impl Reported {
    async fn new() -> Self {
        let stage = Sends::new().await;
        let origin = stage.gateway.origin().parse().unwrap();
        let post = Post::new(Patience::default())
            .unwrap()
            .with_twilio_at(origin);
        let window = stage.clinic.another_courier(Arc::new(post)).await;
        let service = window.service.with_reports_at(PUBLIC.parse().unwrap());
        let it = Self { stage, service };
        it.set("HillsClinic", TOKEN).await;
        it
    }

    async fn set(&self, sender: &str, token: &str) {
        let gateway = SmsGateway::Twilio(Twilio {
            account: ACCOUNT.to_owned(),
            sender: sender.to_owned(),
        });
        let secret = Some(Secret::new(token));
        let call = SetSms {
            gateway,
            secret,
            countries: None,
        };
        let founder = &self.stage.clinic.founder;
        self.stage.clinic.call(founder, call).await.unwrap();
    }

    /// Sends what is due by Twilio, which gives the next message this name.
    async fn deliver(&self, sid: &str) -> Posted {
        let said = format!(r#"{{"sid":"{sid}","status":"queued","error_code":null}}"#);
        self.stage
            .gateway
            .answer(Reply::plain("201 CREATED", &said));
        self.service.send_due().await.unwrap();
        self.stage.gateway.next().await
    }

    /// Posts what Twilio says of a message to where it was told, signed with a token.
    async fn say(&self, to: &str, sid: &str, fields: &[(&str, &str)], token: &str) {
        let mut fields = fields.to_vec();
        fields.extend([("MessageSid", sid), ("AccountSid", ACCOUNT)]);
        let params: Vec<_> = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let signature = signed(to, &params, token);
        self.hear(to, &params, &signature).await;
    }

    async fn hear(&self, to: &str, params: &[(String, String)], signature: &str) {
        let practice = to.rsplit('/').next().unwrap().parse().unwrap();
        // Whatever it was, the answer is the same.
        let answer = self.service.twilio_report(&practice, params, signature);
        assert_eq!(answer.await, Ok(()));
    }

    async fn line(&self, due: &CodeDue) -> Line {
        self.stage.sent(due).await.line
    }
}

fn signed(url: &str, params: &[(String, String)], token: &str) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).unwrap();
    let mut sorted = params.to_vec();
    sorted.sort();
    mac.update(url.as_bytes());
    for (name, value) in sorted {
        mac.update(format!("{name}{value}").as_bytes());
    }
    BASE64.encode(&mac.finalize().into_bytes())
}

fn sid(number: u32) -> String {
    format!("SM{number:032x}")
}

/// Somebody who gets codes by SMS, and where reports are to go.
async fn sam(twilio: &Reported) -> (crate::clinic::Person<'_>, String) {
    let sam = twilio.stage.clinic.hire("sam@hills.example").await;
    let token = sam.session().await;
    let started = twilio.stage.start(&token, Channel::Sms, NUMBER).await;
    let posted = twilio.deliver(&sid(0)).await;
    let code = Secret::new(six(&posted));
    let method = started.unwrap().method;
    let call = vestibule::api::ProveMethod { method, code };
    twilio.stage.clinic.call(&token, call).await.unwrap();
    (sam, posted.field("StatusCallback"))
}

fn six(posted: &Posted) -> String {
    vestibule::domain::Code::find(&posted.field("Body"))
        .unwrap()
        .expose()
        .to_owned()
}

#[tokio::test]
async fn the_line_says_that_a_code_has_arrived() {
    let twilio = Reported::new().await;
    let (sam, to) = sam(&twilio).await;
    assert!(to.starts_with("https://sign-in.hills.example/v1/reports/twilio/"));
    let due = sam.code_due().await;
    let posted = twilio.deliver(&sid(1)).await;
    assert_eq!(posted.field("StatusCallback"), to);
    let at = twilio.stage.clinic.now();
    assert_eq!(twilio.line(&due).await, Line::HandedOver { at });
    twilio.stage.clinic.clock.advance(3);
    // Under way is no news.
    for status in ["queued", "sending", "sent"] {
        let fields = [("MessageStatus", status)];
        twilio.say(&to, &sid(1), &fields, TOKEN).await;
        assert_eq!(twilio.line(&due).await, Line::HandedOver { at });
    }
    twilio.say(&to, &sid(1), DELIVERED, TOKEN).await;
    let arrived = Line::Delivered {
        at: twilio.stage.clinic.now(),
    };
    assert_eq!(twilio.line(&due).await, arrived);
    // Said twice, or in another order, it stays.
    twilio.stage.clinic.clock.advance(3);
    twilio.say(&to, &sid(1), DELIVERED, TOKEN).await;
    twilio.say(&to, &sid(1), LOST, TOKEN).await;
    assert_eq!(twilio.line(&due).await, arrived);
    twilio.stage.submit(&due, &six(&posted)).await.unwrap();
}

#[tokio::test]
async fn the_line_says_why_a_code_has_not_arrived() {
    let twilio = Reported::new().await;
    let (sam, to) = sam(&twilio).await;
    let due = sam.code_due().await;
    let posted = twilio.deliver(&sid(1)).await;
    twilio.say(&to, &sid(1), LOST, TOKEN).await;
    let why = NotDelivered::OutOfReach;
    assert_eq!(twilio.line(&due).await, Line::NotDelivered { why });
    // It is not sent once more by itself, and the code is as good as before.
    twilio.service.send_due().await.unwrap();
    assert!(twilio.stage.gateway.now().is_none());
    let wrong = another_code(&six(&posted));
    let wrong = twilio.stage.submit(&due, &wrong).await;
    let Err(Error::CodeWrong { tries_left }) = wrong else {
        panic!("{wrong:?}");
    };
    // A report gives no try back and takes none.
    twilio.say(&to, &sid(1), LOST, TOKEN).await;
    twilio.say(&to, &sid(1), DELIVERED, TOKEN).await;
    let at = twilio.stage.clinic.now();
    assert_eq!(twilio.line(&due).await, Line::Delivered { at });
    let wrong = another_code(&six(&posted));
    let wrong = twilio.stage.submit(&due, &wrong).await;
    let left = tries_left - 1;
    assert_eq!(wrong.err(), Some(Error::CodeWrong { tries_left: left }));
    twilio.stage.submit(&due, &six(&posted)).await.unwrap();
}

#[tokio::test]
async fn what_twilio_has_not_signed_changes_nothing() {
    let twilio = Reported::new().await;
    let (sam, to) = sam(&twilio).await;
    let due = sam.code_due().await;
    twilio.deliver(&sid(1)).await;
    let before = twilio.line(&due).await;
    let dump = twilio.stage.clinic.dump().await;
    // Another token, none, another message, another practice, none at all.
    twilio.say(&to, &sid(1), DELIVERED, "another token").await;
    twilio.say(&to, &sid(1), DELIVERED, "").await;
    twilio.say(&to, &sid(2), DELIVERED, TOKEN).await;
    twilio.say(&to, "", DELIVERED, TOKEN).await;
    twilio.say(&to, &sid(1), &[], TOKEN).await;
    let elsewhere = format!("{PUBLIC}v1/reports/twilio/01977e3e-0000-7000-8000-000000000000");
    twilio.say(&elsewhere, &sid(1), DELIVERED, TOKEN).await;
    // A signature of other fields, and of another address.
    let params = |sid: String| {
        vec![
            ("MessageSid".to_owned(), sid),
            ("MessageStatus".to_owned(), "delivered".to_owned()),
        ]
    };
    let of_another = signed(&to, &params(sid(2)), TOKEN);
    twilio.hear(&to, &params(sid(1)), &of_another).await;
    let of_elsewhere = signed(&elsewhere, &params(sid(1)), TOKEN);
    twilio.hear(&to, &params(sid(1)), &of_elsewhere).await;
    for odd in ["", "!", "AAAA"] {
        twilio.hear(&to, &params(sid(1)), odd).await;
    }
    assert_eq!(twilio.line(&due).await, before);
    assert_eq!(twilio.stage.clinic.dump().await, dump);

    // A practice that has turned to another token, or away from Twilio.
    twilio.set("HillsClinic", "the next token").await;
    twilio.say(&to, &sid(1), DELIVERED, TOKEN).await;
    assert_eq!(twilio.line(&due).await, before);
    let gateway = twilio.stage.gateway.settings().into();
    let secret = Some(Secret::new(TOKEN));
    let call = SetSms {
        gateway,
        secret,
        countries: None,
    };
    let founder = &twilio.stage.clinic.founder;
    twilio.stage.clinic.call(founder, call).await.unwrap();
    twilio.say(&to, &sid(1), DELIVERED, TOKEN).await;
    assert_eq!(twilio.line(&due).await, before);
}

#[tokio::test]
async fn a_test_message_is_followed_to_the_phone() {
    let twilio = Reported::new().await;
    let clinic = &twilio.stage.clinic;
    let channel = Channel::Sms;
    let mobile = Some(NUMBER.to_owned());
    let call = TestDelivery { channel, mobile };
    let sent = clinic.call(&clinic.founder, call).await.unwrap();
    let posted = twilio.deliver(&sid(7)).await;
    let to = posted.field("StatusCallback");
    twilio.say(&to, &sid(7), DELIVERED, TOKEN).await;
    let id = sent.id.unwrap();
    let line = clinic.call(&clinic.founder, TestNow { id }).await;
    assert_eq!(line, Ok(Line::Delivered { at: clinic.now() }));
}

/// An embedded backend, and a server that is not told its address, ask for no reports.
#[tokio::test]
async fn nobody_is_asked_to_report_to_where_nobody_listens() {
    let twilio = Reported::new().await;
    let plain = Reported {
        service: twilio
            .service
            .clone()
            .with_reports_at("http://sign-in.hills.example/".parse().unwrap()),
        ..twilio
    };
    let clinic = &plain.stage.clinic;
    let channel = Channel::Sms;
    let mobile = Some(NUMBER.to_owned());
    let call = TestDelivery { channel, mobile };
    clinic.call(&clinic.founder, call).await.unwrap();
    let posted = plain.deliver(&sid(1)).await;
    assert!(!posted.body.contains("StatusCallback"), "{}", posted.body);
}
