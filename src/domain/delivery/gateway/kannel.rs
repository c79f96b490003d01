//! The settings of a Kannel: its `sendsms` interface, whose password is the secret.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use super::super::{DeliveryFault, is_user};
use super::http::LONGEST_TEMPLATE;
use super::{is_encrypted, is_sender, place};

/// Where it listens when nothing else is said: Kannel's own figure for `sendsms-url`.
const USUAL_PATH: &str = "/cgi-bin/sendsms";

/// How a practice sends by a Kannel.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Kannel {
    /// `https://`, or `http://` to this computer; without a path it is `/cgi-bin/sendsms`.
    pub url: String,
    /// Who we are there: a `sendsms-user`.
    pub user: String,
    /// The number or the name that the message comes from; none where Kannel sets it.
    pub sender: Option<String>,
}

impl Kannel {
    /// As [`super::SmsGateway::check`].
    ///
    /// # Errors
    ///
    /// The first setting that cannot be used.
    pub fn check(&self) -> Result<(), DeliveryFault> {
        if !is_encrypted(&self.place()?) {
            Err(DeliveryFault::NotEncrypted)
        } else if !is_user(&self.user) {
            Err(DeliveryFault::User)
        } else if !self.sender.as_deref().is_none_or(is_sender) {
            Err(DeliveryFault::Sender)
        } else {
            Ok(())
        }
    }

    /// Where the request goes.
    ///
    /// # Errors
    ///
    /// [`DeliveryFault::Url`].
    pub fn place(&self) -> Result<Url, DeliveryFault> {
        if self.url.len() > LONGEST_TEMPLATE || self.url.contains('?') {
            return Err(DeliveryFault::Url);
        }
        let mut url = place(&self.url)?;
        if url.path() == "/" {
            url.set_path(USUAL_PATH);
        }
        Ok(url)
    }

    pub(super) fn same_server_as(&self, other: &Self) -> bool {
        let (Ok(this), Ok(other)) = (self.place(), other.place()) else {
            return false;
        };
        this.origin() == other.origin()
    }
}

impl fmt::Debug for Kannel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kannel(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kannel(url: &str) -> Kannel {
        Kannel {
            url: url.to_owned(),
            user: "clinic".to_owned(),
            sender: Some("HillsClinic".to_owned()),
        }
    }

    #[test]
    fn a_kannel_is_reached_in_secret_or_here() {
        for (url, place) in [
            (
                "http://localhost:13013",
                "http://localhost:13013/cgi-bin/sendsms",
            ),
            (
                "http://127.0.0.1:13013/",
                "http://127.0.0.1:13013/cgi-bin/sendsms",
            ),
            (
                "https://sms.hills.example/send",
                "https://sms.hills.example/send",
            ),
        ] {
            let kannel = kannel(url);
            assert_eq!(kannel.check(), Ok(()), "{url}");
            assert_eq!(kannel.place().unwrap().as_str(), place);
        }
        for (url, fault) in [
            ("http://sms.hills.example", DeliveryFault::NotEncrypted),
            ("http://10.0.0.1:13013", DeliveryFault::NotEncrypted),
            ("localhost:13013", DeliveryFault::Url),
            ("", DeliveryFault::Url),
            ("https://a:b@sms.hills.example", DeliveryFault::Url),
            ("https://sms.hills.example/?a=b", DeliveryFault::Url),
            ("https://sms.hills.example/#a", DeliveryFault::Url),
        ] {
            assert_eq!(kannel(url).check(), Err(fault), "{url}");
        }
        for (user, sender, fault) in [
            (" ", "Hills", DeliveryFault::User),
            ("a\nb", "Hills", DeliveryFault::User),
            ("a", "", DeliveryFault::Sender),
            ("a", "A name too long to send", DeliveryFault::Sender),
        ] {
            let kannel = Kannel {
                user: user.to_owned(),
                sender: Some(sender.to_owned()),
                ..kannel("http://localhost:13013")
            };
            assert_eq!(kannel.check(), Err(fault), "{user} {sender}");
        }
    }
}
