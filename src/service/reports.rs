//! What a provider says of a message after it has taken it. It moves the delivery line and nothing
//! else: it says nothing of a code, counts no try and resets none.

use std::sync::Arc;

use secrecy::SecretString;
use url::Url;

use super::Service;
use super::outbox::{Outbox, settings};
use crate::api::Error;
use crate::delivery::{self, Report};
use crate::domain::{Channel, PracticeId, SmsGateway};
use crate::figures::{self, Became};

/// Where Twilio's reports are taken, before the practice's id.
pub const TWILIO_REPORTS: &str = "/v1/reports/twilio";

impl Service {
    /// With reports from providers, which reach this server at `public`: its address on the
    /// internet, `https://` and a host; another scheme is none. It is said before the worker of
    /// the outbox runs. An embedded backend has no such address and asks for no reports.
    #[must_use]
    pub fn with_reports_at(mut self, public: Url) -> Self {
        self.outbox = Arc::new(match public.scheme() {
            "https" => Outbox::reported_at(public),
            _ => Outbox::default(),
        });
        self
    }

    /// Where a provider may say what became of a message of this practice.
    pub(super) fn reports_of(&self, practice: &PracticeId) -> Option<String> {
        let mut url = self.outbox.reports()?.clone();
        url.set_path(&format!("{TWILIO_REPORTS}/{practice}"));
        url.set_query(None);
        url.set_fragment(None);
        Some(url.into())
    }

    /// Takes a report of a provider, whose word it is known to be, on a message by the provider's
    /// name for it. Whether it changed anything: an unknown message, and one that has arrived
    /// already, stay as they are.
    ///
    /// # Errors
    ///
    /// A database that does not answer.
    pub async fn report(
        &self,
        practice: &PracticeId,
        channel: Channel,
        id: &str,
        report: Report,
    ) -> Result<bool, Error> {
        let why = match report {
            Report::Delivered => None,
            Report::NotDelivered(why) => Some(why),
        };
        let mut tx = self.store.write_beside().await?;
        let put = tx
            .put_report(practice, channel, id, why, self.clock.now())
            .await?;
        tx.commit().await?;
        if put {
            let became = why.map_or(Became::Delivered, |_| Became::NotDelivered);
            figures::message(channel, became);
        }
        Ok(put)
    }

    /// Takes what was posted to [`TWILIO_REPORTS`]: the practice in its path, the fields of the
    /// form, and the header `X-Twilio-Signature`. What Twilio has not signed with the token of this
    /// practice, for the URL that it was given, changes nothing, and is answered as everything
    /// else.
    ///
    /// # Errors
    ///
    /// A database that does not answer.
    pub async fn twilio_report(
        &self,
        practice: &PracticeId,
        params: &[(String, String)],
        signature: &str,
    ) -> Result<(), Error> {
        // What Twilio was given is signed, not what a proxy made of it.
        let Some(url) = self.reports_of(practice) else {
            return Ok(());
        };
        let Some(token) = self.twilio_token(practice).await? else {
            return Ok(());
        };
        if !delivery::is_signed_by_twilio(&token, &url, params, signature) {
            return Ok(());
        }
        let Some((id, report)) = delivery::twilio_report(params) else {
            return Ok(());
        };
        self.report(practice, Channel::Sms, id, report).await?;
        Ok(())
    }

    /// The token of a practice that sends by Twilio now.
    async fn twilio_token(&self, practice: &PracticeId) -> Result<Option<SecretString>, Error> {
        let mut tx = self.store.read().await?;
        let Some(row) = tx.delivery(practice, Channel::Sms).await? else {
            return Ok(None);
        };
        match settings(&row)? {
            SmsGateway::Twilio(_) => self.delivery_secret(&row),
            SmsGateway::Kannel(_) | SmsGateway::Http(_) => Ok(None),
        }
    }
}
