//! A text message as one HTTP request, and what the answer means.

use jiff::fmt::rfc2822;
use reqwest::header::{
    AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER,
};
use reqwest::{Client, Method, Response, StatusCode, redirect};
use secrecy::{ExposeSecret, SecretString};

use super::template::{Place, Values};
use super::{Again, NotHandedOver, Patience, Sms, is_reference, tls};
use crate::domain::{DeliveryFault, GatewayContent, GatewayMethod, NotSent, SmsGateway};

/// How much of an answer is read, in bytes: a gateway's answer has some hundred (attack 66).
const LONGEST_ANSWER: usize = 64 * 1024;

/// The longest wait that a gateway can ask for, in seconds: a code lives about as long.
const LONGEST_WAIT: u32 = 300;

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

pub(super) async fn send(
    client: &Client,
    patience: Patience,
    gateway: &SmsGateway,
    secret: Option<&SecretString>,
    sms: &Sms,
) -> Result<(), NotHandedOver> {
    let request = request(client, gateway, secret, sms)?;
    let sending = async {
        let response = client
            .execute(request)
            .await
            .map_err(|error| meant(&error))?;
        judge(response, gateway.success.as_deref()).await
    };
    // The client has the same time-out; this one holds whatever the client does.
    tokio::time::timeout(patience.whole, sending)
        .await
        .unwrap_or(Err(NotHandedOver::soon(NotSent::NoAnswer)))
}

/// The request, or why there is none: nothing was sent then.
fn request(
    client: &Client,
    gateway: &SmsGateway,
    secret: Option<&SecretString>,
    sms: &Sms,
) -> Result<reqwest::Request, NotHandedOver> {
    gateway.check().map_err(unusable)?;
    if !is_reference(&sms.reference) {
        return Err(NotHandedOver::never(NotSent::Faulty));
    }
    if secret.is_none() && (gateway.user.is_some() || asks_for_a_secret(gateway)) {
        return Err(NotHandedOver::never(NotSent::Credentials));
    }
    let values = Values {
        gateway,
        secret,
        sms,
    };
    let mut url = gateway.place().map_err(unusable)?;
    let (_, query) = gateway.split();
    if !query.is_empty() {
        let query = values.fill(query, Place::Url).map_err(unusable)?;
        url.set_query(Some(&query));
    }
    let mut headers = HeaderMap::new();
    for (name, value) in &gateway.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| cannot_be_written())?;
        let value = values.fill(value, Place::Header).map_err(unusable)?;
        let mut value =
            HeaderValue::from_bytes(value.as_bytes()).map_err(|_| cannot_be_written())?;
        value.set_sensitive(true);
        headers.append(name, value);
    }
    let method = match gateway.method {
        GatewayMethod::Get => Method::GET,
        GatewayMethod::Post => Method::POST,
    };
    let mut request = client.request(method, url);
    if let (Some(user), Some(secret)) = (&gateway.user, secret)
        && !headers.contains_key(AUTHORIZATION)
    {
        request = request.basic_auth(user, Some(secret.expose_secret()));
    }
    if gateway.method == GatewayMethod::Post {
        let (kind, place) = match gateway.content {
            GatewayContent::Form => ("application/x-www-form-urlencoded", Place::Url),
            GatewayContent::Json => ("application/json", Place::Json),
        };
        let body = values.fill(&gateway.body, place).map_err(unusable)?;
        request = request
            .header(CONTENT_TYPE, kind)
            .body(body.as_bytes().to_vec());
    }
    request
        .headers(headers)
        .build()
        .map_err(|_| cannot_be_written())
}

fn asks_for_a_secret(gateway: &SmsGateway) -> bool {
    let (_, query) = gateway.split();
    let mut templates = vec![query, gateway.body.as_str()];
    templates.extend(gateway.headers.iter().map(|(_, value)| value.as_str()));
    templates.iter().any(|it| it.contains("{secret}"))
}

fn unusable(fault: DeliveryFault) -> NotHandedOver {
    NotHandedOver::never(match fault {
        DeliveryFault::NotEncrypted => NotSent::NotEncrypted,
        _ => NotSent::Faulty,
    })
}

/// A value that cannot stand where its template puts it, such as the end of a line in a header.
const fn cannot_be_written() -> NotHandedOver {
    NotHandedOver::never(NotSent::Faulty)
}

/// What an answer means.
async fn judge(mut response: Response, success: Option<&str>) -> Result<(), NotHandedOver> {
    let status = response.status();
    if !status.is_success() {
        return Err(refusal(status, response.headers()));
    }
    let Some(success) = success else {
        return Ok(());
    };
    let mut answer = Vec::new();
    while answer.len() < LONGEST_ANSWER {
        let Some(chunk) = response.chunk().await.map_err(|error| meant(&error))? else {
            break;
        };
        let room = LONGEST_ANSWER - answer.len();
        answer.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    let said = answer
        .windows(success.len())
        .any(|part| part == success.as_bytes());
    if said {
        Ok(())
    } else {
        Err(NotHandedOver::never(NotSent::Faulty))
    }
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
