//! Which settings of a gateway are taken, and what their templates say.

use super::*;

fn gateway() -> HttpGateway {
    HttpGateway {
        method: GatewayMethod::Post,
        url: "https://sms.example/send".to_owned(),
        content: GatewayContent::Json,
        headers: vec![("X-Key".to_owned(), "key {secret}".to_owned())],
        body: r#"{"to":"{to}","text":"{text}","from":{"name":"{sender}"},"ref":"{ref}"}"#
            .to_owned(),
        success: Some("\"queued\"".to_owned()),
        user: None,
        sender: Some("HillsClinic".to_owned()),
    }
}

fn with_url(url: &str) -> HttpGateway {
    HttpGateway {
        url: url.to_owned(),
        ..gateway()
    }
}

#[test]
fn the_settings_of_common_gateways_are_taken() {
    assert_eq!(gateway().check(), Ok(()));
    let kannel = HttpGateway {
        method: GatewayMethod::Get,
        url: "http://127.0.0.1:13013/cgi-bin/sendsms?username={user}&password={secret}\
              &to={to}&text={text}"
            .to_owned(),
        headers: Vec::new(),
        body: String::new(),
        success: Some("Accepted for delivery".to_owned()),
        user: Some("clinic".to_owned()),
        sender: None,
        ..gateway()
    };
    assert_eq!(kannel.check(), Ok(()));
    let twilio = HttpGateway {
        url: "https://api.twilio.com/2010-04-01/Accounts/AC123/Messages.json".to_owned(),
        content: GatewayContent::Form,
        headers: Vec::new(),
        body: "To={to}&From={sender}&Body={text}".to_owned(),
        user: Some("AC123".to_owned()),
        ..gateway()
    };
    assert_eq!(twilio.check(), Ok(()));
}

#[test]
fn only_this_computer_is_reached_without_tls() {
    for url in [
        "http://localhost/send",
        "http://LOCALHOST:8080/send",
        "http://127.9.9.9/send",
        "http://127.1/send",
        "http://[::1]:8080/send",
        "https://10.0.0.1/send",
    ] {
        assert_eq!(with_url(url).check(), Ok(()), "{url}");
    }
    for url in [
        "http://sms.example/send",
        "http://localhost.example/send",
        "http://127.0.0.1.example/send",
        "http://169.254.169.254/latest",
        "http://0.0.0.0/send",
        "http://[::]/send",
        "http://[::ffff:10.0.0.1]/send",
    ] {
        assert_eq!(
            with_url(url).check(),
            Err(DeliveryFault::NotEncrypted),
            "{url}"
        );
    }
}

#[test]
fn a_url_that_hides_something_is_refused() {
    for url in [
        "",
        "sms.example/send",
        "ftp://sms.example/send",
        "file:///etc/passwd",
        "https://",
        "https://user@sms.example/",
        "https://user:pass@sms.example/",
        "https://sms.example@evil.example/",
        "https://sms.example/#part",
        "https://sms.example/?a=b#part",
        "https://sms.exa\r\nmple/",
        "https://sms.example/?a=\r\n",
        "ht\ttp://sms.example/",
    ] {
        assert_eq!(with_url(url).check(), Err(DeliveryFault::Url), "{url:?}");
    }
    for url in [
        "https://{to}.example/send",
        "https://sms.example/{secret}/send",
        "https://sms.example/send?a={b}",
        "https://sms.example/send?a={TO}",
    ] {
        assert_eq!(
            with_url(url).check(),
            Err(DeliveryFault::Placeholder),
            "{url}"
        );
    }
}

#[test]
fn a_setting_that_cannot_be_used_is_named() {
    use DeliveryFault::{Body, Header, NoRecipient, NoText, Placeholder, Sender, Success, User};
    let header = |name: &str, value: &str| HttpGateway {
        headers: vec![(name.to_owned(), value.to_owned())],
        ..gateway()
    };
    let body = |body: &str| HttpGateway {
        body: body.to_owned(),
        ..gateway()
    };
    let with = |change: fn(&mut HttpGateway)| {
        let mut gateway = gateway();
        change(&mut gateway);
        gateway
    };
    for (name, settings, fault) in [
        ("no name", header("", "a"), Header),
        ("a space", header("X Key", "a"), Header),
        ("a colon", header("X:", "a"), Header),
        ("the host", header("HOST", "a"), Header),
        ("a length", header("Content-Length", "1"), Header),
        ("a line", header("X-Key", "a\r\nX: b"), Header),
        ("a NUL", header("X-Key", "a\0"), Header),
        ("unknown", header("X-Key", "{key}"), Placeholder),
        ("unknown", body("{to}{text}{code}"), Placeholder),
        ("no number", body("{text}"), NoRecipient),
        ("no text", body("{to}"), NoText),
        ("no user", body("{to}{text}{user}"), User),
        ("no sender", with(|it| it.sender = None), Sender),
        ("a GET", with(|it| it.method = GatewayMethod::Get), Body),
        ("long", body(&"a".repeat(5000)), Body),
        (
            "an empty user",
            with(|it| it.user = Some(String::new())),
            User,
        ),
        (
            "a long sender",
            with(|it| it.sender = Some("a".repeat(17))),
            Sender,
        ),
        (
            "a sender's line",
            with(|it| it.sender = Some("a\nb".to_owned())),
            Sender,
        ),
        (
            "any success",
            with(|it| it.success = Some(" ".to_owned())),
            Success,
        ),
    ] {
        assert_eq!(settings.check(), Err(fault), "{name}");
    }
}

#[test]
fn only_a_word_in_braces_is_a_placeholder() {
    use Piece::{Text, Value};
    assert_eq!(pieces(""), Ok(vec![Text("")]));
    assert_eq!(pieces("{}{ to}{\"a\":{"), Ok(vec![Text("{}{ to}{\"a\":{")]));
    assert_eq!(
        pieces("é{{to}}{ref}"),
        Ok(vec![
            Text("é{"),
            Value(Placeholder::To),
            Text("}"),
            Value(Placeholder::Ref),
            Text(""),
        ])
    );
    assert_eq!(pieces("{to}{too}"), Err(DeliveryFault::Placeholder));
}

#[test]
fn a_secret_stays_with_its_server() {
    let here = with_url("https://sms.example/send");
    assert!(with_url("https://SMS.example:443/other?a=b").same_server_as(&here));
    for url in [
        "http://sms.example/send",
        "https://sms.example:8443/send",
        "https://sms.evil.example/send",
        "no url",
    ] {
        assert!(!with_url(url).same_server_as(&here), "{url}");
    }
    assert!(!with_url("no url").same_server_as(&with_url("no url")));
}

#[test]
fn debug_shows_no_template() {
    let shown = format!("{:?}", gateway());
    assert!(
        !shown.contains("sms.example") && !shown.contains("key"),
        "{shown}"
    );
}
