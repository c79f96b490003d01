//! The settings of a gateway as they lie in a database.

use serde_json::Value;
use vestibule::domain::{Kannel, SmsGateway, Twilio};

/// As a practice of the first release has it: there was one kind of gateway.
const BEFORE_THE_CHOICE: &str = r#"{"method":"post","url":"https://sms.example/v1/send",
    "content":"form","headers":[["Authorization","Bearer {secret}"]],
    "body":"to={to}&text={text}&from={sender}","success":null,"user":null,
    "sender":"HillsClinic"}"#;

#[test]
fn what_was_kept_before_there_was_a_choice_is_read_and_kept_as_it_was() {
    let read: SmsGateway = serde_json::from_str(BEFORE_THE_CHOICE).unwrap();
    let SmsGateway::Http(http) = &read else {
        panic!("{read:?}");
    };
    assert_eq!(http.headers[0].1, "Bearer {secret}");
    assert_eq!(read.check(), Ok(()));
    let before: Value = serde_json::from_str(BEFORE_THE_CHOICE).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), before);
}

#[test]
fn each_choice_is_read_as_it_was_kept() {
    let kannel = Kannel {
        url: "http://localhost:13013".to_owned(),
        user: "clinic".to_owned(),
        sender: None,
    };
    let twilio = Twilio {
        account: format!("AC{}", "0".repeat(32)),
        sender: "HillsClinic".to_owned(),
    };
    for (gateway, provider) in [
        (SmsGateway::Kannel(kannel), "kannel"),
        (SmsGateway::Twilio(twilio), "twilio"),
    ] {
        let kept = serde_json::to_value(&gateway).unwrap();
        assert_eq!(kept["provider"], provider);
        let read: SmsGateway = serde_json::from_value(kept).unwrap();
        assert_eq!(read, gateway);
    }
    for odd in [
        "{}",
        "null",
        r#"{"provider":"pigeon"}"#,
        r#"{"provider":"kannel"}"#,
    ] {
        assert!(serde_json::from_str::<SmsGateway>(odd).is_err(), "{odd}");
    }
}
