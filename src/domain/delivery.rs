//! How messages leave: the channels, and the settings of the mail server. Secrets are no part of
//! settings; they are kept sealed and are given when something is sent.

use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{EmailAddress, words};

mod breaker;
pub mod gateway;
mod sender;

pub use breaker::{Breaker, FAILURES_IN_A_ROW, PAUSE_SECONDS};
pub use gateway::{
    GatewayContent, GatewayMethod, HttpGateway, Kannel, Placeholder, SmsGateway, Template, Twilio,
};
pub use sender::{SenderAdvice, sender_advice};

/// The longest name of a user of a server or gateway, in bytes: ours, to keep a row small.
const LONGEST_USER: usize = 320;

/// The longest name in front of an address, in letters: ours; more is cut off in most inboxes.
const LONGEST_FROM_NAME: usize = 100;

/// The longest name of a host, in bytes: RFC 1035, 2.3.4, less the dots that only the wire has.
const LONGEST_HOST: usize = 253;

/// A way in which a message reaches a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// An e-mail.
    Email,
    /// A text message to a mobile number.
    Sms,
}

words!(Channel {
    Email => "email",
    Sms => "sms",
});

/// Why a message has not gone out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotSent {
    /// Nobody answers at that host and port.
    Unreachable,
    /// It was reached and did not answer in time.
    NoAnswer,
    /// Its certificate is not one to trust.
    Certificate,
    /// It does not offer encryption, and so was told nothing.
    NotEncrypted,
    /// It does not take our user name and secret.
    Credentials,
    /// It does not take this address or number.
    Refused,
    /// It has too much to do, or we have sent too much.
    Busy,
    /// It answered with a fault, or with something that cannot be understood.
    Faulty,
}

words!(NotSent {
    Unreachable => "unreachable",
    NoAnswer => "no_answer",
    Certificate => "certificate",
    NotEncrypted => "not_encrypted",
    Credentials => "credentials",
    Refused => "refused",
    Busy => "busy",
    Faulty => "faulty",
});

/// Why a message that its provider had taken has not arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotDelivered {
    /// The phone was switched off or out of reach for as long as the network tries.
    OutOfReach,
    /// No mobile has this number.
    NoSuchNumber,
    /// The network, the provider or the phone's owner lets no such message through.
    Blocked,
    /// The provider does not say.
    Unknown,
}

words!(NotDelivered {
    OutOfReach => "out_of_reach",
    NoSuchNumber => "no_such_number",
    Blocked => "blocked",
    Unknown => "unknown",
});

/// How the way to the mail server is kept from listeners.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailSecurity {
    /// TLS from the first byte (RFC 8314), mostly on port 465.
    Tls,
    /// A plain start that must become TLS before anything is sent, mostly on port 587.
    StartTls,
    /// None; only to this computer itself.
    None,
}

words!(MailSecurity {
    Tls => "tls",
    StartTls => "start_tls",
    None => "none",
});

/// Which setting of a server or gateway cannot be used.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryFault {
    /// What was typed for the countries is not the two letters of each.
    #[error("not the letters of countries")]
    Countries,
    /// The host is neither a name nor an IP address.
    #[error("the host is neither a name nor an IP address")]
    Host,
    /// Port 0.
    #[error("the port is not between 1 and 65535")]
    Port,
    /// Without TLS, to another computer.
    #[error("only this computer may be reached without TLS")]
    NotEncrypted,
    /// The computer that serves, whose other programs are not the practice's to speak to.
    #[error("the server does not send through its own computer")]
    Here,
    /// The user is empty, too long or has a control character; or `{user}` stands without one.
    #[error("the user cannot be used")]
    User,
    /// The name before the sender's address is too long or has a control character.
    #[error("the sender's name cannot be used")]
    FromName,
    /// The text is no URL of http or https with a host, or has a user, a password or a fragment.
    #[error("the URL cannot be used")]
    Url,
    /// A header's name or value cannot be sent, or is one that the connection needs.
    #[error("a header cannot be used")]
    Header,
    /// A GET with a body, or a body that is too long.
    #[error("the body cannot be used")]
    Body,
    /// The text that an answer must contain is empty or too long.
    #[error("the text of a success cannot be used")]
    Success,
    /// The sender is empty or too long, has a control character; or `{sender}` stands without one.
    #[error("the sender cannot be used")]
    Sender,
    /// A placeholder that is none, or one in the part of the URL before its query.
    #[error("a placeholder is unknown or stands where none may stand")]
    Placeholder,
    /// Something of the practice's own is still missing in the URL.
    #[error("the URL is not filled in")]
    FillIn,
    /// The account is not named as the provider names accounts.
    #[error("the account cannot be used")]
    Account,
    /// Neither the URL nor a header nor the body says `{to}`.
    #[error("nothing says who the message is for")]
    NoRecipient,
    /// Neither the URL nor a header nor the body says `{text}`.
    #[error("nothing says what the message is")]
    NoText,
}

/// The settings of a mail server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MailServer {
    /// A host name or an IP address.
    pub host: String,
    /// A TCP port.
    pub port: u16,
    /// How the way there is kept from listeners.
    pub security: MailSecurity,
    /// Who we are there; none for a server that asks nobody.
    pub user: Option<String>,
    /// The address that our mail comes from.
    pub from: EmailAddress,
    /// The name before that address, such as the practice's.
    pub from_name: Option<String>,
}

