//! Golden requests: what each provider that has a template is sent, to the byte, and what its
//! answers mean.

use vestibule::delivery::Again::Never;
use vestibule::delivery::NotHandedOver;
use vestibule::domain::delivery::gateway::FILL_IN;
use vestibule::domain::{HttpGateway, NotSent, Template};

use super::{LONG, TAKEN, post_sms};
use crate::post::{Gateway, Posted, Reply};

/// The settings of a practice, led to a gateway of ours.
fn settings(template: Template, gateway: &Gateway, sender: Option<&str>) -> HttpGateway {
    let filled = template.gateway(sender.is_some());
    let mut url = filled.place().unwrap();
    let path = url.path().replace(FILL_IN, "0123abcd");
    url.set_path(&path);
    HttpGateway {
        url: format!("{}{}", gateway.origin(), url.path()),
        user: template.needs_user().then(|| "clinic".to_owned()),
        sender: sender.map(str::to_owned),
        ..filled
    }
}

/// Sends by a template, and what came of it.
async fn sent(template: Template, sender: Option<&str>, answer: Reply) -> Posted {
    let gateway = Gateway::start().await;
    gateway.answer(answer);
    let settings = settings(template, &gateway, sender);
    assert_eq!(post_sms(LONG, &settings).await, TAKEN, "{template}");
    let posted = gateway.next().await;
    assert_eq!(posted.method, "POST", "{template}");
    posted
}

/// RFC 7617: "clinic:pass&word".
const BASIC: &str = "Basic Y2xpbmljOnBhc3Mmd29yZA==";
const JSON: &str = "application/json";

fn is_json(posted: &Posted, authorization: &str) {
    assert_eq!(posted.header("Content-Type"), Some(JSON));
    assert_eq!(posted.header("Authorization"), Some(authorization));
}

#[tokio::test]
async fn message_media_is_sent_this() {
    let taken = r#"{"messages":[{"callback_url":null,"message_id":"04fe9a97","status":"queued"}]}"#;
    let taken = || Reply::plain("202 A", taken);
    let posted = sent(Template::MessageMedia, Some("HillsClinic"), taken()).await;
    assert_eq!(posted.target, "/v1/messages");
    is_json(&posted, BASIC);
    assert_eq!(
        posted.body,
        "{\"messages\":[{\"content\":\"Hills & Co: 135790 is your code + nothing else.\",\
         \"destination_number\":\"+61491570156\",\"source_number\":\"HillsClinic\",\
         \"format\":\"SMS\",\"metadata\":{\"reference\":\"c-18\"}}]}"
    );
    let posted = sent(Template::MessageMedia, None, taken()).await;
    assert!(!posted.body.contains("source_number"));
}

#[tokio::test]
async fn click_send_is_sent_this() {
    let taken = r#"{"http_code":200,"response_code":"SUCCESS",
        "data":{"messages":[{"to":"+61491570156","status": "SUCCESS"}]}}"#;
    let taken = || Reply::plain("200 OK", taken);
    let posted = sent(Template::ClickSend, Some("HillsClinic"), taken()).await;
    assert_eq!(posted.target, "/v3/sms/send");
    is_json(&posted, BASIC);
    assert_eq!(
        posted.body,
        "{\"messages\":[{\"source\":\"vestibule\",\"from\":\"HillsClinic\",\
         \"to\":\"+61491570156\",\"body\":\"Hills & Co: 135790 is your code + nothing else.\",\
         \"custom_string\":\"c-18\"}]}"
    );
    let posted = sent(Template::ClickSend, None, taken()).await;
    assert!(!posted.body.contains("from"));
}

#[tokio::test]
async fn sinch_is_sent_this_in_each_region() {
    for (template, region) in [
        (Template::SinchAu, "au"),
        (Template::SinchEu, "eu"),
        (Template::SinchUs, "us"),
    ] {
        let place = template.gateway(true).place().unwrap();
        let host = format!("{region}.sms.api.sinch.com");
        assert_eq!(place.host_str(), Some(host.as_str()));
        assert_eq!(place.scheme(), "https");
        let taken = r#"{"id":"01FC66621XXXXX119Z8PMV1QPQ","to":["61491570156"],"canceled":false}"#;
        let posted = sent(template, Some("HillsClinic"), Reply::plain("201 OK", taken)).await;
        assert_eq!(posted.target, "/xms/v1/0123abcd/batches");
        is_json(&posted, "Bearer pass&word");
        assert_eq!(
            posted.body,
            "{\"from\":\"HillsClinic\",\"to\":[\"+61491570156\"],\
             \"body\":\"Hills & Co: 135790 is your code + nothing else.\",\
             \"client_reference\":\"c-18\"}"
        );
    }
}

#[tokio::test]
async fn vonage_is_sent_this() {
    let taken = r#"{"message-count":"1","messages":[{"to":"61491570156","status":"0"}]}"#;
    let posted = sent(
        Template::Vonage,
        Some("HillsClinic"),
        Reply::plain("200 OK", taken),
    )
    .await;
    assert_eq!(posted.target, "/sms/json");
    let form = "application/x-www-form-urlencoded";
    assert_eq!(posted.header("Content-Type"), Some(form));
    assert_eq!(posted.header("Authorization"), None);
    assert_eq!(
        posted.body,
        "api_key=clinic&api_secret=pass%26word&from=HillsClinic&to=61491570156\
         &text=Hills%20%26%20Co%3A%20135790%20is%20your%20code%20%2B%20nothing%20else.\
         &client-ref=c-18"
    );
}

/// Fault 12: what each answers with a 200 to a message that it did not take.
#[tokio::test]
async fn a_success_in_looks_only_is_none() {
    let gateway = Gateway::start().await;
    for (template, said) in [
        (
            Template::ClickSend,
            r#"{"http_code":200,"response_code":"SUCCESS",
                "data":{"messages":[{"status":"INVALID_RECIPIENT"}]}}"#,
        ),
        (
            Template::ClickSend,
            r#"{"response_code":"SUCCESS","data":{"messages":[{"status":"INSUFFICIENT_CREDIT"}]}}"#,
        ),
        (
            Template::Vonage,
            r#"{"message-count":"1","messages":[{"status":"9","error-text":"quota"}]}"#,
        ),
        (Template::MessageMedia, r#"{"message":"not authorised"}"#),
        (Template::SinchAu, r#"{"code":"syntax_invalid_json"}"#),
    ] {
        gateway.answer(Reply::plain("200 OK", said));
        let settings = settings(template, &gateway, Some("HillsClinic"));
        let (why, again) = (NotSent::Faulty, Never);
        let sent = post_sms(LONG, &settings).await;
        assert_eq!(sent, Err(NotHandedOver { why, again }), "{template}");
    }
}
