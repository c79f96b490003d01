//! A courier that goes nowhere: it keeps what it is given. The demo shows it beside its made-up
//! practice, so that every method can be tried; no real practice is ever given one.

use secrecy::SecretString;
use tokio::sync::watch;

use super::{Courier, HandedOver, Handing, Letter, Reaching, Sms};
use crate::domain::{MailServer, SmsGateway};

/// What was kept, the oldest first.
#[derive(Default)]
pub struct Inbox {
    kept: watch::Sender<Vec<Message>>,
}

/// A message that was kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// The address or number.
    pub to: String,
    /// Of an e-mail.
    pub subject: Option<String>,
    /// The text.
    pub text: String,
}

impl Inbox {
    /// Everything so far, the oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<Message> {
        self.kept.borrow().clone()
    }

    /// Everything so far, and word of what comes.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Vec<Message>> {
        self.kept.subscribe()
    }

    /// Throws everything away.
    pub fn clear(&self) {
        self.kept.send_modify(Vec::clear);
    }

    fn keep(&self, to: &str, subject: Option<&str>, text: &str) {
        let message = Message {
            to: to.to_owned(),
            subject: subject.map(str::to_owned),
            text: text.to_owned(),
        };
        self.kept.send_modify(|kept| kept.push(message));
    }
}

impl Courier for Inbox {
    fn letter<'a>(
        &'a self,
        _: &'a MailServer,
        _: Option<&'a SecretString>,
        letter: &'a Letter,
    ) -> Handing<'a> {
        self.keep(letter.to.as_str(), Some(&letter.subject), &letter.text);
        Box::pin(async { Ok(HandedOver::unnamed()) })
    }

    fn sms<'a>(
        &'a self,
        _: &'a SmsGateway,
        _: Option<&'a SecretString>,
        sms: &'a Sms,
    ) -> Handing<'a> {
        self.keep(sms.to.e164(), None, &sms.text);
        Box::pin(async { Ok(HandedOver::unnamed()) })
    }

    fn reach_mail<'a>(&'a self, _: &'a MailServer, _: Option<&'a SecretString>) -> Reaching<'a> {
        Box::pin(async { Ok(()) })
    }

    fn reach_sms<'a>(&'a self, _: &'a SmsGateway) -> Reaching<'a> {
        Box::pin(async { Ok(()) })
    }
}

impl std::fmt::Debug for Inbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Inbox(…)")
    }
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Message(…)")
    }
}
