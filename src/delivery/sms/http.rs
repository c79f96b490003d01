//! Any provider, by the templates of its request; a text that its answer must contain tells a
//! success from what only looks like one (fault 12).

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Request};
use secrecy::{ExposeSecret, SecretString};

use super::template::{Place, Values};
use super::{Answer, Provider, cannot_be_written, unusable};
use crate::delivery::{HandedOver, NotHandedOver, Sms};
use crate::domain::{GatewayContent, GatewayMethod, HttpGateway, NotSent};

impl Provider for HttpGateway {
    fn request(
        &self,
        client: &Client,
        secret: Option<&SecretString>,
        sms: &Sms,
    ) -> Result<Request, NotHandedOver> {
        let gateway = self;
        if secret.is_none() && (gateway.user.is_some() || says(gateway, "{secret}")) {
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
            && !says(gateway, "{user}")
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

    async fn judge(&self, answer: Answer) -> Result<HandedOver, NotHandedOver> {
        if !answer.status().is_success() {
            return Err(answer.refusal());
        }
        let Some(success) = &self.success else {
            return Ok(HandedOver::unnamed());
        };
        let (answer, success) = (closed_up(&answer.beginning().await?), success.as_bytes());
        let success = closed_up(success);
        if answer.windows(success.len()).any(|part| part == success) {
            Ok(HandedOver::unnamed())
        } else {
            Err(NotHandedOver::never(NotSent::Faulty))
        }
    }
}

/// Without spaces and ends of lines: a provider may set its JSON one way today and another
/// tomorrow, and a message that was taken must not count as lost for it.
fn closed_up(text: &[u8]) -> Vec<u8> {
    let signs = text.iter().filter(|sign| !sign.is_ascii_whitespace());
    signs.copied().collect()
}

/// Whether a template says this placeholder.
fn says(gateway: &HttpGateway, placeholder: &str) -> bool {
    let (_, query) = gateway.split();
    let mut templates = vec![query, gateway.body.as_str()];
    templates.extend(gateway.headers.iter().map(|(_, value)| value.as_str()));
    templates.iter().any(|it| it.contains(placeholder))
}
