//! What is to be known of the name that an SMS comes from, where it goes to Australian phones.
//!
//! The rules are those of the SMS Sender ID Register of the regulator, the Australian
//! Communications and Media Authority, in force since 1 July 2026: a name that is not on it is
//! shown as "Unverified" (Telecommunications (SMS Sender ID Register) Industry Standard 2025;
//! <https://www.acma.gov.au/31-ensure-your-sender-ids-meet-valid-use-case-rules>). Numbers are not
//! names, and nothing has to be known of them.

use super::SmsGateway;

/// The shortest and the longest name, in letters.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=11;

/// What every phone shows in the place of a name that is not on the register.
const RESERVED: &str = "unverified";

/// What is to be known of a sender's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SenderAdvice {
    /// It is a name: each is to be put on the register by the provider before it is used.
    Register,
    /// It is longer or shorter than a name may be.
    Length,
    /// It has a letter beyond those of ASCII.
    Letters,
    /// It begins or ends with a space or an underscore.
    Ends,
    /// It is digits alone, and no number.
    Digits,
    /// It says "Unverified".
    Reserved,
}

/// What is to be known of a sender, if anything: nothing of a number.
#[must_use]
pub fn sender_advice(sender: &str) -> Option<SenderAdvice> {
    if is_number(sender) {
        return None;
    }
    let at_ends = |sign: char| sender.starts_with(sign) || sender.ends_with(sign);
    Some(if !LENGTHS.contains(&sender.chars().count()) {
        SenderAdvice::Length
    } else if !sender.bytes().all(|b| (32..=126).contains(&b)) {
        SenderAdvice::Letters
    } else if at_ends(' ') || at_ends('_') {
        SenderAdvice::Ends
    } else if sender.bytes().all(|b| b.is_ascii_digit()) {
        SenderAdvice::Digits
    } else if sender.to_ascii_lowercase().contains(RESERVED) {
        SenderAdvice::Reserved
    } else {
        SenderAdvice::Register
    })
}

impl SmsGateway {
    /// What is to be known of its sender; nothing where the provider chooses one.
    #[must_use]
    pub fn sender_advice(&self) -> Option<SenderAdvice> {
        match self {
            Self::Twilio(twilio) if twilio.has_service() => None,
            _ => self.sender().and_then(sender_advice),
        }
    }
}

/// Whether it is a number: international, national (a mobile has ten digits), or one of the short
/// numbers of Australia, which begin with 19 and have six or eight digits.
fn is_number(sender: &str) -> bool {
    let digits = sender.strip_prefix('+').unwrap_or(sender);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    match digits.len() {
        6 | 8 if digits.starts_with("19") => true,
        // E.164 has at most 15; nothing shorter than 10 reaches a phone from abroad.
        10..=15 => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Twilio;

    #[test]
    fn a_number_is_no_name() {
        for number in [
            "+61491570006",
            "0491570006",
            "61491570006",
            "199123",
            "19912345",
        ] {
            assert_eq!(sender_advice(number), None, "{number}");
        }
    }

    #[test]
    fn a_name_is_to_be_registered_and_one_that_cannot_be_is_told_why() {
        for (name, advice) in [
            ("HillsClinic", SenderAdvice::Register),
            ("Hills 24/7", SenderAdvice::Register),
            ("GP", SenderAdvice::Register),
            ("A1", SenderAdvice::Register),
            ("HillsClinics", SenderAdvice::Length),
            ("H", SenderAdvice::Length),
            ("", SenderAdvice::Length),
            ("Zo\u{eb}Clinic", SenderAdvice::Letters),
            ("Hills\u{2019}s", SenderAdvice::Letters),
            ("_Hills", SenderAdvice::Ends),
            ("Hills ", SenderAdvice::Ends),
            ("12345", SenderAdvice::Digits),
            ("123456", SenderAdvice::Digits),
            ("Unverified", SenderAdvice::Reserved),
            ("UNVERIFIED1", SenderAdvice::Reserved),
            ("+6149157", SenderAdvice::Register),
        ] {
            assert_eq!(sender_advice(name), Some(advice), "{name}");
        }
    }

    #[test]
    fn a_service_that_chooses_needs_no_advice() {
        let twilio = |sender: &str| {
            SmsGateway::Twilio(Twilio {
                account: format!("AC{}", "0".repeat(32)),
                sender: sender.to_owned(),
            })
        };
        assert_eq!(
            twilio(&format!("MG{}", "0".repeat(32))).sender_advice(),
            None
        );
        assert_eq!(twilio("+61491570006").sender_advice(), None);
        let advice = twilio("HillsClinic").sender_advice();
        assert_eq!(advice, Some(SenderAdvice::Register));
    }
}
