//! A text message as one HTTP request, whoever carries it: how it goes out, and what the answers
//! mean that all providers have alike.

use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use reqwest::{Client, Request, Response, StatusCode, redirect};
use secrecy::SecretString;
use url::Url;

use super::{Again, HandedOver, NotHandedOver, Patience, Sms, is_reference, tls};
use crate::domain::{DeliveryFault, NotSent, SmsGateway};

mod http;
mod kannel;
mod template;
mod twilio;

pub(super) use twilio::ORIGIN as TWILIO;
pub use twilio::{Report, is_signed_by_twilio, twilio_report};

/// How much of an answer is read, in bytes: a gateway's answer has some hundred (attack 66).
const LONGEST_ANSWER: usize = 64 * 1024;

/// The longest wait that a gateway can ask for, in seconds: a code lives about as long.
const LONGEST_WAIT: u32 = 300;

/// What a provider is asked, and what its answers mean. Everything else is the same for all.
trait Provider {
    /// The request, or why there is none: nothing was sent then.
    fn request(
        &self,
        client: &Client,
        secret: Option<&SecretString>,
        sms: &Sms,
    ) -> Result<Request, NotHandedOver>;

    /// What an answer means.
    fn judge(
        &self,
        answer: Answer,
    ) -> impl Future<Output = Result<HandedOver, NotHandedOver>> + Send;
}

/// A client that goes where it is told and nowhere else: no redirect (attack 66), no proxy from
/// the environment, which over plain HTTP to this computer would read the code, no cookie, no
/// referer, and no second request of its own.
pub(super) fn client(patience: Patience) -> reqwest::Result<Client> {
    Client::builder()
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .http1_only()
        .user_agent("Vestibule")
        .connect_timeout(patience.connect)
        .timeout(patience.whole)
        .build()
}

/// Whoever sends: the client, how long it waits, and where Twilio is.
#[derive(Clone, Copy)]
pub(super) struct Sender<'a> {
    pub(super) client: &'a Client,
    pub(super) patience: Patience,
    pub(super) twilio: &'a Url,
}

impl Sender<'_> {
    pub(super) async fn send(
        self,
        gateway: &SmsGateway,
        secret: Option<&SecretString>,
        sms: &Sms,
    ) -> Result<HandedOver, NotHandedOver> {
        gateway.check().map_err(unusable)?;
        if !is_reference(&sms.reference) {
            return Err(NotHandedOver::never(NotSent::Faulty));
        }
        match gateway {
            SmsGateway::Http(http) => self.by(http, secret, sms).await,
            SmsGateway::Kannel(kannel) => self.by(kannel, secret, sms).await,
            SmsGateway::Twilio(twilio) => {
                let there = twilio::At {
                    twilio,
                    origin: self.twilio,
                };
                self.by(&there, secret, sms).await
            }
        }
    }

    /// Asks the provider's host for nothing: whoever answers is there, and over TLS is who it says
    /// it is. No secret goes there, no number, and nothing that is charged for.
    pub(super) async fn reach(self, gateway: &SmsGateway) -> Result<(), NotHandedOver> {
        gateway.check().map_err(unusable)?;
        let place = match gateway {
            SmsGateway::Http(http) => http.place(),
            SmsGateway::Kannel(kannel) => kannel.place(),
            SmsGateway::Twilio(_) => Ok(self.twilio.clone()),
        };
        let mut place = place.map_err(unusable)?;
        place.set_path("/");
        let answer = tokio::time::timeout(self.patience.whole, self.client.head(place).send());
        let answer = answer.await;
        let answer = answer.map_err(|_| NotHandedOver::soon(NotSent::NoAnswer))?;
        answer.map(drop).map_err(|error| meant(&error))
    }

    async fn by<P: Provider>(
        self,
        provider: &P,
        secret: Option<&SecretString>,
        sms: &Sms,
    ) -> Result<HandedOver, NotHandedOver> {
        let request = provider.request(self.client, secret, sms)?;
        let sending = async {
            let response = self.client.execute(request).await;
            provider
                .judge(Answer(response.map_err(|error| meant(&error))?))
                .await
        };
        // The client has the same time-out; this one holds whatever the client does.
        tokio::time::timeout(self.patience.whole, sending)
            .await
            .unwrap_or(Err(NotHandedOver::soon(NotSent::NoAnswer)))
    }
}