impl MailServer {
    /// Whether these settings can be used; it is asked before they are kept and again before each
    /// use, because a row may come from elsewhere.
    ///
    /// # Errors
    ///
    /// The first setting that cannot be used.
    pub fn check(&self) -> Result<(), DeliveryFault> {
        if !is_host(&self.host) {
            return Err(DeliveryFault::Host);
        }
        if self.port == 0 {
            return Err(DeliveryFault::Port);
        }
        if self.security == MailSecurity::None && !is_this_computer(&self.host) {
            return Err(DeliveryFault::NotEncrypted);
        }
        if !self.user.as_deref().is_none_or(is_user) {
            return Err(DeliveryFault::User);
        }
        let name = self.from_name.as_deref();
        if !name.is_none_or(|name| is_line(name) && name.chars().count() <= LONGEST_FROM_NAME) {
            return Err(DeliveryFault::FromName);
        }
        Ok(())
    }

    /// Whether it is on the computer that sends, by whichever of its own addresses.
    #[must_use]
    pub fn is_here(&self) -> bool {
        leads_here(&self.host)
    }

    /// Whether a secret that was given for `other` may go to this server: host, port and TLS are
    /// the same. If not, the stored secret must be cleared, or whoever may change the host could
    /// have it sent to a server of their own.
    #[must_use]
    pub fn same_server_as(&self, other: &Self) -> bool {
        self.host.eq_ignore_ascii_case(&other.host)
            && self.port == other.port
            && self.security == other.security
    }
}

/// Whether the host is this computer itself, so that no listener is on the way.
fn is_this_computer(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// As [`is_this_computer`], by every name and address that is a computer's own: for what must not
/// lead here. A name of somebody else's that leads here is not known before it is asked for; but for
/// the EHLO before STARTTLS nothing is said there without a certificate of that name.
fn leads_here(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    let ip = host.trim_matches(['[', ']']).parse::<IpAddr>();
    let own = |ip: IpAddr| ip.is_loopback() || ip.is_unspecified();
    name == "localhost" || name.ends_with(".localhost") || ip.is_ok_and(|ip| own(ip.to_canonical()))
}

fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.parse::<IpAddr>().is_ok() || (host.len() <= LONGEST_HOST && host.split('.').all(label))
}

fn is_user(user: &str) -> bool {
    is_line(user) && user.len() <= LONGEST_USER
}

/// Whether the text says something and cannot end its line: no CR, LF or NUL (attack 62).
fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(host: &str, security: MailSecurity) -> MailServer {
        MailServer {
            host: host.to_owned(),
            port: 587,
            security,
            user: Some("vestibule".to_owned()),
            from: EmailAddress::parse("codes@hills.example").unwrap(),
            from_name: Some("Hills Clinic".to_owned()),
        }
    }

    #[test]
    fn only_this_computer_is_reached_without_tls() {
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.10", "::1"] {
            assert_eq!(server(host, MailSecurity::None).check(), Ok(()), "{host}");
        }
        for host in [
            "mail.hills.example",
            "localhost.example",
            "127.0.0.1.example",
            "127.1",
            "10.0.0.1",
            "0.0.0.0",
            "::ffff:10.0.0.1",
        ] {
            let plain = server(host, MailSecurity::None);
            assert_eq!(plain.check(), Err(DeliveryFault::NotEncrypted), "{host}");
            assert_eq!(server(host, MailSecurity::StartTls).check(), Ok(()));
            assert_eq!(server(host, MailSecurity::Tls).check(), Ok(()));
        }
    }

    #[test]
    fn a_setting_that_cannot_be_used_is_named() {
        let good = server("mail.hills.example", MailSecurity::Tls);
        for host in [
            "",
            " ",
            "mail hills",
            "a..b",
            "-a.example",
            "a/b",
            "a:25",
            "x@y",
            "m\r\n",
        ] {
            let fault = server(host, MailSecurity::Tls).check();
            assert_eq!(fault, Err(DeliveryFault::Host), "{host:?}");
        }
        let port = MailServer {
            port: 0,
            ..good.clone()
        };
        assert_eq!(port.check(), Err(DeliveryFault::Port));
        for line in ["", " ", "a\r\nBcc: x@y.example", "a\0", "a\nb", "a\rb"] {
            let user = MailServer {
                user: Some(line.to_owned()),
                ..good.clone()
            };
            assert_eq!(user.check(), Err(DeliveryFault::User), "{line:?}");
            let name = MailServer {
                from_name: Some(line.to_owned()),
                ..good.clone()
            };
            assert_eq!(name.check(), Err(DeliveryFault::FromName), "{line:?}");
        }
    }

    /// Attack 66: a computer has more names than one.
    #[test]
    fn whatever_leads_to_the_computer_itself_is_known() {
        for host in [
            "localhost",
            "LOCALHOST.",
            "mail.localhost",
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "::1",
            "::",
            "::ffff:127.0.0.1",
        ] {
            assert!(server(host, MailSecurity::Tls).is_here(), "{host}");
        }
        for host in ["mail.hills.example", "localhost.example", "192.0.2.7"] {
            assert!(!server(host, MailSecurity::Tls).is_here(), "{host}");
        }
    }

    #[test]
    fn a_secret_stays_with_its_server() {
        let good = server("mail.hills.example", MailSecurity::Tls);
        let name = MailServer {
            host: "MAIL.hills.example".to_owned(),
            user: None,
            ..good.clone()
        };
        assert!(name.same_server_as(&good));
        let host = server("mail.evil.example", MailSecurity::Tls);
        let port = MailServer {
            port: 25,
            ..good.clone()
        };
        for other in [
            host,
            port,
            server("mail.hills.example", MailSecurity::StartTls),
        ] {
            assert!(!other.same_server_as(&good), "{other:?}");
        }
    }
}
