//! What a server answered, as far as it is believed.
//!
//! Knows how long the texts of an answer may be. Must not know the network, nor what is done with
//! them.
//!
//! Every text of every answer comes through here before a screen or a file can have it, and is held
//! to what a name, an address and a reason are held to where they are typed (attack 98): a server
//! that is broken, or in other hands, gives no name that hides, turns or breaks what stands beside
//! it, and none that fills the window.

use serde_json::Value;

use crate::api::wire::Problem;
use crate::api::{Call, Error, Unreached};
use crate::domain::{LONGEST_NAME, tamed};

/// The status of a reply.
const DONE: u16 = 200;
/// The longest e-mail address, in code points (RFC 5321, 4.5.3.1.3).
const LONGEST_ADDRESS: usize = 254;
/// The longest number of a fault, and the longest hint at an address that a code went to.
const LONGEST_MARK: usize = 40;
/// The longest other text: what Activity tells of two addresses.
const LONGEST_TEXT: usize = 600;
/// The longest text that is not shown (the longest template of an SMS gateway).
const LONGEST_KEPT: usize = 4_096;

/// What is done with the texts of a field.
#[derive(Clone, Copy)]
enum Texts {
    /// They are read by people: in one line, at most so many code points.
    Shown(usize),
    /// They go back as they came, and stand on no screen but in the fields where they were typed.
    Kept,
}

impl Texts {
    /// Those of a field, within something whose texts are `around`.
    fn of(field: &str, around: Self) -> Self {
        match (field, around) {
            (_, Self::Kept) | ("next" | "uri" | "settings", _) => Self::Kept,
            ("name" | "practice" | "practice_name" | "issuer" | "by" | "turned_on_by", _) => {
                Self::Shown(LONGEST_NAME)
            }
            // Where a code went is told by some letters of it.
            ("sent" | "incident", _) | ("to", Self::Shown(LONGEST_MARK)) => {
                Self::Shown(LONGEST_MARK)
            }
            ("email" | "account" | "to", _) => Self::Shown(LONGEST_ADDRESS),
            _ => Self::Shown(LONGEST_TEXT),
        }
    }

    fn tame(self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Some(tamed) = self.tamed(text) {
                    *text = tamed;
                }
            }
            Value::Array(all) => all.iter_mut().for_each(|one| self.tame(one)),
            Value::Object(fields) => {
                for (field, value) in fields {
                    Self::of(field, self).tame(value);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn tamed(self, text: &str) -> Option<String> {
        match self {
            Self::Shown(most) => tamed(text, most),
            Self::Kept => {
                let (end, _) = text.char_indices().nth(LONGEST_KEPT)?;
                Some(text[..end].to_owned())
            }
        }
    }
}

/// The reply to a call, or the error that the server gave in its place.
///
/// # Errors
///
/// That error; [`Unreached`] for what is no answer of a Vestibule.
pub(crate) fn read<C: Call>(status: u16, body: &[u8]) -> Result<C::Reply, Error> {
    let said = serde_json::from_slice::<Value>(body).map(|mut said| {
        Texts::Shown(LONGEST_TEXT).tame(&mut said);
        said
    });
    if status == DONE {
        let reply = said.and_then(serde_json::from_value);
        return reply.map_err(|_| Unreached::NotVestibule.into());
    }
    match said.and_then(serde_json::from_value::<Problem>) {
        Ok(problem) => Err(problem.error),
        // A balancer whose servers are all away, a page that asks for money, another program.
        Err(_) if matches!(status, 502..=504) => Err(Unreached::NoAnswer.into()),
        Err(_) => Err(Unreached::NotVestibule.into()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::api::{Deliveries, Greet, People, SetUpNow, Statement};

    fn answered<C: Call>(said: &Value) -> Result<C::Reply, Error> {
        read::<C>(DONE, said.to_string().as_bytes())
    }

    fn greeting(practice: &str) -> Option<String> {
        let said = json!({ "practice": practice, "resets": false, "keeps_names": true });
        answered::<Greet>(&said).unwrap().practice
    }

    #[test]
    fn a_name_of_any_length_is_one_that_fits() {
        assert_eq!(greeting("Hills Clinic").as_deref(), Some("Hills Clinic"));
        let longest = "é".repeat(LONGEST_NAME);
        assert_eq!(greeting(&longest).as_deref(), Some(longest.as_str()));
        let shown = greeting(&"W".repeat(1_000_000)).unwrap();
        assert_eq!(shown.chars().count(), LONGEST_NAME);
        assert!(shown.ends_with("W…"));
        let said = "\u{1b}[2J\u{202e}cinilC slliH\r\nSigned in as Kim";
        assert_eq!(
            greeting(said).as_deref(),
            Some("\u{fffd}[2J\u{fffd}cinilC slliH\u{fffd}\u{fffd}Signed in as Kim")
        );
    }

    /// What a screen does not show goes back as it came, or the next page would be none.
    #[test]
    fn where_a_page_goes_on_and_what_was_set_stay_as_they_are() {
        let next = "sam lee\n0195";
        let said = json!({ "people": [], "next": next, "counted": null });
        let page = answered::<People>(&said).unwrap();
        assert_eq!(page.next.as_deref(), Some(next));
        let body = format!(
            "{{\n\t\"to\": \"{{to}}\", \"text\": \"{{text}}\"}}{}",
            " ".repeat(900)
        );
        let gateway = json!({
            "url": "https://gateway.example/send", "method": "post", "content": "json",
            "headers": [], "body": body, "user": null, "sender": null, "success": null
        });
        let settings: crate::domain::HttpGateway = serde_json::from_value(gateway).unwrap();
        let settings = crate::domain::SmsGateway::Http(settings);
        let said = json!({ "mail": null, "sms": {
            "settings": settings, "has_secret": true, "since": "2026-11-27T05:00:00Z", "by": "Al\u{202e}ex"
        } });
        let sms = answered::<Deliveries>(&said).unwrap().sms.unwrap();
        assert_eq!(sms.settings, settings);
        assert_eq!(sms.by.as_deref(), Some("Al\u{fffd}ex"));
    }

    #[test]
    fn an_error_says_no_more_than_its_kind_and_a_short_number() {
        let incident = format!("\u{1b}]0;hacked\u{7}{}", "9".repeat(100_000));
        let said = json!({
            "type": "urn:vestibule:internal", "title": "t", "status": 500,
            "error": { "type": "internal", "incident": incident }
        });
        let error = read::<SetUpNow>(500, said.to_string().as_bytes()).err();
        let Some(Error::Internal { incident }) = error else {
            panic!("{error:?}");
        };
        assert_eq!(incident.chars().count(), LONGEST_MARK);
        assert!(incident.starts_with("\u{fffd}]0;hacked\u{fffd}9"));
    }

    #[test]
    fn what_is_nested_without_end_is_no_answer() {
        for bracket in ["[", "{\"a\":", "{\"people\":["] {
            let said = bracket.repeat(100_000);
            let answer = read::<Statement>(DONE, said.as_bytes());
            assert_eq!(answer.err(), Some(Unreached::NotVestibule.into()));
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_out_as_one_that_may_be_shown(text in any::<String>()) {
            let shown = greeting(&text).unwrap();
            prop_assert!(tamed(&shown, LONGEST_NAME).is_none());
            prop_assert!(shown == text || tamed(&text, LONGEST_NAME).is_some());
        }
    }
}
