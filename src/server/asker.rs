//! Who is at the other end: the client's address, the token it shows, the contract it speaks.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use ipnet::IpNet;

use super::answer::Served;
use super::problem;
use crate::api::{Error, Token, Unreached, wire};

/// The proxies in front of the server, whose word on a client's address is taken.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<IpNet>);

/// The text is neither an IP address nor a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither an IP address nor a network such as 10.0.0.0/8")]
pub struct NotANetwork(String);

impl Proxies {
    /// Reads addresses (`10.0.0.7`) and networks (`10.0.0.0/8`).
    ///
    /// # Errors
    ///
    /// The first that is neither.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Self, NotANetwork> {
        let network = |text: &T| {
            let text = text.as_ref().trim();
            IpNet::from_str(text)
                .or_else(|_| IpAddr::from_str(text).map(IpNet::from))
                .map_err(|_| NotANetwork(text.to_owned()))
        };
        texts
            .iter()
            .map(network)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    fn trust(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The address that failures are counted under: of the connection, or where that is a proxy of
    /// ours, of the rightmost hop that is none. What stands left of it anybody can write
    /// (SECURITY.md, attack 4).
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        if !self.trust(client) {
            return client;
        }
        // A header that comes several times is one list (RFC 9110, 5.3).
        let hops: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .flat_map(|value| value.to_str().unwrap_or_default().split(','))
            .collect();
        for hop in hops.iter().rev() {
            // What no proxy of ours would write ends the list of what can be believed.
            let Ok(address) = IpAddr::from_str(hop.trim()) else {
                break;
            };
            client = address.to_canonical();
            if !self.trust(client) {
                break;
            }
        }
        client
    }
}

/// Who asks.
#[derive(Debug)]
pub(super) struct Asker {
    pub(super) from: IpAddr,
    pub(super) token: Option<Token>,
    /// The number of the request, where it has one.
    pub(super) request: Option<String>,
}

impl FromRequestParts<Served> for Asker {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, served: &Served) -> Result<Self, Response> {
        speaks_our_contract(&parts.headers).map_err(IntoResponse::into_response)?;
        let peer: Result<ConnectInfo<SocketAddr>, _> =
            ConnectInfo::from_request_parts(parts, served).await;
        // Every connection has an address.
        let ConnectInfo(peer) = peer.map_err(|_| problem::broken())?;
        Ok(Self {
            from: served.proxies.client(peer.ip(), &parts.headers),
            token: token(&parts.headers),
            request: request(&parts.headers),
        })
    }
}

/// A bearer token (RFC 6750, 2.1). Anything else is as none: the call says that nobody is signed
/// in.
fn token(headers: &HeaderMap) -> Option<Token> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| Token::new(token.trim()))
}

fn request(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(wire::REQUEST)?.to_str().ok()?;
    let whole = value.len() == 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    whole.then(|| value.to_owned())
}

/// Whoever says nothing of a contract reads the document and speaks this one.
fn speaks_our_contract(headers: &HeaderMap) -> Result<(), Error> {
    let Some(value) = headers.get(wire::VERSION) else {
        return Ok(());
    };
    let spoken = value
        .to_str()
        .ok()
        .and_then(|text| text.parse::<u32>().ok());
    match spoken {
        Some(wire::CONTRACT) => Ok(()),
        Some(newer) if newer > wire::CONTRACT => Err(Unreached::ServerTooOld.into()),
        _ => Err(Unreached::AppTooOld.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(proxies: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let proxies = Proxies::parse(proxies).unwrap();
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    /// Attack 4.
    #[test]
    fn nobody_chooses_the_address_that_is_counted() {
        for forwarded in [&["1.2.3.4"][..], &["1.2.3.4, 5.6.7.8"], &["127.0.0.1"], &[]] {
            assert_eq!(client(&[], "203.0.113.9", forwarded), "203.0.113.9");
            assert_eq!(
                client(&["10.0.0.0/8"], "203.0.113.9", forwarded),
                "203.0.113.9"
            );
        }
        let ours = &["10.0.0.0/8", "fd00::/8"][..];
        for (forwarded, counted) in [
            (&["198.51.100.7"][..], "198.51.100.7"),
            (&["1.2.3.4, 198.51.100.7"], "198.51.100.7"),
            (&["1.2.3.4", "198.51.100.7, 10.1.1.1"], "198.51.100.7"),
            (&["1.2.3.4, 10.9.9.9, 198.51.100.7"], "198.51.100.7"),
            (&["198.51.100.7, unknown"], "10.0.0.1"),
            (&["198.51.100.7:4711"], "10.0.0.1"),
            (&["2001:db8::1"], "2001:db8::1"),
            (&["::ffff:198.51.100.7"], "198.51.100.7"),
            (&[""], "10.0.0.1"),
            (&[], "10.0.0.1"),
        ] {
            assert_eq!(
                client(ours, "10.0.0.1", forwarded),
                counted,
                "{forwarded:?}"
            );
            assert_eq!(client(ours, "::ffff:10.0.0.1", forwarded), counted);
        }
    }

    #[test]
    fn a_network_that_is_none_is_named() {
        let fault = Proxies::parse(&["10.0.0.0/8", "balancer"]).unwrap_err();
        assert_eq!(fault, NotANetwork("balancer".into()));
        assert!(Proxies::parse::<&str>(&[]).is_ok());
    }
}
