//! Providers that are spoken to in their own words: Kannel and Twilio.

use vestibule::delivery::Again::{self, After, Never, Soon};
use vestibule::delivery::{HandedOver, NotHandedOver, Post, Sms};
use vestibule::domain::{Kannel, NotSent, SmsGateway, Twilio};

use super::{LONG, TAKEN, secret, sms};
use crate::post::{Gateway, Reply};

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const SID: &str = "SMfedcba9876543210fedcba9876543210";

fn kannel(gateway: &Gateway) -> Kannel {
    Kannel {
        url: gateway.origin(),
        user: "clinic".to_owned(),
        sender: Some("HillsClinic".to_owned()),
    }
}

fn twilio(sender: &str) -> Twilio {
    Twilio {
        account: ACCOUNT.to_owned(),
        sender: sender.to_owned(),
    }
}

async fn by_kannel(gateway: &Gateway) -> Result<HandedOver, NotHandedOver> {
    let post = Post::new(LONG).unwrap();
    let settings = SmsGateway::Kannel(kannel(gateway));
    post.sms(&settings, Some(&secret()), &sms()).await
}

async fn by_twilio(
    gateway: &Gateway,
    twilio: Twilio,
    sms: &Sms,
) -> Result<HandedOver, NotHandedOver> {
    let origin = gateway.origin().parse().unwrap();
    let post = Post::new(LONG).unwrap().with_twilio_at(origin);
    let settings = SmsGateway::Twilio(twilio);
    post.sms(&settings, Some(&secret()), sms).await
}

fn not(why: NotSent, again: Again) -> Result<HandedOver, NotHandedOver> {
    Err(NotHandedOver { why, again })
}

