//! Messages leave here: e-mail by SMTP, SMS by one HTTP request.
//!
//! It knows how a server is spoken to and what its answers mean. It knows no account, no code and
//! no queue: when to send, and whether to try again, is decided by whoever asks.
//!
//! Nothing of a message, a number, an address or a secret is logged or part of an error: an answer
//! becomes a [`NotHandedOver`] and its words are dropped, because a gateway may echo what it was
//! sent (attack 64).

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use crate::domain::{EmailAddress, MailServer, Mobile, NotSent, SmsGateway, Timestamp};
use crate::panics::caught;

mod html;
mod inbox;
mod mail;
mod sms;
mod tls;
mod wire;

pub use inbox::{Inbox, Message};
pub use sms::{Report, is_signed_by_twilio, twilio_report};

/// An e-mail to one person. `Debug` shows its reference only.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// Who it is for.
    pub to: EmailAddress,
    /// One line; a CR, LF or NUL in it is refused (attack 62).
    pub subject: String,
    /// Plain text, its lines ended by LF or CRLF. It goes beside a page of the same words.
    pub text: String,
    /// What of the text stands out on the page: a code.
    pub shown: Option<String>,
    /// Our name for it, of at most 64 letters, digits, `-`, `_` and `.`; a retry has the same, and
    /// so the same `Message-ID`, by which a mailbox knows that two are one.
    pub reference: String,
    /// When it was written: its `Date`, also of a retry.
    pub at: Timestamp,
}

/// A text message to one number. `Debug` shows its reference only.
#[derive(Clone, PartialEq, Eq)]
pub struct Sms {
    /// Who it is for.
    pub to: Mobile,
    /// What it says.
    pub text: String,
    /// Our name for it, the `{ref}` of the gateway's templates; a retry has the same.
    pub reference: String,
    /// Where the provider may say what became of it, if it can and we can be reached.
    pub report_to: Option<String>,
}

/// A message that was handed over. `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct HandedOver {
    /// The provider's name for it, by which it says later what became of it.
    pub id: Option<String>,
}

impl HandedOver {
    /// To somebody who says no more about it.
    #[must_use]
    pub const fn unnamed() -> Self {
        Self { id: None }
    }
}

/// Whether another try may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Not before somebody changes something.
    Never,
    /// After the caller's own wait.
    Soon,
    /// Not before so many seconds, as the server asked; 1 to 300.
    After(u32),
}

/// A message was not sent, or nobody knows whether it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not handed over: {why}")]
pub struct NotHandedOver {
    /// What went wrong.
    pub why: NotSent,
    /// Whether another try may help.
    pub again: Again,
}

impl NotHandedOver {
    pub(crate) const fn never(why: NotSent) -> Self {
        let again = Again::Never;
        Self { why, again }
    }

    const fn soon(why: NotSent) -> Self {
        let again = Again::Soon;
        Self { why, again }
    }
}

/// How long is waited for a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Until it takes the connection, and until it says good-bye.
    pub connect: Duration,
    /// For one message in all.
    pub whole: Duration,
    /// For the next letter to a mail server that has taken one, before the connection is ended;
    /// zero keeps none.
    pub kept: Duration,
}

impl Default for Patience {
    /// To connect 4 s and in all 10 s: ours. A sign-in shows after 2 s that its code is still on its way (fault 11);
    /// beyond 10 s another try is worth more than the wait. A connection is kept for 30 s: ours,
    /// well within the 5 minutes for which a server waits (RFC 5321, 4.5.3.2.7), and long enough
    /// for the codes of a busy morning.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(4),
            whole: Duration::from_secs(10),
            kept: Duration::from_secs(30),
        }
    }
}

/// A message on its way to whoever carries it further.
pub type Handing<'a> = Pin<Box<dyn Future<Output = Result<HandedOver, NotHandedOver>> + Send + 'a>>;

/// A look at whoever carries messages further, with none.
pub type Reaching<'a> = Pin<Box<dyn Future<Output = Result<(), NotHandedOver>> + Send + 'a>>;

/// Whoever carries messages: [`Post`], or what stands in its place.
pub trait Courier: Send + Sync {
    /// Sends an e-mail; `secret` is the password of [`MailServer::user`].
    fn letter<'a>(
        &'a self,
        server: &'a MailServer,
        secret: Option<&'a SecretString>,
        letter: &'a Letter,
    ) -> Handing<'a>;

    /// Sends a text message; `secret` is the password or the token there, and what `{secret}`
    /// stands for.
    fn sms<'a>(
        &'a self,
        gateway: &'a SmsGateway,
        secret: Option<&'a SecretString>,
        sms: &'a Sms,
    ) -> Handing<'a>;

    /// Whether a mail server can be reached and takes our user and password; no letter is sent.
    fn reach_mail<'a>(
        &'a self,
        server: &'a MailServer,
        secret: Option<&'a SecretString>,
    ) -> Reaching<'a>;

    /// Whether a gateway can be reached and proves who it is; it is told nothing of ours.
    fn reach_sms<'a>(&'a self, gateway: &'a SmsGateway) -> Reaching<'a>;
}

