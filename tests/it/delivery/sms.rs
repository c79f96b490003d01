//! SMS: what the gateway is sent, and what its answers mean.

use vestibule::delivery::Again::{self, After, Never, Soon};
use vestibule::delivery::{NotHandedOver, Post, Sms};
use vestibule::domain::{GatewayContent, GatewayMethod, HttpGateway, NotSent};

use super::{LONG, SHORT, TAKEN, nobodys_port, post_sms, secret, sms};
use crate::post::{Gateway, Reply};

#[tokio::test]
async fn a_form_comes_as_it_was_written() {
    let gateway = Gateway::start().await;
    assert_eq!(post_sms(LONG, &gateway.settings()).await, TAKEN);
    let posted = gateway.next().await;
    assert_eq!(
        (posted.method.as_str(), posted.target.as_str()),
        ("POST", "/send")
    );
    assert_eq!(posted.to(), "+61491570156");
    assert_eq!(posted.text(), sms().text);
    assert_eq!(posted.code(), "135790");
    assert_eq!(posted.field("ref"), "c-18");
    assert_eq!(posted.field("from"), "HillsClinic");
    assert_eq!(posted.header("X-Key"), Some("pass&word"));
    let form = "application/x-www-form-urlencoded";
    assert_eq!(posted.header("Content-Type"), Some(form));
    assert_eq!(posted.header("User-Agent"), Some("Vestibule"));
    for unasked in ["Authorization", "Cookie", "Referer"] {
        assert_eq!(posted.header(unasked), None, "{unasked}");
    }
}

#[tokio::test]
async fn json_and_a_user_go_as_they_should() {
    let gateway = Gateway::start().await;
    let settings = HttpGateway {
        content: GatewayContent::Json,
        headers: vec![("Accept".to_owned(), "application/json".to_owned())],
        body: r#"{"messages":[{"to":"{to}","text":"{text}"}],"n":{}}"#.to_owned(),
        user: Some("clinic".to_owned()),
        ..gateway.settings()
    };
    let quoted = Sms {
        text: "a \"b\" \\ {secret}\n\u{1}é".to_owned(),
        ..sms()
    };
    let post = Post::new(LONG).unwrap();
    let sent = post.sms(&settings.into(), Some(&secret()), &quoted).await;
    assert_eq!(sent, TAKEN);
    let posted = gateway.next().await;
    assert_eq!(
        posted.body,
        r#"{"messages":[{"to":"+61491570156","text":"a \"b\" \\ {secret}\u000a\u0001é"}],"n":{}}"#
    );
    assert_eq!(posted.header("Content-Type"), Some("application/json"));
    // RFC 7617: "clinic:pass&word".
    let basic = "Basic Y2xpbmljOnBhc3Mmd29yZA==";
    assert_eq!(posted.header("Authorization"), Some(basic));
}

#[tokio::test]
async fn a_get_says_all_in_its_query() {
    let gateway = Gateway::start().await;
    let settings = HttpGateway {
        method: GatewayMethod::Get,
        url: gateway.origin() + "/cgi-bin/sendsms?password={secret}&to={to}&text={text}",
        headers: Vec::new(),
        body: String::new(),
        success: None,
        ..gateway.settings()
    };
    assert_eq!(post_sms(LONG, &settings).await, TAKEN);
    let posted = gateway.next().await;
    assert_eq!(posted.method, "GET");
    assert_eq!(
        posted.target,
        "/cgi-bin/sendsms?password=pass%26word&to=%2B61491570156\
         &text=Hills%20%26%20Co%3A%20135790%20is%20your%20code%20%2B%20nothing%20else."
    );
    assert_eq!(posted.body, "");
}

#[tokio::test]
async fn every_answer_has_its_meaning() {
    let gateway = Gateway::start().await;
    let with = |status, headers: &str| Reply::With(status, headers.to_owned(), String::new());
    let table: Vec<(Reply, NotSent, Again)> = vec![
        (with("429 A", "Retry-After: 7\r\n"), NotSent::Busy, After(7)),
        (
            with("429 A", "Retry-After: 9999\r\n"),
            NotSent::Busy,
            After(300),
        ),
        (with("429 A", ""), NotSent::Busy, Soon),
        (
            with("503 A", "Retry-After: 30\r\n"),
            NotSent::Busy,
            After(30),
        ),
        (with("503 A", ""), NotSent::Busy, Soon),
        (with("500 A", "Retry-After: 30\r\n"), NotSent::Faulty, Soon),
        (with("502 A", ""), NotSent::Faulty, Soon),
        (with("504 A", ""), NotSent::NoAnswer, Soon),
        (with("408 A", ""), NotSent::NoAnswer, Soon),
        (with("401 A", ""), NotSent::Credentials, Never),
        (with("403 A", ""), NotSent::Credentials, Never),
        (with("400 A", ""), NotSent::Refused, Never),
        (with("422 A", ""), NotSent::Refused, Never),
        (with("402 A", ""), NotSent::Faulty, Never),
        (with("404 A", ""), NotSent::Faulty, Never),
        (with("405 A", ""), NotSent::Faulty, Never),
        // Fault 12: a 200 whose body is an error.
        (
            Reply::plain("200 OK", "ERR 42: no credit"),
            NotSent::Faulty,
            Never,
        ),
        (Reply::plain("200 OK", ""), NotSent::Faulty, Never),
        (Reply::plain("204 OK", ""), NotSent::Faulty, Never),
        (Reply::Torn, NotSent::NoAnswer, Soon),
        (Reply::HangUp, NotSent::NoAnswer, Soon),
        // Attack 66: an answer without an end.
        (Reply::Endless, NotSent::Faulty, Never),
    ];
    for (reply, why, again) in table {
        let name = format!("{reply:?}");
        gateway.answer(reply);
        let sent = post_sms(LONG, &gateway.settings()).await;
        assert_eq!(sent, Err(NotHandedOver { why, again }), "{name}");
    }
}

