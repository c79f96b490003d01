//! The authenticator: time-based one-time codes of RFC 6238.
//!
//! Which steps were spent is the store's to know. This module says which step a code belongs to.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::name::is_forbidden;
use super::{Code, Random};

/// The length of a time step in seconds: RFC 6238, 5.2 and the Google key URI format.
pub const STEP_SECONDS: u64 = 30;

/// 160 bits, the length of an HMAC-SHA-1 key that RFC 4226, 4 (R6) recommends.
const SECRET_BYTES: usize = 20;
/// Characters of an issuer: ours. A longer one makes a square with modules too small for a phone.
const LONGEST_ISSUER: usize = 32;

/// The time step that `now` falls into, counted from 1970 (RFC 6238, 4.2). A clock before 1970
/// stands in step 0.
#[must_use]
pub fn step_at(now: Timestamp) -> u64 {
    u64::try_from(now.as_second()).unwrap_or(0) / STEP_SECONDS
}

/// The secret that an authenticator shares with us. Made here, never taken from a client
/// (attack 36).
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct TotpSecret([u8; SECRET_BYTES]);

impl TotpSecret {
    /// A new secret of 160 random bits.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        let mut secret = Self([0; SECRET_BYTES]);
        random.fill(&mut secret.0);
        secret
    }

    /// A kept secret, unsealed. `None` unless there are exactly 20 bytes that are not all zero: a
    /// row that lost its secret must refuse every code, not accept those of an empty key
    /// (attack 23).
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let secret = Self(bytes.try_into().ok()?);
        secret.0.iter().any(|byte| *byte != 0).then_some(secret)
    }

    /// The 20 bytes, for sealing.
    #[must_use]
    pub fn expose_bytes(&self) -> &[u8] {
        &self.0
    }

    /// A secret from [`Self::grouped`], as an app reads what was typed into it.
    #[must_use]
    pub fn from_base32(text: &str) -> Option<Self> {
        let letters: Zeroizing<String> = Zeroizing::new(text.split_whitespace().collect());
        let bytes = BASE32_NOPAD.decode(letters.as_bytes()).ok()?;
        Self::from_bytes(&Zeroizing::new(bytes))
    }

    /// The secret in base32 without padding (RFC 4648, 6): 32 characters. It is secret text.
    #[must_use]
    pub fn base32(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// [`Self::base32`] in groups of four, for typing it where a QR code does not scan.
    #[must_use]
    pub fn grouped(&self) -> String {
        let text = Zeroizing::new(self.base32());
        let mut grouped = String::with_capacity(text.len() + text.len() / 4);
        for (place, letter) in text.chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                grouped.push(' ');
            }
            grouped.push(letter);
        }
        grouped
    }

    /// The `otpauth://` URI that the QR code carries (Google key URI format). It is secret text.
    ///
    /// Every byte of the names that is not unreserved is percent-encoded, and what readers take
    /// for the separator of the label is blanked, so that no name can alter a parameter
    /// (attack 37). SHA-1, six digits, 30 seconds: some authenticators silently ignore others.
    #[must_use]
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let issuer: String = label(issuer).chars().take(LONGEST_ISSUER).collect();
        let issuer = encoded(issuer.trim());
        let account = encoded(&label(account));
        let secret = Zeroizing::new(self.base32());
        let secret = secret.as_str();
        let rest = "algorithm=SHA1&digits=6&period=30";
        if issuer.is_empty() {
            format!("otpauth://totp/{account}?secret={secret}&{rest}")
        } else {
            format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&{rest}")
        }
    }

    /// The code of a time step (RFC 4226, 5.3).
    #[must_use]
    pub fn code_at(&self, step: u64) -> Code {
        // Only the HMAC is asked for: the crate's own codes are text, and would leave a copy.
        let totp = totp_rs::Builder::new()
            .with_algorithm(totp_rs::Algorithm::SHA1)
            .with_step_duration(STEP_SECONDS)
            .with_secret(self.0)
            .build_noncompliant();
        truncated(totp.sign(step.saturating_mul(STEP_SECONDS)).as_ref())
    }

    /// The time step whose code this is, among T-1, T and T+1 (RFC 6238, 5.2), whatever has been
    /// spent before.
    ///
    /// All three are always computed and compared in constant time. If a code belongs to two of
    /// them, the newest is told: spending it spends the older one too.
    #[must_use]
    pub fn matching_step(&self, code: &Code, now: Timestamp) -> Option<u64> {
        let step = step_at(now);
        let mut matched = Choice::from(0);
        let mut newest = 0_u64;
        for candidate in step.saturating_sub(1)..=step.saturating_add(1) {
            let expected = self.code_at(candidate);
            let same = expected.expose().as_bytes().ct_eq(code.expose().as_bytes());
            newest.conditional_assign(&candidate, same);
            matched |= same;
        }
        bool::from(matched).then_some(newest)
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(••••)")
    }
}

