//! How a practice sends SMS: which provider, and what that one needs to be told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::{DeliveryFault, is_line, leads_here};

mod http;
mod kannel;
mod templates;
mod twilio;

pub use http::{GatewayContent, GatewayMethod, HttpGateway, Piece, Placeholder, pieces};
pub use kannel::Kannel;
pub use templates::{FILL_IN, Template};
pub use twilio::Twilio;

/// The longest sender in letters: ours. A number has 16 signs, a sender's name in letters has 11.
const LONGEST_SENDER: usize = 16;

/// The settings of whoever carries a practice's SMS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "provider", rename_all = "snake_case")]
pub enum SmsGateway {
    /// A Kannel of one's own.
    Kannel(Kannel),
    /// Twilio.
    Twilio(Twilio),
    /// Any other, by templates. It has no word of its own: so it was kept before there was a
    /// choice.
    #[serde(untagged)]
    Http(HttpGateway),
}

impl SmsGateway {
    /// Whether these settings can be used; it is asked before they are kept and again before each
    /// use, because a row may come from elsewhere.
    ///
    /// # Errors
    ///
    /// The first setting that cannot be used.
    pub fn check(&self) -> Result<(), DeliveryFault> {
        match self {
            Self::Kannel(kannel) => kannel.check(),
            Self::Twilio(twilio) => twilio.check(),
            Self::Http(http) => http.check(),
        }
    }

    /// Whether a secret that was given for `other` may go where these settings lead. If not, the
    /// stored secret must be cleared.
    #[must_use]
    pub fn same_server_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Kannel(this), Self::Kannel(other)) => this.same_server_as(other),
            (Self::Twilio(this), Self::Twilio(other)) => this.same_account_as(other),
            (Self::Http(this), Self::Http(other)) => this.same_server_as(other),
            _ => false,
        }
    }

    /// What the provider is known by: a host, or a name.
    #[must_use]
    pub fn known_as(&self) -> String {
        match self {
            Self::Twilio(_) => "Twilio".to_owned(),
            Self::Kannel(_) | Self::Http(_) => {
                let host = self
                    .place()
                    .and_then(|url| url.host_str().map(str::to_owned));
                host.unwrap_or_default()
            }
        }
    }

    /// Whether it is on the computer that sends, by whichever of its own addresses.
    #[must_use]
    pub fn is_here(&self) -> bool {
        let host = self
            .place()
            .and_then(|url| url.host_str().map(str::to_owned));
        host.is_some_and(|host| leads_here(&host))
    }

    /// Where requests go, of those that say where.
    fn place(&self) -> Option<Url> {
        match self {
            Self::Kannel(kannel) => kannel.place().ok(),
            Self::Http(http) => http.place().ok(),
            Self::Twilio(_) => None,
        }
    }

    /// The number or the name that messages come from, where it is set here.
    #[must_use]
    pub fn sender(&self) -> Option<&str> {
        match self {
            Self::Kannel(kannel) => kannel.sender.as_deref(),
            Self::Twilio(twilio) => Some(&twilio.sender),
            Self::Http(http) => http.sender.as_deref(),
        }
    }
}

impl From<HttpGateway> for SmsGateway {
    fn from(http: HttpGateway) -> Self {
        Self::Http(http)
    }
}

/// Where a request goes: a URL of HTTP without a query.
fn place(text: &str) -> Result<Url, DeliveryFault> {
    if is_odd(text) {
        return Err(DeliveryFault::Url);
    }
    let url = Url::parse(text).map_err(|_| DeliveryFault::Url)?;
    let plain = url.username().is_empty() && url.password().is_none() && url.has_host();
    if plain && matches!(url.scheme(), "https" | "http") {
        Ok(url)
    } else {
        Err(DeliveryFault::Url)
    }
}

/// Whether a parser of URLs would read what nobody wrote: it drops tabs and ends of lines.
fn is_odd(text: &str) -> bool {
    text.contains('#') || text.chars().any(char::is_control)
}

/// Whether nobody on the way can read along.
fn is_encrypted(url: &Url) -> bool {
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || here
}

fn is_sender(name: &str) -> bool {
    is_line(name) && name.chars().count() <= LONGEST_SENDER
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

    fn twilio() -> Twilio {
        Twilio {
            account: format!("AC{}", "0123456789abcdef".repeat(2)),
            sender: "+61491570006".to_owned(),
        }
    }

    #[test]
    fn a_secret_goes_to_no_other_provider() {
        let http = SmsGateway::Http(HttpGateway {
            method: GatewayMethod::Get,
            url: "http://localhost:13013/cgi-bin/sendsms?to={to}&text={text}".to_owned(),
            content: GatewayContent::Form,
            headers: Vec::new(),
            body: String::new(),
            success: None,
            user: None,
            sender: None,
        });
        let here = SmsGateway::Kannel(kannel("http://localhost:13013"));
        let path = SmsGateway::Kannel(kannel("http://localhost:13013/send"));
        let port = SmsGateway::Kannel(kannel("http://localhost:13014"));
        let mine = SmsGateway::Twilio(twilio());
        let theirs = SmsGateway::Twilio(Twilio {
            account: format!("AC{}", "f".repeat(32)),
            ..twilio()
        });
        let sender = SmsGateway::Twilio(Twilio {
            sender: "Hills".to_owned(),
            ..twilio()
        });
        assert!(path.same_server_as(&here) && sender.same_server_as(&mine));
        for (one, other) in [
            (&http, &here),
            (&http, &mine),
            (&here, &mine),
            (&here, &port),
            (&mine, &theirs),
        ] {
            assert!(!one.same_server_as(other), "{one:?} {other:?}");
            assert!(!other.same_server_as(one), "{one:?} {other:?}");
        }
    }

    #[test]
    fn nobody_is_named_by_debug() {
        let shown = format!("{:?} {:?}", kannel("https://user.example"), twilio());
        for private in ["clinic", "user", "AC01", "+61491"] {
            assert!(!shown.contains(private), "{shown}");
        }
    }
}
