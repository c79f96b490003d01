//! The settings of a gateway by templates: any provider that takes one HTTP request for one message.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use url::Url;

use super::super::{DeliveryFault, is_user};
use super::{FILL_IN, is_encrypted, is_sender, place};
use crate::domain::words;

/// The longest URL, header value, body or success text, in bytes: ours, ample for every provider
/// that we know.
pub(super) const LONGEST_TEMPLATE: usize = 4096;

/// Headers that the connection itself writes; a second one could make two requests of one.
const OWN_HEADERS: &[&str] = &[
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// The method of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GatewayMethod {
    /// All is in the URL's query and the headers.
    Get,
    /// With a body.
    Post,
}

words!(GatewayMethod {
    Get => "get",
    Post => "post",
});

/// What the body of a POST is, and so how a value is escaped in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GatewayContent {
    /// `application/x-www-form-urlencoded`: `to={to}&text={text}`.
    Form,
    /// `application/json`: `{"to": "{to}", "text": "{text}"}`. A value stands within quotes.
    Json,
}

words!(GatewayContent {
    Form => "form",
    Json => "json",
});

/// What may stand in braces in a URL's query, a header's value and a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Placeholder {
    /// The number, E.164.
    To,
    /// The number without its plus.
    Digits,
    /// The message.
    Text,
    /// Our name for this message; a retry has the same.
    Ref,
    /// [`HttpGateway::sender`].
    Sender,
    /// [`HttpGateway::user`].
    User,
    /// The secret that is kept sealed.
    Secret,
}

words!(Placeholder {
    To => "to",
    Digits => "digits",
    Text => "text",
    Ref => "ref",
    Sender => "sender",
    User => "user",
    Secret => "secret",
});

/// A part of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// What stands as it is.
    Text(&'a str),
    /// What a value takes the place of.
    Value(Placeholder),
}

/// The settings of a gateway by templates. `Debug` shows no template: someone may have written a key into
/// one instead of `{secret}`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HttpGateway {
    /// The method of the request.
    pub method: GatewayMethod,
    /// `https://`, or `http://` to this computer; placeholders in the query alone, so that no
    /// value can lead the request to another place.
    pub url: String,
    /// What the body is; it says nothing for a GET.
    pub content: GatewayContent,
    /// Names and values; placeholders in the values.
    pub headers: Vec<(String, String)>,
    /// The body; empty for a GET.
    pub body: String,
    /// A text that the answer must contain, spaces and ends of lines aside; without it any 2xx is
    /// a success.
    pub success: Option<String>,
    /// Who we are there. With a user, it and the secret go as HTTP Basic authentication, unless
    /// a template says `{user}` itself.
    pub user: Option<String>,
    /// The number or the name that the message comes from.
    pub sender: Option<String>,
}

impl HttpGateway {
    /// Whether these settings can be used; it is asked before they are kept and again before each
    /// use, because a row may come from elsewhere.
    ///
    /// # Errors
    ///
    /// The first setting that cannot be used.
    pub fn check(&self) -> Result<(), DeliveryFault> {
        let place = self.place()?;
        if place.path().contains(FILL_IN) {
            return Err(DeliveryFault::FillIn);
        }
        if !is_encrypted(&place) {
            return Err(DeliveryFault::NotEncrypted);
        }
        if !self.user.as_deref().is_none_or(is_user) {
            return Err(DeliveryFault::User);
        }
        if !self.sender.as_deref().is_none_or(is_sender) {
            return Err(DeliveryFault::Sender);
        }
        for (name, value) in &self.headers {
            let own = OWN_HEADERS.iter().any(|own| name.eq_ignore_ascii_case(own));
            if own || !is_token(name) || value.chars().any(char::is_control) || is_long(value) {
                return Err(DeliveryFault::Header);
            }
        }
        let get = self.method == GatewayMethod::Get;
        if is_long(&self.body) || (get && !self.body.is_empty()) {
            return Err(DeliveryFault::Body);
        }
        let success = self.success.as_deref();
        if success.is_some_and(|text| text.trim().is_empty() || is_long(text)) {
            return Err(DeliveryFault::Success);
        }
        self.check_placeholders()
    }