/// The dynamic truncation of RFC 4226, 5.3: four bytes from where the last half byte points,
/// without the sign bit, as six digits.
fn truncated(hmac: &[u8]) -> Code {
    let offset = usize::from(hmac.last().copied().unwrap_or(0) & 0xf);
    let number = hmac
        .iter()
        .skip(offset)
        .take(4)
        .fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    Code::from_number(number & 0x7fff_ffff)
}

/// A name as one half of the label. A colon, or a `%3A` that a reader decodes once more, would
/// move the border between issuer and account.
fn label(name: &str) -> String {
    let plain: String = name
        .chars()
        .filter(|c| c.is_whitespace() || !is_forbidden(*c))
        .map(|c| {
            if c == ':' || c.is_whitespace() {
                ' '
            } else {
                c
            }
        })
        .collect();
    plain
        .replace("%3A", " ")
        .replace("%3a", " ")
        .trim()
        .to_owned()
}

/// Percent-encodes all but the unreserved characters of RFC 3986, 2.3.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use proptest::prelude::*;

    use super::*;
    use crate::domain::random::seeded::Seeded;

    const RFC_KEY: &[u8; 20] = b"12345678901234567890";

    fn rfc() -> TotpSecret {
        TotpSecret::from_bytes(RFC_KEY).unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_vectors_of_rfc_4226_appendix_d_hold() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ];
        for (counter, code) in (0..).zip(codes) {
            assert_eq!(rfc().code_at(counter).expose(), code);
        }
    }

    #[test]
    fn the_vectors_of_rfc_6238_appendix_b_hold() {
        for (second, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(rfc().code_at(step_at(at(second))).expose(), code);
        }
    }

    #[test]
    fn a_step_is_thirty_seconds() {
        for (second, step) in [(-1, 0), (0, 0), (29, 0), (30, 1), (59, 1), (60, 2)] {
            assert_eq!(step_at(at(second)), step);
        }
        let _ = rfc().code_at(u64::MAX);
        let _ = rfc().matching_step(&rfc().code_at(3), Timestamp::MIN);
        let _ = rfc().matching_step(&rfc().code_at(3), Timestamp::MAX);
    }

    #[test]
    fn one_step_either_side_matches_and_no_more() {
        let now = at(1_234_567_890);
        let step = step_at(now);
        for (candidate, matches) in [
            (step - 2, false),
            (step - 1, true),
            (step, true),
            (step + 1, true),
            (step + 2, false),
        ] {
            let matched = rfc().matching_step(&rfc().code_at(candidate), now);
            assert_eq!(matched, matches.then_some(candidate));
        }
    }

    /// Attack 22: 100,000 random codes over 1,000 secrets; right are those, and only those, that
    /// the crate's own codes call right. Ours share its HMAC and nothing after it.
    #[test]
    fn no_wrong_code_is_accepted() {
        fn model(key: &[u8], step: u64) -> String {
            let totp = totp_rs::Builder::new().with_secret(key).build().unwrap();
            totp.generate(step * STEP_SECONDS).to_string()
        }
        let random = Seeded::new(22);
        for n in 0..1_000_i64 {
            let secret = TotpSecret::generate(&random);
            let now = at(1_700_000_000 + n * 7_919);
            let step = step_at(now);
            let right: HashMap<String, u64> = (step - 1..=step + 1)
                .map(|step| (model(secret.expose_bytes(), step), step))
                .collect();
            for code in right.keys() {
                let code = Code::find(code).unwrap();
                assert!(secret.matching_step(&code, now).is_some());
            }
            for _ in 0..100 {
                let code = Code::random(&random);
                let matched = secret.matching_step(&code, now);
                assert_eq!(matched, right.get(code.expose()).copied());
            }
        }
    }

    #[test]
    fn an_empty_short_or_blank_secret_is_no_secret() {
        for bytes in [&[][..], &[0; 20], &[1; 19], &[1; 21], &[1; 10]] {
            assert!(TotpSecret::from_bytes(bytes).is_none());
        }
    }

    #[test]
    fn the_code_of_the_empty_key_is_refused() {
        let empty = totp_rs::Builder::new().with_secret(&[][..]);
        let code = empty.build_noncompliant().generate(30).to_string();
        let code = Code::find(&code).unwrap();
        assert_eq!(rfc().matching_step(&code, at(30)), None);
    }

    #[test]
    fn secrets_are_distinct_and_uniform() {
        let random = Seeded::new(36);
        let mut counts = [0_u32; 256];
        let mut seen = HashSet::new();
        for _ in 0..10_000 {
            let secret = TotpSecret::generate(&random);
            for byte in secret.expose_bytes() {
                counts[usize::from(*byte)] += 1;
            }
            assert!(seen.insert(secret.base32()));
        }
        let expected = 10_000.0 * 20.0 / 256.0;
        let chi_square: f64 = counts
            .iter()
            .map(|count| (f64::from(*count) - expected).powi(2) / expected)
            .sum();
        // The 99.99 % point for 255 degrees of freedom.
        assert!(chi_square < 347.7, "{chi_square}");
    }

    #[test]
    fn the_text_is_in_groups_of_four() {
        assert_eq!(rfc().base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(rfc().grouped(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let typed = TotpSecret::from_base32("GEZDGNBVGY3T QOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(typed.unwrap().expose_bytes(), rfc().expose_bytes());
        for wrong in ["GEZD", "gezdgnbvgy3tqojqgezdgnbvgy3tqojq"] {
            assert!(TotpSecret::from_base32(wrong).is_none(), "{wrong}");
        }
        assert_eq!(format!("{:?}", rfc()), "TotpSecret(••••)");
    }

    #[test]
    fn the_uri_is_the_one_authenticators_know() {
        assert_eq!(
            rfc().uri("Hills Clinic", "sam@hills.example"),
            "otpauth://totp/Hills%20Clinic:sam%40hills.example\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Hills%20Clinic\
             &algorithm=SHA1&digits=6&period=30"
        );
    }

    fn reads_back(issuer: &str, account: &str) {
        let uri = rfc().uri(issuer, account);
        let read = totp_rs::Totp::from_url(&uri).unwrap();
        assert_eq!(read.secret().as_bytes(), RFC_KEY);
        assert_eq!((read.digits(), read.step()), (6, 30));
        assert_eq!(read.algorithm(), totp_rs::Algorithm::SHA1);
        assert_eq!(read.account_name(), label(account));
        let issuer = label(issuer);
        let expected = (!issuer.is_empty()).then_some(issuer.as_str());
        assert_eq!(read.issuer(), expected);
        assert_eq!(
            uri.matches(['?', ':']).count(),
            if issuer.is_empty() { 2 } else { 3 }
        );
        assert_eq!(uri.matches("secret=").count(), 1);
        assert!(uri.is_ascii() && !uri.contains(['#', ' ', '\n']));
    }

    #[test]
    fn hostile_names_alter_no_parameter() {
        for name in [
            "a:b",
            "a%3Ab",
            "a%3ab",
            "%3A%3A",
            "a%253Ab",
            "a&secret=AAAA",
            "a?secret=AAAA&issuer=evil",
            "a#b",
            "a%b",
            "a\nb\r\n",
            "\u{202e}abc",
            "\u{1f33b}\u{200d}\u{1f33b}",
            "a/../b",
            "&&==",
            "+a+",
            "a\0b",
            "",
            ":",
        ] {
            reads_back(name, "sam@hills.example");
            reads_back("Hills", &format!("{name}sam"));
            reads_back(name, &format!("sam{name}"));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn any_name_alters_no_parameter(issuer in "\\PC{0,20}|[a&:%3A#?=/\n]{0,12}", account in "[^\\s]{0,10}[a-z]") {
            reads_back(&issuer, &account);
        }
    }
}
