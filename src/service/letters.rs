//! What is written in a message: the product, the practice, a code, minutes, and what to do if
//! it was not you. Never a link, never anything about a patient (SECURITY.md, attack 63).

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::invited::Invited;
use crate::domain::{
    Channel, Code, Destination, EmailAddress, INVITATION_HOURS, NoticeKind, Purpose, RESET_MINUTES,
};

use crate::words::{self, t};

/// A message as it lies sealed in the outbox.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(super) struct Letter {
    /// The canonical address or number.
    pub(super) to: String,
    /// Of an e-mail.
    pub(super) subject: String,
    /// The text.
    pub(super) text: String,
    /// What of it stands out: a code. None in a message that was queued before there was any.
    #[serde(default)]
    pub(super) shown: Option<String>,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Letter(…)")
    }
}

/// How much of a name an SMS has room for.
const LONGEST_PRACTICE: usize = 30;

/// The message that carries a code.
pub(super) fn code(purpose: Purpose, to: &Destination, code: &Code, practice: &str) -> Letter {
    let channel = to.channel();
    let minutes = channel.code_minutes();
    let practice = plain(practice);
    let code = format!("{} {}", &code.expose()[..3], &code.expose()[3..]);
    let (code, practice) = (code.as_str(), practice.as_str());
    let about = match purpose {
        Purpose::SignIn => t!("letter-sign-in", code = code, practice = practice),
        Purpose::SetUp => t!("letter-set-up", code = code, practice = practice),
        Purpose::StepUp => t!("letter-step-up", code = code, practice = practice),
        Purpose::Address | Purpose::NewAddress => {
            t!("letter-address", code = code, practice = practice)
        }
    };
    let ends = t!("letter-ends", minutes = minutes);
    let not_you = match purpose {
        Purpose::SignIn | Purpose::StepUp => t("letter-not-you"),
        Purpose::SetUp | Purpose::Address | Purpose::NewAddress => t("letter-not-asked"),
    };
    let text = match channel {
        Channel::Sms => format!("{about} {ends} {not_you}"),
        Channel::Email => format!("{about}\n\n{ends}\n\n{not_you}\n"),
    };
    Letter {
        to: to.as_str().to_owned(),
        subject: t!("letter-code-subject", practice = practice),
        text,
        shown: Some(code.to_owned()),
    }
}

/// The message that carries a code for a forgotten password.
pub(super) fn reset(to: &EmailAddress, code: &str, practice: &str) -> Letter {
    let practice = plain(practice);
    let practice = practice.as_str();
    let about = t!("letter-reset", practice = practice);
    let how = t!("letter-reset-how", minutes = RESET_MINUTES);
    let not_you = t("letter-reset-not-you");
    Letter {
        to: to.as_str().to_owned(),
        subject: t!("letter-reset-subject", practice = practice),
        text: format!("{about}\n\n{code}\n\n{how}\n\n{not_you}\n"),
        shown: Some(code.to_owned()),
    }
}

/// The message that brings an invitation to the address of whom it is for.
pub(super) fn invitation(
    to: &EmailAddress,
    code: &str,
    by: &str,
    practice: &str,
    invited: Invited,
) -> Letter {
    let (by, practice) = (plain(by), plain(practice));
    let (by, practice) = (by.as_str(), practice.as_str());
    let about = t!("letter-invitation", by = by, practice = practice);
    let how = match invited {
        Invited::Anew => t("letter-invitation-how"),
        Invited::WithAccount => t("letter-invitation-account"),
    };
    let ends = t!("letter-invitation-ends", hours = INVITATION_HOURS);
    let not_you = t("letter-invitation-not-you");
    Letter {
        to: to.as_str().to_owned(),
        subject: t!("letter-invitation-subject", practice = practice),
        text: format!("{about}\n\n{code}\n\n{how} {ends}\n\n{not_you}\n"),
        shown: Some(code.to_owned()),
    }
}

/// The message by which full access tries a way of sending.
pub(super) fn test(to: &Destination, practice: &str) -> Letter {
    let practice = plain(practice);
    Letter {
        to: to.as_str().to_owned(),
        subject: t!("letter-test-subject", practice = practice.as_str()),
        text: t!("letter-test", practice = practice.as_str()),
        shown: None,
    }
}

/// As [`test()`], to an address on file.
pub(super) fn test_to(to: &str, practice: &str) -> Letter {
    let practice = plain(practice);
    Letter {
        to: to.to_owned(),
        subject: t!("letter-test-subject", practice = practice.as_str()),
        text: t!("letter-test-on-file", practice = practice.as_str()),
        shown: None,
    }
}