/// Sends over the network. A clone shares its connections.
#[derive(Debug, Clone)]
pub struct Post {
    patience: Patience,
    mail: mail::Kept,
    http: reqwest::Client,
    twilio: Url,
}

/// The system's certificates cannot be read, so that no server could be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system's certificates cannot be read")]
pub struct NoTrust;

impl Post {
    /// [`Patience::default`] is for the program, a shorter one for tests of silence.
    ///
    /// # Errors
    ///
    /// [`NoTrust`].
    pub fn new(patience: Patience) -> Result<Self, NoTrust> {
        crate::tls::install();
        let http = sms::client(patience).map_err(|_| NoTrust)?;
        let twilio = Url::parse(sms::TWILIO).map_err(|_| NoTrust)?;
        Ok(Self {
            patience,
            mail: mail::Kept::default(),
            http,
            twilio,
        })
    }

    /// The same, to whom Twilio is elsewhere: what a test puts in its place.
    #[must_use]
    pub fn with_twilio_at(self, twilio: Url) -> Self {
        Self { twilio, ..self }
    }

    /// Sends an e-mail.
    ///
    /// # Errors
    ///
    /// [`NotHandedOver`]; after [`NotSent::NoAnswer`] the message may have been taken nevertheless,
    /// and a retry carries the same `Message-ID`.
    pub async fn letter(
        &self,
        server: &MailServer,
        secret: Option<&SecretString>,
        letter: &Letter,
    ) -> Result<HandedOver, NotHandedOver> {
        understood(mail::send(
            &self.mail,
            self.patience,
            server,
            secret,
            letter,
        ))
        .await
    }

    /// Sends a text message.
    ///
    /// # Errors
    ///
    /// [`NotHandedOver`]; after [`NotSent::NoAnswer`] the message may have been taken nevertheless,
    /// and a retry carries the same reference.
    pub async fn sms(
        &self,
        gateway: &SmsGateway,
        secret: Option<&SecretString>,
        sms: &Sms,
    ) -> Result<HandedOver, NotHandedOver> {
        understood(self.sender().send(gateway, secret, sms)).await
    }

    const fn sender(&self) -> sms::Sender<'_> {
        sms::Sender {
            client: &self.http,
            patience: self.patience,
            twilio: &self.twilio,
        }
    }
}

impl Courier for Post {
    fn letter<'a>(
        &'a self,
        server: &'a MailServer,
        secret: Option<&'a SecretString>,
        letter: &'a Letter,
    ) -> Handing<'a> {
        Box::pin(self.letter(server, secret, letter))
    }

    fn sms<'a>(
        &'a self,
        gateway: &'a SmsGateway,
        secret: Option<&'a SecretString>,
        sms: &'a Sms,
    ) -> Handing<'a> {
        Box::pin(self.sms(gateway, secret, sms))
    }

    fn reach_mail<'a>(
        &'a self,
        server: &'a MailServer,
        secret: Option<&'a SecretString>,
    ) -> Reaching<'a> {
        Box::pin(understood(mail::reach(self.patience, server, secret)))
    }

    fn reach_sms<'a>(&'a self, gateway: &'a SmsGateway) -> Reaching<'a> {
        let sender = self.sender();
        Box::pin(async move { understood(sender.reach(gateway)).await })
    }
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter")
            .field("reference", &self.reference)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for HandedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandedOver(…)")
    }
}

impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sms")
            .field("reference", &self.reference)
            .finish_non_exhaustive()
    }
}

/// An answer over which a library panics is a faulty one: lettre 0.11 does over a line of EHLO that
/// names nothing. Nobody is kept waiting, and nothing is sent twice that may have been taken.
async fn understood<T>(
    asked: impl Future<Output = Result<T, NotHandedOver>>,
) -> Result<T, NotHandedOver> {
    caught(asked)
        .await
        .unwrap_or(Err(NotHandedOver::never(NotSent::Faulty)))
}

/// Whether the text can be part of a `Message-ID` and of a URL as it is.
fn is_reference(text: &str) -> bool {
    let sign = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    let ends = |dot: char| text.starts_with(dot) || text.ends_with(dot);
    (1..=64).contains(&text.len()) && text.bytes().all(sign) && !ends('.') && !text.contains("..")
}
