//! Twilio: its Messages resource, and what its codes mean.

use reqwest::{Client, Request};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::{Url, form_urlencoded};

use super::{Answer, Provider, cannot_be_written};
use crate::delivery::{Again, HandedOver, NotHandedOver, Sms};
use crate::domain::{NotSent, Twilio};

mod report;

pub use report::{Report, is_signed_by_twilio, twilio_report};

/// Where it is.
pub(in crate::delivery) const ORIGIN: &str = "https://api.twilio.com";

/// The longest name that a message of theirs may have, in bytes: today's have 34.
const LONGEST_SID: usize = 64;

/// An account of theirs, and where they are.
pub(super) struct At<'a> {
    pub(super) twilio: &'a Twilio,
    pub(super) origin: &'a Url,
}

/// What we read of an answer: of a message, or of a refusal.
#[derive(Deserialize)]
struct Said {
    sid: Option<String>,
    /// Why a request was refused.
    code: Option<u32>,
    /// Why a message that was taken has failed already.
    error_code: Option<u32>,
}

impl Provider for At<'_> {
    fn request(
        &self,
        client: &Client,
        secret: Option<&SecretString>,
        sms: &Sms,
    ) -> Result<Request, NotHandedOver> {
        let secret = secret.ok_or(NotHandedOver::never(NotSent::Credentials))?;
        let account = &self.twilio.account;
        let mut url = self.origin.clone();
        // Checked: it has letters and digits only.
        url.set_path(&format!("/2010-04-01/Accounts/{account}/Messages.json"));
        let from = if self.twilio.has_service() {
            "MessagingServiceSid"
        } else {
            "From"
        };
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("To", sms.to.e164())
            .append_pair(from, &self.twilio.sender)
            .append_pair("Body", &sms.text);
        if let Some(report_to) = &sms.report_to {
            form.append_pair("StatusCallback", report_to);
        }
        client
            .post(url)
            .basic_auth(account, Some(secret.expose_secret()))
            .header(
                reqwest::header::CONTENT_TYPE,
                "application/x-www-form-urlencoded",
            )
            .body(form.finish())
            .build()
            .map_err(|_| cannot_be_written())
    }

    async fn judge(&self, answer: Answer) -> Result<HandedOver, NotHandedOver> {
        let taken = answer.status().is_success();
        let refusal = answer.refusal();
        let bad_request = answer.status() == reqwest::StatusCode::BAD_REQUEST;
        let said = match answer.beginning().await {
            Ok(said) => serde_json::from_slice(&said).ok(),
            // Whether it was taken is known by the end of the answer alone.
            Err(torn) if taken => return Err(torn),
            Err(_) => None,
        };
        let Some(Said {
            sid,
            code,
            error_code,
        }) = said
        else {
            let faulty = NotHandedOver::never(NotSent::Faulty);
            return Err(if taken || bad_request {
                faulty
            } else {
                refusal
            });
        };
        if let Some(code) = code.filter(|_| !taken).or(error_code) {
            return Err(meant(code, refusal));
        }
        match sid.filter(|sid| is_sid(sid)) {
            Some(sid) if taken => Ok(HandedOver { id: Some(sid) }),
            _ if taken || bad_request => Err(NotHandedOver::never(NotSent::Faulty)),
            _ => Err(refusal),
        }
    }
}

/// What a code of theirs means, for a request and for a message alike
/// (<https://www.twilio.com/docs/api/errors>).
fn meant(code: u32, refusal: NotHandedOver) -> NotHandedOver {
    NotHandedOver::never(match code {
        // Not authenticated; no such account; an account that is closed.
        20003 | 20005 | 20404 | 30002 => NotSent::Credentials,
        // No number; a country that is switched off; not proven in a trial; it has said STOP; no
        // way there; no mobile; a phone, a number or a network that cannot be reached; filtered.
        21211 | 21217 | 21265 | 21408 | 21421 | 21608 | 21610 | 21612 | 21614 | 21635 | 30003
        | 30004 | 30005 | 30006 | 30007 => NotSent::Refused,
        // Too many at once, or today.
        14107 | 20429 | 21611 | 30001 | 63038 => {
            return NotHandedOver {
                why: NotSent::Busy,
                again: match refusal.again {
                    Again::After(seconds) => Again::After(seconds),
                    Again::Soon | Again::Never => Again::Soon,
                },
            };
        }
        // Their own trouble.
        20500 | 20503 | 30008 => return NotHandedOver::soon(NotSent::Faulty),
        // The rest is about our settings: a sender that is not ours, a service that is none.
        _ => NotSent::Faulty,
    })
}

/// Whether a message can be kept and found under this name.
fn is_sid(sid: &str) -> bool {
    (1..=LONGEST_SID).contains(&sid.len()) && sid.bytes().all(|b| b.is_ascii_alphanumeric())
}
