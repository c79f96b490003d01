//! Where a server is: an origin of `https`, as somebody types it.

use std::fmt;
use std::str::FromStr;

use url::Url;

/// The address of a server: `https`, a host, perhaps a port. Nothing more, so that two spellings of
/// one server are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerAddress(Url);

/// Why what was typed is no address of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAddress {
    /// Nothing was typed.
    #[error("nothing was typed")]
    Empty,
    /// It begins with `http://`, or another scheme: whoever listens would read every password.
    #[error("only https is encrypted")]
    NotEncrypted,
    /// It cannot be read as the name of a server.
    #[error("not a server's name")]
    NotUnderstood,
    /// There is more than a host and a port: a user, a path, a question.
    #[error("more than a server's name")]
    TooMuch,
}

impl ServerAddress {
    /// The URL of a call.
    pub(super) fn of_call(&self, name: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("/v1/{name}"));
        url
    }
}

impl fmt::Display for ServerAddress {
    /// As it is kept, and as what is kept of it on this computer is bound to: without a last slash.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

impl FromStr for ServerAddress {
    type Err = NotAnAddress;

    fn from_str(typed: &str) -> Result<Self, NotAnAddress> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(NotAnAddress::Empty);
        }
        let url = match typed.split_once("://") {
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("https") => Url::parse(typed),
            Some(_) => return Err(NotAnAddress::NotEncrypted),
            None => Url::parse(&format!("https://{typed}")),
        };
        let url = url.map_err(|_| NotAnAddress::NotUnderstood)?;
        if url.host_str().is_none_or(str::is_empty) || url.port() == Some(0) {
            return Err(NotAnAddress::NotUnderstood);
        }
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if bare {
            Ok(Self(url))
        } else {
            Err(NotAnAddress::TooMuch)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_it_is_typed_a_server_has_one_address() {
        for typed in [
            "sign-in.hills.example",
            " https://sign-in.hills.example ",
            "HTTPS://Sign-In.Hills.Example/",
            "https://sign-in.hills.example:443",
        ] {
            let address: ServerAddress = typed.parse().unwrap();
            assert_eq!(address.to_string(), "https://sign-in.hills.example");
        }
        let port: ServerAddress = "127.0.0.1:8443".parse().unwrap();
        assert_eq!(port.to_string(), "https://127.0.0.1:8443");
        assert_eq!(
            port.of_call("sign-in").as_str(),
            "https://127.0.0.1:8443/v1/sign-in"
        );
    }

    #[test]
    fn only_https_is_an_address() {
        for (typed, fault) in [
            ("", NotAnAddress::Empty),
            ("  ", NotAnAddress::Empty),
            ("http://hills.example", NotAnAddress::NotEncrypted),
            ("file:///etc/passwd", NotAnAddress::NotEncrypted),
            ("hills example", NotAnAddress::NotUnderstood),
            ("https://", NotAnAddress::NotUnderstood),
            ("hills.example:0", NotAnAddress::NotUnderstood),
            ("hills.example:99999", NotAnAddress::NotUnderstood),
            ("hills.example/v1", NotAnAddress::TooMuch),
            ("sam@hills.example", NotAnAddress::TooMuch),
            ("hills.example?a=b", NotAnAddress::TooMuch),
        ] {
            assert_eq!(typed.parse::<ServerAddress>(), Err(fault), "{typed}");
        }
    }
}
