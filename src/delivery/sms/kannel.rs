//! A Kannel of one's own: its `sendsms` interface.

use reqwest::{Client, Request, StatusCode};
use secrecy::{ExposeSecret, SecretString};

use super::{Answer, Provider, cannot_be_written, unusable};
use crate::delivery::{HandedOver, NotHandedOver, Sms};
use crate::domain::{Kannel, NotSent};

impl Provider for Kannel {
    fn request(
        &self,
        client: &Client,
        secret: Option<&SecretString>,
        sms: &Sms,
    ) -> Result<Request, NotHandedOver> {
        let secret = secret.ok_or(NotHandedOver::never(NotSent::Credentials))?;
        let mut url = self.place().map_err(unusable)?;
        let mut query = url.query_pairs_mut();
        query
            .append_pair("username", &self.user)
            .append_pair("password", secret.expose_secret())
            .append_pair("to", sms.to.e164())
            .append_pair("text", &sms.text);
        if let Some(sender) = &self.sender {
            query.append_pair("from", sender);
        }
        drop(query);
        client.get(url).build().map_err(|_| cannot_be_written())
    }

    async fn judge(&self, answer: Answer) -> Result<HandedOver, NotHandedOver> {
        let status = answer.status();
        let refusal = answer.refusal();
        let said = answer.beginning().await?;
        let begins = |words: &[&str]| words.iter().any(|it| said.starts_with(it.as_bytes()));
        // Taken by its centre, kept until the centre can be reached, or (with
        // `immediate-sendsms-reply`) taken without a word from either.
        if status.is_success() && begins(&["0: Accepted", "3: Queued", "Sent."]) {
            return Ok(HandedOver::unnamed());
        }
        Err(match status {
            // A list of numbers, or no centre that takes this one.
            StatusCode::FORBIDDEN if !begins(&["Authorization failed"]) => {
                NotHandedOver::never(NotSent::Refused)
            }
            // What we have left out, which is no fault of the number.
            StatusCode::BAD_REQUEST => NotHandedOver::never(NotSent::Faulty),
            status if status.is_success() => NotHandedOver::never(NotSent::Faulty),
            _ => refusal,
        })
    }
}
