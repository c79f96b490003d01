//! Providers whose request is known, as filled-in templates: what is left to be typed is the
//! practice's own. Each is held by a golden request in `tests/it/delivery/templates.rs`.

use super::http::{GatewayContent, GatewayMethod, HttpGateway};
use super::place;
use crate::domain::words;

/// What stands in an address where a name of the practice's own belongs; with it nothing is sent.
pub const FILL_IN: &str = "FILL-IN";

/// A provider whose request is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Template {
    /// MessageMedia, of Sinch: <https://messagemedia.github.io/documentation/>. The user is the
    /// API key, the secret its secret.
    MessageMedia,
    /// ClickSend: <https://developers.clicksend.com/docs/>. The user is the account's name, the
    /// secret the API key.
    ClickSend,
    /// Sinch in Australia: <https://developers.sinch.com/docs/sms/>. The secret is the API token;
    /// the service plan is part of the address.
    SinchAu,
    /// Sinch in Europe.
    SinchEu,
    /// Sinch in the United States.
    SinchUs,
    /// Vonage's SMS API: <https://developer.vonage.com/en/api/sms>. The user is the API key, the
    /// secret the API secret.
    Vonage,
}

words!(Template {
    MessageMedia => "message_media",
    ClickSend => "click_send",
    SinchAu => "sinch_au",
    SinchEu => "sinch_eu",
    SinchUs => "sinch_us",
    Vonage => "vonage",
});

impl Template {
    /// The settings; the sender is named where there is one, or where the provider needs one.
    #[must_use]
    pub fn gateway(self, has_sender: bool) -> HttpGateway {
        let has_sender = has_sender || self.needs_sender();
        let json = |url: &str, body: String, success: &str| HttpGateway {
            method: GatewayMethod::Post,
            url: url.to_owned(),
            content: GatewayContent::Json,
            headers: Vec::new(),
            body,
            success: Some(success.to_owned()),
            user: None,
            sender: None,
        };
        match self {
            Self::MessageMedia => {
                let from = named(has_sender, r#""source_number":"{sender}","#);
                let body = format!(
                    r#"{{"messages":[{{"content":"{{text}}","destination_number":"{{to}}",{from}"format":"SMS","metadata":{{"reference":"{{ref}}"}}}}]}}"#
                );
                // 202, and the name of the message.
                json(
                    "https://api.messagemedia.com/v1/messages",
                    body,
                    r#""message_id""#,
                )
            }
            Self::ClickSend => {
                let from = named(has_sender, r#""from":"{sender}","#);
                let body = format!(
                    r#"{{"messages":[{{"source":"vestibule",{from}"to":"{{to}}","body":"{{text}}","custom_string":"{{ref}}"}}]}}"#
                );
                // The answer as a whole is a success also where the number was refused.
                json(
                    "https://rest.clicksend.com/v3/sms/send",
                    body,
                    r#""status":"SUCCESS""#,
                )
            }
            Self::SinchAu => sinch("au"),
            Self::SinchEu => sinch("eu"),
            Self::SinchUs => sinch("us"),
            Self::Vonage => HttpGateway {
                content: GatewayContent::Form,
                ..json(
                    "https://rest.nexmo.com/sms/json",
                    "api_key={user}&api_secret={secret}&from={sender}&to={digits}&text={text}\
                     &client-ref={ref}"
                        .to_owned(),
                    // 200 also where it was refused.
                    r#""status":"0""#,
                )
            },
        }
    }

    /// Whether the provider takes no message without a sender.
    #[must_use]
    pub const fn needs_sender(self) -> bool {
        matches!(
            self,
            Self::SinchAu | Self::SinchEu | Self::SinchUs | Self::Vonage
        )
    }

    /// Whether the provider knows us by a user name or key beside the secret.
    #[must_use]
    pub const fn needs_user(self) -> bool {
        !matches!(self, Self::SinchAu | Self::SinchEu | Self::SinchUs)
    }

    /// The provider that settings lead to, if it is one of these.
    #[must_use]
    pub fn of(gateway: &HttpGateway) -> Option<Self> {
        let there = gateway.place().ok()?;
        let same = |template: &&Self| {
            let (own, query) = (template.gateway(false), gateway.split().1);
            place(&own.url).is_ok_and(|own| own.origin() == there.origin()) && query.is_empty()
        };
        Self::ALL.iter().find(same).copied()
    }
}

fn sinch(region: &str) -> HttpGateway {
    HttpGateway {
        method: GatewayMethod::Post,
        url: format!("https://{region}.sms.api.sinch.com/xms/v1/{FILL_IN}/batches"),
        content: GatewayContent::Json,
        headers: vec![("Authorization".to_owned(), "Bearer {secret}".to_owned())],
        body: r#"{"from":"{sender}","to":["{to}"],"body":"{text}","client_reference":"{ref}"}"#
            .to_owned(),
        success: Some(r#""id""#.to_owned()),
        user: None,
        sender: None,
    }
}

fn named(has_sender: bool, from: &'static str) -> &'static str {
    if has_sender { from } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::DeliveryFault;

    #[test]
    fn a_template_is_finished_by_what_is_the_practices_own() {
        for template in Template::ALL {
            let sender = Some("HillsClinic".to_owned());
            let user = template.needs_user().then(|| "clinic".to_owned());
            let filled = HttpGateway {
                user,
                sender,
                ..template.gateway(true)
            };
            let finished = HttpGateway {
                url: filled.url.replace(FILL_IN, "0123abcd"),
                ..filled.clone()
            };
            assert_eq!(finished.check(), Ok(()), "{template}");
            assert_eq!(Template::of(&finished), Some(*template));
            if filled.url.contains(FILL_IN) {
                assert_eq!(filled.check(), Err(DeliveryFault::FillIn), "{template}");
            }
            let nobody = HttpGateway {
                sender: None,
                ..finished.clone()
            };
            assert_eq!(nobody.check(), Err(DeliveryFault::Sender), "{template}");
            let without = HttpGateway {
                sender: None,
                body: template.gateway(false).body,
                ..finished
            };
            let said = without.check();
            assert_eq!(said.is_err(), template.needs_sender(), "{template}");
        }
    }

    #[test]
    fn another_provider_is_none_of_these() {
        let vonage = Template::Vonage.gateway(true);
        for url in [
            "https://sms.example/sms/json",
            "https://rest.nexmo.com.evil.example/sms/json",
            "https://rest.nexmo.com:8443/sms/json",
            "https://rest.nexmo.com/sms/json?to={to}",
            "nonsense",
        ] {
            let url = url.to_owned();
            let other = HttpGateway {
                url,
                ..vonage.clone()
            };
            assert_eq!(Template::of(&other), None, "{}", other.url);
        }
    }
}
