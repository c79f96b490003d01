//! The keys that stay outside the database, and what is done with them.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::domain::{Random, RecoveryKey};

/// The data key, which seals secrets to their rows, and the pepper, which keys every hash and
/// every MAC (security.md, "at rest"; ASVS 5.0 11.3, 13.3).
pub struct Keys {
    data: Zeroizing<[u8; 32]>,
    pepper: Zeroizing<[u8; 32]>,
}

/// A place in the database that a secret is sealed to: moved anywhere else, it does not open.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The row's id.
    pub row: &'a str,
    /// The column.
    pub column: &'a str,
}

/// A sealed secret that does not open: another key's, another row's, or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sealed secret does not open")]
pub struct DoesNotOpen;

/// The layout of sealed bytes: version, key id, nonce, ciphertext with its tag.
const VERSION: u8 = 1;
const KEY_ID: usize = 4;
const NONCE: usize = 24;

impl Keys {
    /// Makes new ones.
    pub fn generate(random: &dyn Random) -> Self {
        let mut keys = Self {
            data: Zeroizing::new([0; 32]),
            pepper: Zeroizing::new([0; 32]),
        };
        random.fill(&mut *keys.data);
        random.fill(&mut *keys.pepper);
        keys
    }

    /// As they are kept in the OS keyring.
    pub fn to_text(&self) -> SecretString {
        let bytes = Zeroizing::new([*self.data, *self.pepper].concat());
        let mut text = Zeroizing::new(String::with_capacity(3 + BASE64URL_NOPAD.encode_len(64)));
        text.push_str("v1.");
        BASE64URL_NOPAD.encode_append(&bytes, &mut text);
        SecretString::from(text.as_str())
    }

    /// As they were kept in the OS keyring.
    pub fn parse(text: &SecretString) -> Option<Self> {
        let encoded = text.expose_secret().strip_prefix("v1.")?;
        let bytes = Zeroizing::new(BASE64URL_NOPAD.decode(encoded.as_bytes()).ok()?);
        Self::from_bytes(&bytes)
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (data, pepper) = bytes.split_at_checked(32)?;
        Some(Self {
            data: Zeroizing::new(data.try_into().ok()?),
            pepper: Zeroizing::new(pepper.try_into().ok()?),
        })
    }

    /// Tells which data key this is, and nothing else of it.
    pub fn id(&self) -> String {
        HEXLOWER.encode(&self.key_id())
    }

    fn key_id(&self) -> [u8; KEY_ID] {
        let digest = Sha256::digest(mac(&*self.data, "key id", b""));
        std::array::from_fn(|i| digest[i])
    }

    /// Seals a secret to its place.
    pub fn seal(&self, place: Place<'_>, secret: &[u8], random: &dyn Random) -> Vec<u8> {
        seal(&self.data, self.key_id(), place, secret, random)
    }

    /// Opens what was sealed to this place.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
        open(&self.data, self.key_id(), place, sealed)
    }

    /// A copy of both keys that opens with the practice recovery key.
    pub fn wrap(&self, key: &RecoveryKey, practice: &str, random: &dyn Random) -> Vec<u8> {
        let bytes = Zeroizing::new([*self.data, *self.pepper].concat());
        let wrapping = wrapping(key);
        seal(&wrapping, [0; KEY_ID], wrapped(practice), &bytes, random)
    }

    /// The keys out of the copy that [`Self::wrap`] made.
    pub fn unwrap(key: &RecoveryKey, practice: &str, copy: &[u8]) -> Result<Self, DoesNotOpen> {
        let bytes = open(&wrapping(key), [0; KEY_ID], wrapped(practice), copy)?;
        Self::from_bytes(&bytes).ok_or(DoesNotOpen)
    }

    /// A MAC over what Activity says, under a key made of the data key: what can be read with the
    /// database alone cannot be signed with it.
    pub(super) fn activity_mac(&self, label: &str, of: &[u8]) -> [u8; 32] {
        let key = Zeroizing::new(mac(&*self.data, "activity", b""));
        mac(&*key, label, of)
    }

    /// A MAC under the pepper: each use has its own label.
    pub fn mac(&self, label: &str, of: &[u8]) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(mac(&*self.pepper, label, of))
    }
}

// Both of them are.
impl ZeroizeOnDrop for Keys {}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

fn wrapped(practice: &str) -> Place<'_> {
    Place {
        table: "practices",
        row: practice,
        column: "wrapped_keys",
    }
}

/// The recovery key has 128 uniform bits: one HMAC makes a key of them.
fn wrapping(key: &RecoveryKey) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(mac(key.expose_bytes(), "recovery key", b""))
}

