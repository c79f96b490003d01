//! Values into templates, each escaped for where it stands. A value is put in once and never read
//! as a template again, so that a text of `{secret}` stays a text.

use std::fmt::Write;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::delivery::Sms;
use crate::domain::HttpGateway;
use crate::domain::delivery::gateway::{Piece, pieces};
use crate::domain::delivery::{DeliveryFault, Placeholder};

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a URL's query or a form: RFC 3986 percent-encoding, which both read alike.
    Url,
    /// Between the quotes of a JSON string: RFC 8259, 7.
    Json,
    /// In a header, whose type refuses the end of a line.
    Header,
}

/// The values for one message.
pub(super) struct Values<'a> {
    pub(super) gateway: &'a HttpGateway,
    pub(super) secret: Option<&'a SecretString>,
    pub(super) sms: &'a Sms,
}

impl Values<'_> {
    /// The template with its values; a value that is not there is empty.
    pub(super) fn fill(
        &self,
        template: &str,
        place: Place,
    ) -> Result<Zeroizing<String>, DeliveryFault> {
        let mut filled = Zeroizing::new(String::with_capacity(4 * template.len()));
        for piece in pieces(template)? {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Value(placeholder) => escape(self.value(placeholder), place, &mut filled),
            }
        }
        Ok(filled)
    }

    fn value(&self, placeholder: Placeholder) -> &str {
        let given = match placeholder {
            Placeholder::To => Some(self.sms.to.e164()),
            Placeholder::Digits => Some(self.sms.to.e164().trim_start_matches('+')),
            Placeholder::Text => Some(self.sms.text.as_str()),
            Placeholder::Ref => Some(self.sms.reference.as_str()),
            Placeholder::Sender => self.gateway.sender.as_deref(),
            Placeholder::User => self.gateway.user.as_deref(),
            Placeholder::Secret => self.secret.map(ExposeSecret::expose_secret),
        };
        given.unwrap_or_default()
    }
}

fn escape(value: &str, place: Place, into: &mut String) {
    match place {
        Place::Header => into.push_str(value),
        Place::Url => {
            for byte in value.bytes() {
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                    into.push(char::from(byte));
                } else {
                    // Writing to a String cannot fail.
                    let _ = write!(into, "%{byte:02X}");
                }
            }
        }
        Place::Json => {
            for sign in value.chars() {
                match sign {
                    '"' | '\\' => into.extend(['\\', sign]),
                    '\0'..='\u{1f}' => {
                        let _ = write!(into, "\\u{:04x}", u32::from(sign));
                    }
                    _ => into.push(sign),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{GatewayContent, GatewayMethod, Mobile};

    fn filled(template: &str, place: Place, text: &str) -> String {
        let gateway = HttpGateway {
            method: GatewayMethod::Post,
            url: "https://sms.example/".to_owned(),
            content: GatewayContent::Json,
            headers: Vec::new(),
            body: String::new(),
            success: None,
            user: Some("clinic&co".to_owned()),
            sender: Some("Hills".to_owned()),
        };
        let sms = Sms {
            to: Mobile::from_e164("+61491570156").unwrap(),
            text: text.to_owned(),
            reference: "r-1".to_owned(),
            report_to: None,
        };
        let secret = SecretString::from("s&\"c");
        let values = Values {
            gateway: &gateway,
            secret: Some(&secret),
            sms: &sms,
        };
        values.fill(template, place).unwrap().to_string()
    }

    #[test]
    fn a_value_is_escaped_for_where_it_stands() {
        let text = "a b&c=d\"\\\r\né%";
        assert_eq!(
            filled("to={to}&t={text}&r={ref}&u={user}", Place::Url, text),
            "to=%2B61491570156&t=a%20b%26c%3Dd%22%5C%0D%0A%C3%A9%25&r=r-1&u=clinic%26co"
        );
        assert_eq!(
            filled(
                r#"{"to":"{to}","t":"{text}","k":"{secret}"}"#,
                Place::Json,
                text
            ),
            r#"{"to":"+61491570156","t":"a b&c=d\"\\\u000d\u000aé%","k":"s&\"c"}"#
        );
        assert_eq!(
            filled("Key {secret} {sender} {digits}", Place::Header, text),
            "Key s&\"c Hills 61491570156"
        );
    }

    #[test]
    fn a_value_is_never_read_as_a_template() {
        assert_eq!(
            filled("{text}{ref}", Place::Json, "{secret}{"),
            "{secret}{r-1"
        );
    }
}
