//! The settings of Twilio, whose auth token is the secret.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::DeliveryFault;
use super::is_sender;

/// How a practice sends by Twilio.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Twilio {
    /// The account's SID: `AC` and 32 hexadecimal digits.
    pub account: String,
    /// The number or the name that messages come from, or the SID of a messaging service that
    /// chooses one.
    pub sender: String,
}

impl Twilio {
    /// As [`super::SmsGateway::check`].
    ///
    /// # Errors
    ///
    /// The first setting that cannot be used.
    pub fn check(&self) -> Result<(), DeliveryFault> {
        if !is_sid(&self.account, "AC") {
            Err(DeliveryFault::Account)
        } else if !self.has_service() && !is_sender(&self.sender) {
            Err(DeliveryFault::Sender)
        } else {
            Ok(())
        }
    }

    /// Whether a messaging service chooses the sender.
    #[must_use]
    pub fn has_service(&self) -> bool {
        is_sid(&self.sender, "MG")
    }

    /// A token opens its own account alone.
    pub(super) fn same_account_as(&self, other: &Self) -> bool {
        self.account == other.account
    }
}

impl fmt::Debug for Twilio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Twilio(…)")
    }
}

/// A Twilio name of this kind. Nothing in it can lead a request to another path.
fn is_sid(text: &str, kind: &str) -> bool {
    text.strip_prefix(kind).is_some_and(|rest| {
        rest.len() == 32 && rest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twilio(account: &str, sender: &str) -> Twilio {
        Twilio {
            account: account.to_owned(),
            sender: sender.to_owned(),
        }
    }

    #[test]
    fn an_account_and_a_sender_are_known_by_their_looks() {
        let account = format!("AC{}", "0123456789abcdef".repeat(2));
        let service = format!("MG{}", "0".repeat(32));
        for sender in ["+61491570006", "HillsClinic", service.as_str()] {
            assert_eq!(twilio(&account, sender).check(), Ok(()), "{sender}");
        }
        assert!(twilio(&account, &service).has_service());
        for sender in ["", "a\r\nb", "A name too long to send", &account] {
            let fault = twilio(&account, sender).check();
            assert_eq!(fault, Err(DeliveryFault::Sender), "{sender}");
        }
        for odd in [
            "",
            "AC",
            &account[1..],
            &account[..33],
            &format!("{account}0"),
            &account.to_uppercase(),
            &format!("AC../{}", "0".repeat(29)),
        ] {
            let fault = twilio(odd, "Hills").check();
            assert_eq!(fault, Err(DeliveryFault::Account), "{odd}");
        }
    }
}