fn taken() -> Reply {
    let said = format!(r#"{{"sid":"{SID}","status":"queued","error_code":null}}"#);
    Reply::plain("201 CREATED", &said)
}

fn refused(status: &'static str, code: u32) -> Reply {
    let said = format!(r#"{{"code":{code},"message":"+61491570156 is not","status":400}}"#);
    Reply::plain(status, &said)
}

#[tokio::test]
async fn kannel_is_asked_as_its_guide_says() {
    let gateway = Gateway::start().await;
    gateway.answer(Reply::plain("202 A", "0: Accepted for delivery"));
    assert_eq!(by_kannel(&gateway).await, TAKEN);
    let posted = gateway.next().await;
    assert_eq!((posted.method.as_str(), posted.body.as_str()), ("GET", ""));
    assert_eq!(
        posted.target,
        "/cgi-bin/sendsms?username=clinic&password=pass%26word&to=%2B61491570156\
         &text=Hills+%26+Co%3A+135790+is+your+code+%2B+nothing+else.&from=HillsClinic"
    );
    assert_eq!(posted.header("Authorization"), None);
    // One that has a sender of its own, and another path.
    let settings = SmsGateway::Kannel(Kannel {
        url: gateway.origin() + "/send",
        sender: None,
        ..kannel(&gateway)
    });
    gateway.answer(Reply::plain("202 A", "3: Queued for later delivery"));
    let post = Post::new(LONG).unwrap();
    let sent = post.sms(&settings, Some(&secret()), &sms()).await;
    assert_eq!(sent, TAKEN);
    let posted = gateway.next().await;
    assert!(posted.target.starts_with("/send?username=clinic&"));
    assert!(!posted.target.contains("from="));
    let nothing = post.sms(&settings, None, &sms()).await;
    assert_eq!(nothing, not(NotSent::Credentials, Never));
    assert!(gateway.now().is_none());
}

#[tokio::test]
async fn every_answer_of_kannel_has_its_meaning() {
    let gateway = Gateway::start().await;
    for (status, said, meaning) in [
        ("202 A", "0: Accepted for delivery", TAKEN),
        ("202 A", "3: Queued for later delivery", TAKEN),
        ("202 A", "Sent.", TAKEN),
        (
            "403 A",
            "Authorization failed for sendsms",
            not(NotSent::Credentials, Never),
        ),
        (
            "403 A",
            "Not routable. Do not try again.",
            not(NotSent::Refused, Never),
        ),
        (
            "403 A",
            "Number(s) has/have been denied by white- and/or black-lists.",
            not(NotSent::Refused, Never),
        ),
        (
            "400 A",
            "Sender missing and no global set, rejected",
            not(NotSent::Faulty, Never),
        ),
        (
            "503 A",
            "Temporal failure, try again later.",
            not(NotSent::Busy, Soon),
        ),
        ("500 A", "", not(NotSent::Faulty, Soon)),
        ("404 A", "", not(NotSent::Faulty, Never)),
        // Fault 12: a success in looks only.
        ("200 A", "<html>", not(NotSent::Faulty, Never)),
        ("202 A", "", not(NotSent::Faulty, Never)),
        (
            "202 A",
            "5: 0: Accepted for delivery",
            not(NotSent::Faulty, Never),
        ),
    ] {
        gateway.answer(Reply::plain(status, said));
        assert_eq!(by_kannel(&gateway).await, meaning, "{status} {said}");
    }
    gateway.answer(Reply::Torn);
    assert_eq!(by_kannel(&gateway).await, not(NotSent::NoAnswer, Soon));
    gateway.answer(Reply::Endless);
    assert_eq!(by_kannel(&gateway).await, not(NotSent::Faulty, Never));
}

#[tokio::test]
async fn twilio_is_asked_as_its_reference_says() {
    let gateway = Gateway::start().await;
    gateway.answer(taken());
    let sent = by_twilio(&gateway, twilio("+61491570006"), &sms()).await;
    let id = Some(SID.to_owned());
    assert_eq!(sent, Ok(HandedOver { id: id.clone() }));
    let posted = gateway.next().await;
    assert_eq!(posted.method, "POST");
    let path = format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json");
    assert_eq!(posted.target, path);
    assert_eq!(
        posted.body,
        "To=%2B61491570156&From=%2B61491570006\
         &Body=Hills+%26+Co%3A+135790+is+your+code+%2B+nothing+else."
    );
    let form = "application/x-www-form-urlencoded";
    assert_eq!(posted.header("Content-Type"), Some(form));
    let basic = data_encoding::BASE64.encode(format!("{ACCOUNT}:pass&word").as_bytes());
    let basic = format!("Basic {basic}");
    assert_eq!(posted.header("Authorization"), Some(basic.as_str()));
    // By a messaging service, and with a place for its reports.
    gateway.answer(taken());
    let service = format!("MG{}", "0".repeat(32));
    let report_to = "https://sign-in.hills.example/v1/reports/twilio/p1";
    let reported = Sms {
        report_to: Some(report_to.to_owned()),
        ..sms()
    };
    let sent = by_twilio(&gateway, twilio(&service), &reported).await;
    assert_eq!(sent, Ok(HandedOver { id }));
    let posted = gateway.next().await;
    assert_eq!(posted.field("MessagingServiceSid"), service);
    assert_eq!(posted.field("StatusCallback"), report_to);
    assert!(!posted.body.contains("From="));
}

#[tokio::test]
async fn every_answer_of_twilio_has_its_meaning() {
    let gateway = Gateway::start().await;
    let retry = |status, after: u32, code| {
        let Reply::With(status, _, said) = refused(status, code) else {
            unreachable!();
        };
        Reply::With(status, format!("Retry-After: {after}\r\n"), said)
    };
    for (reply, why, again) in [
        (refused("401 A", 20003), NotSent::Credentials, Never),
        (refused("404 A", 20404), NotSent::Credentials, Never),
        (refused("400 A", 21211), NotSent::Refused, Never),
        (refused("400 A", 21408), NotSent::Refused, Never),
        (refused("400 A", 21610), NotSent::Refused, Never),
        (refused("400 A", 21614), NotSent::Refused, Never),
        // A sender that is not ours, and what nobody knows.
        (refused("400 A", 21606), NotSent::Faulty, Never),
        (refused("400 A", 99999), NotSent::Faulty, Never),
        (refused("429 A", 20429), NotSent::Busy, Soon),
        (retry("429 A", 7, 20429), NotSent::Busy, After(7)),
        (refused("400 A", 21611), NotSent::Busy, Soon),
        (refused("500 A", 20500), NotSent::Faulty, Soon),
        (Reply::plain("503 A", ""), NotSent::Busy, Soon),
        (Reply::plain("400 A", "<html>"), NotSent::Faulty, Never),
        (Reply::plain("401 A", "<html>"), NotSent::Credentials, Never),
        (Reply::plain("200 A", "{}"), NotSent::Faulty, Never),
        (Reply::plain("200 A", "hello"), NotSent::Faulty, Never),
        (
            Reply::plain("201 A", r#"{"sid":"a b"}"#),
            NotSent::Faulty,
            Never,
        ),
        (
            Reply::plain("201 A", r#"{"sid":"SM1","error_code":30006}"#),
            NotSent::Refused,
            Never,
        ),
        (Reply::Torn, NotSent::NoAnswer, Soon),
        (Reply::Endless, NotSent::Faulty, Never),
        (Reply::Echo, NotSent::Faulty, Soon),
    ] {
        let name = format!("{reply:?}");
        gateway.answer(reply);
        let sent = by_twilio(&gateway, twilio("HillsClinic"), &sms()).await;
        assert_eq!(sent, not(why, again), "{name}");
    }
}

#[tokio::test]
async fn no_account_leads_a_request_elsewhere() {
    let gateway = Gateway::start().await;
    for account in ["", "..", "AC/../x", "AC0123456789abcdef0123456789abcde?"] {
        let odd = Twilio {
            account: account.to_owned(),
            ..twilio("HillsClinic")
        };
        let sent = by_twilio(&gateway, odd, &sms()).await;
        assert_eq!(sent, not(NotSent::Faulty, Never), "{account}");
    }
    assert!(gateway.now().is_none());
}