fn mac(key: &[u8], label: &str, of: &[u8]) -> [u8; 32] {
    // HMAC takes a key of any length.
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) else {
        unreachable!("HMAC takes a key of any length")
    };
    mac.update(label.as_bytes());
    mac.update(&[0]);
    mac.update(of);
    mac.finalize().into_bytes().into()
}

fn associated(place: Place<'_>) -> String {
    format!("{}|{}|{}", place.table, place.row, place.column)
}

fn seal(
    key: &[u8; 32],
    key_id: [u8; KEY_ID],
    place: Place<'_>,
    secret: &[u8],
    random: &dyn Random,
) -> Vec<u8> {
    let mut nonce = [0; NONCE];
    random.fill(&mut nonce);
    let aad = associated(place);
    let payload = Payload {
        msg: secret,
        aad: aad.as_bytes(),
    };
    let Ok(sealed) = XChaCha20Poly1305::new(key.into()).encrypt(&XNonce::from(nonce), payload)
    else {
        unreachable!("only messages of 256 GiB cannot be sealed")
    };
    [&[VERSION][..], &key_id, &nonce, &sealed].concat()
}

fn open(
    key: &[u8; 32],
    key_id: [u8; KEY_ID],
    place: Place<'_>,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
    let header = sealed.get(..1 + KEY_ID + NONCE).ok_or(DoesNotOpen)?;
    if header[0] != VERSION || header[1..=KEY_ID] != key_id {
        return Err(DoesNotOpen);
    }
    let nonce: [u8; NONCE] = header[1 + KEY_ID..].try_into().map_err(|_| DoesNotOpen)?;
    let aad = associated(place);
    let payload = Payload {
        msg: &sealed[1 + KEY_ID + NONCE..],
        aad: aad.as_bytes(),
    };
    XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(nonce), payload)
        .map(Zeroizing::new)
        .map_err(|_| DoesNotOpen)
}

/// The hash under which a token or an admission code of high entropy is kept (security.md 73).
pub(super) fn token_hash(token: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(token.as_bytes()))
}

/// A new bearer token: 256 bits as URL-safe text.
pub(super) fn new_token(random: &dyn Random) -> crate::api::Token {
    let mut bytes = Zeroizing::new([0; 32]);
    random.fill(&mut *bytes);
    crate::api::Token::new(BASE64URL_NOPAD.encode(&*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::random::SystemRandom;

    fn place<'a>(row: &'a str, column: &'a str) -> Place<'a> {
        Place {
            table: "methods",
            row,
            column,
        }
    }

    #[test]
    fn a_secret_opens_in_its_own_place_only() {
        let keys = Keys::generate(&SystemRandom);
        let sealed = keys.seal(place("a", "secret"), b"seed", &SystemRandom);
        assert_eq!(
            keys.open(place("a", "secret"), &sealed).unwrap().as_slice(),
            b"seed"
        );
        assert_eq!(keys.open(place("b", "secret"), &sealed), Err(DoesNotOpen));
        assert_eq!(keys.open(place("a", "other"), &sealed), Err(DoesNotOpen));
        let other = Keys::generate(&SystemRandom);
        assert_eq!(other.open(place("a", "secret"), &sealed), Err(DoesNotOpen));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(keys.open(place("a", "secret"), &changed), Err(DoesNotOpen));
        }
        assert_eq!(keys.open(place("a", "secret"), b""), Err(DoesNotOpen));
    }

    #[test]
    fn the_recovery_key_gives_both_keys_back() {
        let keys = Keys::generate(&SystemRandom);
        let recovery = RecoveryKey::generate(&SystemRandom);
        let copy = keys.wrap(&recovery, "practice", &SystemRandom);
        let back = Keys::unwrap(&recovery, "practice", &copy).unwrap();
        assert_eq!(back.id(), keys.id());
        assert_eq!(back.mac("x", b"y"), keys.mac("x", b"y"));
        let other = RecoveryKey::generate(&SystemRandom);
        assert!(Keys::unwrap(&other, "practice", &copy).is_err());
        assert!(Keys::unwrap(&recovery, "another", &copy).is_err());
    }

    #[test]
    fn text_keeps_the_keys_and_debug_shows_nothing() {
        let keys = Keys::generate(&SystemRandom);
        let back = Keys::parse(&keys.to_text()).unwrap();
        assert_eq!(
            back.to_text().expose_secret(),
            keys.to_text().expose_secret()
        );
        assert_eq!(format!("{keys:?}"), "Keys(…)");
        for bad in ["", "v1.", "v1.AAAA", "v2.", "garbage"] {
            assert!(Keys::parse(&SecretString::from(bad)).is_none());
        }
    }
}