/// A reminder to set up two-factor.
pub(super) fn reminder(to: &str, by: &str, practice: &str) -> Letter {
    let (by, practice) = (plain(by), plain(practice));
    Letter {
        to: to.to_owned(),
        subject: t!("letter-reminder-subject", practice = practice.as_str()),
        text: t!(
            "letter-reminder",
            practice = practice.as_str(),
            by = by.as_str()
        ),
        shown: None,
    }
}

/// A notice to the owner of an account, by e-mail.
pub(super) fn notice(to: &str, kind: NoticeKind, by: Option<&str>, practice: &str) -> Letter {
    let practice = plain(practice);
    let practice = practice.as_str();
    let what = words::notice(kind, by.map(plain).as_deref(), practice);
    let not_you = t("notice-not-you");
    Letter {
        to: to.to_owned(),
        subject: t!("letter-notice-subject", practice = practice),
        text: format!("{what}\n\n{not_you}\n"),
        shown: None,
    }
}

/// A name in the letters that every phone shows in one SMS: accents fall, and what the GSM
/// alphabet lacks (3GPP TS 23.038, the basic table) or an address is made of is left out.
fn plain(name: &str) -> String {
    let in_gsm = |c: &char| c.is_ascii_alphanumeric() || " !#&'()*+,-.;?".contains(*c);
    let name: String = name
        .nfkd()
        .map(|c| if c == '\u{2019}' { '\'' } else { c })
        .filter(in_gsm)
        .collect();
    let name = name.trim();
    // Every letter that is left is one byte. No word is cut where half of the name is left without it.
    let Some(short) = name.get(..LONGEST_PRACTICE) else {
        return name.to_owned();
    };
    let is_whole = name.len() == short.len() || name[short.len()..].starts_with(' ');
    let end = short.rfind(' ');
    let end = end.filter(|end| !is_whole && *end >= LONGEST_PRACTICE / 2);
    short[..end.unwrap_or(short.len())].trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::random::seeded::Seeded;

    fn letter(purpose: Purpose, to: &str, practice: &str) -> Letter {
        let channel = if to.contains('@') {
            Channel::Email
        } else {
            Channel::Sms
        };
        let to = Destination::kept(channel, to).unwrap();
        code(purpose, &to, &Code::random(&Seeded::new(1)), practice)
    }

    #[test]
    fn a_long_name_loses_its_end_and_no_word_is_cut_without_need() {
        for (name, told) in [
            ("Hills Clinic", "Hills Clinic"),
            (
                "Abcdefghij Klmnopqrst Uvwxyzab",
                "Abcdefghij Klmnopqrst Uvwxyzab",
            ),
            ("The Harbour Street Physiotherapy", "The Harbour Street"),
            (
                "Abcdefghij Klmnopqrst Uvwxyzab Practice",
                "Abcdefghij Klmnopqrst Uvwxyzab",
            ),
            (
                "Dr Wolfeschlegelsteinhausenbergerdorff",
                "Dr Wolfeschlegelsteinhausenber",
            ),
        ] {
            assert_eq!(plain(name), told);
        }
    }

    #[test]
    fn an_sms_is_one_message_of_the_gsm_alphabet_whatever_the_practice_is_called() {
        for practice in [
            "Hills Clinic",
            "The Very Long Name of a Practice for Everybody and their Families",
            "Clínica \u{202e}São João [West] {1} €\u{1f600} http://evil.example/a\r\nBcc: x",
        ] {
            for purpose in Purpose::ALL {
                let sms = letter(*purpose, "+61491570156", practice);
                assert!(
                    sms.text.len() <= 160,
                    "{} letters: {}",
                    sms.text.len(),
                    sms.text
                );
                let basic =
                    |c: char| c.is_ascii() && !c.is_ascii_control() && !"[]{}\\^~|`".contains(c);
                assert!(sms.text.chars().all(basic), "{}", sms.text);
                let found = Code::find(&sms.text).unwrap();
                assert_eq!(found, Code::random(&Seeded::new(1)));
                let mail = letter(*purpose, "sam@hills.example", practice);
                assert_eq!(Code::find(&mail.text).unwrap(), found);
                assert!(!mail.subject.contains(['\r', '\n']));
            }
        }
    }

    #[test]
    fn nothing_of_a_letter_is_told_by_debug() {
        let letter = letter(Purpose::SignIn, "+61491570156", "Hills Clinic");
        assert_eq!(format!("{letter:?}"), "Letter(…)");
    }
}
