//! What Twilio posts to us about a message that it has taken: whether it is Twilio's word, and
//! what it says.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;

use super::is_sid;
use crate::domain::NotDelivered;

/// What a provider says of a message that it had taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    /// It has arrived.
    Delivered,
    /// It has not, and will not.
    NotDelivered(NotDelivered),
}

/// Whether a request to us is signed with the auth token of an account: HMAC-SHA1 over its URL
/// and each field of its form, name and value, sorted
/// (<https://www.twilio.com/docs/usage/webhooks/webhooks-security>).
#[must_use]
pub fn is_signed_by_twilio(
    token: &SecretString,
    url: &str,
    params: &[(String, String)],
    signature: &str,
) -> bool {
    let Ok(signature) = BASE64.decode(signature.as_bytes()) else {
        return false;
    };
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(token.expose_secret().as_bytes()) else {
        return false;
    };
    let mut sorted: Vec<_> = params.iter().collect();
    sorted.sort_unstable();
    // Of a field that is said twice alike, Twilio signs one.
    sorted.dedup();
    mac.update(url.as_bytes());
    for (name, value) in sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    // In constant time.
    mac.verify_slice(&signature).is_ok()
}

/// What the fields of a report say: of which message, and what. None of one that is still under
/// way.
#[must_use]
pub fn twilio_report(params: &[(String, String)]) -> Option<(&str, Report)> {
    let field = |name: &str| {
        let found = params.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    };
    let id = field("MessageSid").filter(|sid| is_sid(sid))?;
    let report = match field("MessageStatus")? {
        "delivered" | "read" => Report::Delivered,
        "undelivered" | "failed" | "canceled" => Report::NotDelivered(why(field("ErrorCode"))),
        _ => return None,
    };
    Some((id, report))
}

/// What their codes of messages mean (<https://www.twilio.com/docs/api/errors>).
fn why(code: Option<&str>) -> NotDelivered {
    match code {
        Some("30003" | "30017" | "30036") => NotDelivered::OutOfReach,
        Some("30005" | "30006" | "21211" | "21614" | "21635") => NotDelivered::NoSuchNumber,
        Some("30004" | "30007" | "30018" | "30034" | "21610") => NotDelivered::Blocked,
        _ => NotDelivered::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";

    fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    /// The example of Twilio's documentation, with its token.
    fn example() -> (SecretString, Vec<(String, String)>, &'static str) {
        let params = fields(&[
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+12349013030"),
            ("Digits", "1234"),
            ("From", "+12349013030"),
            ("To", "+18005551212"),
        ]);
        let token = SecretString::from("12345");
        (token, params, "0/KCTR6DLpKmkAf8muzZqo1nDgQ=")
    }

    #[test]
    fn the_documented_example_is_signed() {
        let (token, mut params, signature) = example();
        assert!(is_signed_by_twilio(&token, URL, &params, signature));
        // In whatever order they come, and said twice.
        params.reverse();
        params.push(params[0].clone());
        assert!(is_signed_by_twilio(&token, URL, &params, signature));
    }

    #[test]
    fn whatever_is_changed_is_signed_no_more() {
        let (token, params, signature) = example();
        let signed = |token: &SecretString, url: &str, params: &[_], signature: &str| {
            is_signed_by_twilio(token, url, params, signature)
        };
        assert!(!signed(
            &SecretString::from("12346"),
            URL,
            &params,
            signature
        ));
        assert!(!signed(&SecretString::from(""), URL, &params, signature));
        assert!(!signed(&token, &URL[..URL.len() - 1], &params, signature));
        assert!(!signed(
            &token,
            "http://mycompany.com/myapp.php",
            &params,
            signature
        ));
        for at in 0..params.len() {
            let mut fewer = params.clone();
            fewer.remove(at);
            assert!(!signed(&token, URL, &fewer, signature));
            let mut other = params.clone();
            other[at].1.push('0');
            assert!(!signed(&token, URL, &other, signature));
        }
        let mut more = params.clone();
        more.push(("MessageStatus".to_owned(), "delivered".to_owned()));
        assert!(!signed(&token, URL, &more, signature));
        for odd in [
            "",
            "=",
            "0/KCTR6DLpKmkAf8muzZqo1nDgQ",
            "0/KCTR6DLpKmkAf8",
            "\u{e9}",
        ] {
            assert!(!signed(&token, URL, &params, odd), "{odd}");
        }
    }

    #[test]
    fn a_report_says_that_it_arrived_or_why_not_or_nothing_yet() {
        let said = |status: &str, code: &str| {
            let params = fields(&[
                ("MessageSid", "SM0123456789abcdef0123456789abcdef"),
                ("MessageStatus", status),
                ("ErrorCode", code),
            ]);
            twilio_report(&params).map(|(id, report)| (id.to_owned(), report))
        };
        let id = "SM0123456789abcdef0123456789abcdef".to_owned();
        let not = |why| Some((id.clone(), Report::NotDelivered(why)));
        assert_eq!(said("delivered", ""), Some((id.clone(), Report::Delivered)));
        for (status, code, why) in [
            ("undelivered", "30003", NotDelivered::OutOfReach),
            ("undelivered", "30005", NotDelivered::NoSuchNumber),
            ("undelivered", "30006", NotDelivered::NoSuchNumber),
            ("undelivered", "30007", NotDelivered::Blocked),
            ("failed", "30008", NotDelivered::Unknown),
            ("failed", "", NotDelivered::Unknown),
            ("failed", "+1; DROP", NotDelivered::Unknown),
        ] {
            assert_eq!(said(status, code), not(why), "{status} {code}");
        }
        for status in [
            "accepted",
            "queued",
            "sending",
            "sent",
            "scheduled",
            "",
            "Delivered",
        ] {
            assert_eq!(said(status, ""), None, "{status}");
        }
        let odd = fields(&[("MessageSid", "SM' OR 1"), ("MessageStatus", "delivered")]);
        assert_eq!(twilio_report(&odd), None);
        assert_eq!(
            twilio_report(&fields(&[("MessageStatus", "delivered")])),
            None
        );
    }
}