/// Attack 66: 64 KiB are read, and not a byte more.
#[tokio::test]
async fn only_the_beginning_of_an_answer_is_read() {
    let gateway = Gateway::start().await;
    let room = 64 * 1024 - "queued".len();
    let answer = |before: usize| Reply::plain("200 OK", &("a".repeat(before) + "queued"));
    gateway.answer(answer(room));
    assert_eq!(post_sms(LONG, &gateway.settings()).await, TAKEN);
    gateway.answer(answer(room + 1));
    let (why, again) = (NotSent::Faulty, Never);
    let sent = post_sms(LONG, &gateway.settings()).await;
    assert_eq!(sent, Err(NotHandedOver { why, again }));
}

#[tokio::test]
async fn without_a_word_of_success_any_2xx_is_one() {
    let gateway = Gateway::start().await;
    let settings = HttpGateway {
        success: None,
        ..gateway.settings()
    };
    for reply in [
        Reply::plain("200 OK", ""),
        Reply::plain("202 Accepted", "anything"),
        Reply::Endless,
    ] {
        gateway.answer(reply);
        assert_eq!(post_sms(LONG, &settings).await, TAKEN);
    }
}

#[tokio::test]
async fn a_gateway_that_says_nothing_is_not_waited_for_long() {
    let gateway = Gateway::start().await;
    gateway.answer(Reply::Silence);
    let again = Soon;
    let why = NotSent::NoAnswer;
    let sent = post_sms(SHORT, &gateway.settings()).await;
    assert_eq!(sent, Err(NotHandedOver { why, again }));
    let why = NotSent::Unreachable;
    let nobody = HttpGateway {
        url: format!("http://127.0.0.1:{}/send", nobodys_port().await),
        ..gateway.settings()
    };
    let sent = post_sms(LONG, &nobody).await;
    assert_eq!(sent, Err(NotHandedOver { why, again }));
}

/// Attack 66.
#[tokio::test]
async fn no_redirect_is_followed() {
    let gateway = Gateway::start().await;
    let elsewhere = Gateway::start().await;
    let (why, again) = (NotSent::Faulty, Never);
    for status in ["301 A", "302 A", "303 A", "307 A", "308 A"] {
        for place in [elsewhere.origin(), "http://169.254.169.254/".to_owned()] {
            let headers = format!("Location: {place}\r\n");
            gateway.answer(Reply::With(status, headers, "queued".to_owned()));
            let sent = post_sms(LONG, &gateway.settings()).await;
            assert_eq!(sent, Err(NotHandedOver { why, again }), "{status}");
        }
    }
    assert!(elsewhere.now().is_none());
}

#[tokio::test]
async fn settings_that_cannot_be_used_send_nothing() {
    let gateway = Gateway::start().await;
    let settings = |change: fn(&mut HttpGateway)| {
        let mut settings = gateway.settings();
        change(&mut settings);
        settings
    };
    for (why, settings) in [
        (
            NotSent::NotEncrypted,
            settings(|it| it.url = "http://10.0.0.1/".to_owned()),
        ),
        (NotSent::Faulty, settings(|it| it.body += "{unknown}")),
        (
            NotSent::Faulty,
            settings(|it| it.method = GatewayMethod::Get),
        ),
        (
            NotSent::Faulty,
            settings(|it| it.headers[0].1 = "a\r\nb".to_owned()),
        ),
    ] {
        let again = Never;
        let sent = post_sms(LONG, &settings).await;
        assert_eq!(sent, Err(NotHandedOver { why, again }), "{settings:?}");
    }
    // The end of a line in a value, where a header is.
    let in_header = settings(|it| it.headers[0].1 = "{text}".to_owned());
    let lines = Sms {
        text: "a\r\nX: b".to_owned(),
        ..sms()
    };
    let post = Post::new(LONG).unwrap();
    let sent = post.sms(&in_header.into(), Some(&secret()), &lines).await;
    let (why, again) = (NotSent::Faulty, Never);
    assert_eq!(sent, Err(NotHandedOver { why, again }));
    let sent = post.sms(&gateway.settings().into(), None, &sms()).await;
    let why = NotSent::Credentials;
    assert_eq!(sent, Err(NotHandedOver { why, again }));
    assert!(gateway.now().is_none());
}