/// What a provider has answered.
struct Answer(Response);

impl Answer {
    fn status(&self) -> StatusCode {
        self.0.status()
    }

    /// What a status that is no success means where nothing else says more.
    fn refusal(&self) -> NotHandedOver {
        refusal(self.status(), self.0.headers())
    }

    /// Its beginning; the rest is never read (attack 66).
    async fn beginning(mut self) -> Result<Vec<u8>, NotHandedOver> {
        let mut read = Vec::new();
        while read.len() < LONGEST_ANSWER {
            let Some(chunk) = self.0.chunk().await.map_err(|error| meant(&error))? else {
                break;
            };
            let room = LONGEST_ANSWER - read.len();
            read.extend_from_slice(&chunk[..chunk.len().min(room)]);
        }
        Ok(read)
    }
}

fn unusable(fault: DeliveryFault) -> NotHandedOver {
    NotHandedOver::never(match fault {
        DeliveryFault::NotEncrypted => NotSent::NotEncrypted,
        _ => NotSent::Faulty,
    })
}

/// A value that cannot stand where it is put, such as the end of a line in a header.
const fn cannot_be_written() -> NotHandedOver {
    NotHandedOver::never(NotSent::Faulty)
}

fn refusal(status: StatusCode, headers: &HeaderMap) -> NotHandedOver {
    let why = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => NotSent::Credentials,
        // What providers answer about one number; a template of ours that they do not understand
        // is answered likewise, and shows at the first test.
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => NotSent::Refused,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            let again = wait(headers).map_or(Again::Soon, Again::After);
            let why = NotSent::Busy;
            return NotHandedOver { why, again };
        }
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => {
            return NotHandedOver::soon(NotSent::NoAnswer);
        }
        _ if status.is_server_error() => return NotHandedOver::soon(NotSent::Faulty),
        _ => NotSent::Faulty,
    };
    NotHandedOver::never(why)
}

/// The seconds that `Retry-After` asks for, 1 to 300: a number, or a moment which is held against
/// the gateway's own clock, so that ours need not be right.
fn wait(headers: &HeaderMap) -> Option<u32> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let asked = text(RETRY_AFTER)?;
    let seconds = if asked.bytes().all(|b| b.is_ascii_digit()) && !asked.is_empty() {
        // What is too long for a number is longer than the longest wait.
        asked.parse().unwrap_or(i64::MAX)
    } else {
        let moment = |text: &str| rfc2822::parse(text).ok().map(|at| at.timestamp());
        moment(asked)?
            .duration_since(moment(text(DATE)?)?)
            .as_secs()
    };
    u32::try_from(seconds.clamp(1, i64::from(LONGEST_WAIT))).ok()
}

/// What an error of the client means. The error itself holds the URL, and so is dropped.
fn meant(error: &reqwest::Error) -> NotHandedOver {
    if let Some(fault) = tls::fault(error) {
        return fault;
    }
    if error.is_connect() {
        NotHandedOver::soon(NotSent::Unreachable)
    } else if error.is_builder() {
        cannot_be_written()
    } else {
        NotHandedOver::soon(NotSent::NoAnswer)
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn waits(pairs: &[(HeaderName, &'static str)]) -> Option<u32> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(name, HeaderValue::from_static(value));
        }
        wait(&headers)
    }

    #[test]
    fn a_gateway_may_ask_for_one_second_to_five_minutes() {
        for (asked, seconds) in [
            ("0", Some(1)),
            ("7", Some(7)),
            ("300", Some(300)),
            ("301", Some(300)),
            ("99999999999999999999", Some(300)),
            ("-1", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(waits(&[(RETRY_AFTER, asked)]), seconds, "{asked}");
        }
        assert_eq!(waits(&[]), None);
    }

    #[test]
    fn a_moment_is_held_against_the_gateways_own_clock() {
        let asked = (RETRY_AFTER, "Wed, 21 Oct 2015 07:28:30 GMT");
        let date = (DATE, "Wed, 21 Oct 2015 07:28:00 GMT");
        let late = (DATE, "Wed, 21 Oct 2015 08:00:00 GMT");
        assert_eq!(waits(&[asked.clone(), date]), Some(30));
        assert_eq!(waits(&[asked.clone(), late]), Some(1));
        assert_eq!(waits(&[asked]), None);
    }
}