    fn check_placeholders(&self) -> Result<(), DeliveryFault> {
        let (before, query) = self.split();
        if pieces(before)?
            .iter()
            .any(|piece| matches!(piece, Piece::Value(_)))
        {
            return Err(DeliveryFault::Placeholder);
        }
        let mut said = pieces(query)?;
        for (_, value) in &self.headers {
            said.extend(pieces(value)?);
        }
        said.extend(pieces(&self.body)?);
        let says = |placeholder| said.contains(&Piece::Value(placeholder));
        if !says(Placeholder::To) && !says(Placeholder::Digits) {
            Err(DeliveryFault::NoRecipient)
        } else if !says(Placeholder::Text) {
            Err(DeliveryFault::NoText)
        } else if says(Placeholder::Sender) && self.sender.is_none() {
            Err(DeliveryFault::Sender)
        } else if says(Placeholder::User) && self.user.is_none() {
            Err(DeliveryFault::User)
        } else {
            Ok(())
        }
    }

    /// The URL before its query, and the template of the query.
    #[must_use]
    pub fn split(&self) -> (&str, &str) {
        self.url.split_once('?').unwrap_or((self.url.as_str(), ""))
    }

    /// Where the request goes: the URL without its query, in which no placeholder may stand.
    ///
    /// # Errors
    ///
    /// [`DeliveryFault::Url`].
    pub fn place(&self) -> Result<Url, DeliveryFault> {
        let (before, query) = self.split();
        if is_long(&self.url) || super::is_odd(query) {
            return Err(DeliveryFault::Url);
        }
        place(before)
    }

    /// Whether a secret that was given for `other` may go to this gateway: host, port and TLS are
    /// the same. If not, the stored secret must be cleared.
    #[must_use]
    pub fn same_server_as(&self, other: &Self) -> bool {
        let (Ok(this), Ok(other)) = (self.place(), other.place()) else {
            return false;
        };
        // `origin` is scheme, host and port.
        this.origin() == other.origin()
    }
}

impl fmt::Debug for HttpGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpGateway")
            .field("method", &self.method)
            .field("content", &self.content)
            .finish_non_exhaustive()
    }
}

/// The parts of a template. Only a word in braces is a placeholder, so that the braces of JSON
/// stand as they are.
///
/// # Errors
///
/// [`DeliveryFault::Placeholder`] for a word in braces that is no placeholder.
pub fn pieces(template: &str) -> Result<Vec<Piece<'_>>, DeliveryFault> {
    let mut pieces = Vec::new();
    let (mut plain, mut seek) = (0, 0);
    while let Some(open) = template[seek..].find('{').map(|at| seek + at) {
        let inside = &template[open + 1..];
        let end = inside.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
        seek = open + 1;
        if let Some(end) = end.filter(|end| *end > 0 && inside[*end..].starts_with('}')) {
            let word: Placeholder = inside[..end]
                .parse()
                .map_err(|_| DeliveryFault::Placeholder)?;
            pieces.push(Piece::Text(&template[plain..open]));
            pieces.push(Piece::Value(word));
            seek = open + 1 + end + 1;
            plain = seek;
        }
    }
    pieces.push(Piece::Text(&template[plain..]));
    Ok(pieces)
}

fn is_long(text: &str) -> bool {
    text.len() > LONGEST_TEMPLATE
}

/// Whether the text is a header's name: RFC 9110, 5.6.2.
fn is_token(name: &str) -> bool {
    let sign = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.len() <= 100 && name.bytes().all(sign)
}

#[cfg(test)]
#[path = "http_tests.rs"]
mod tests;
