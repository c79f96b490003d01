//! The keys that stay outside the database, and what is done with them.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::domain::{Random, RecoveryKey};

/// The data key, which seals secrets to their rows, and the pepper, which keys every hash and
/// every MAC (OWASP ASVS 5.0, 11.3 and 13.3).
///
/// While a server changes its data key there are several: what is sealed names the one that opens
/// it. Which of them seals is written in the database (`practices.key_id`), so that no replica
/// seals with a key before every replica has it. The pepper, and the key of Activity, stay.
pub struct Keys {
    /// The newest first; never empty.
    data: Vec<DataKey>,
    pepper: Pepper,
    activity: Zeroizing<[u8; 32]>,
}

/// What keys every hash of a backend, and stays outside its database.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Pepper([u8; 32]);

/// A version of the data key, and what tells it from the others.
#[derive(Clone)]
struct DataKey {
    bytes: Zeroizing<[u8; 32]>,
    id: [u8; KEY_ID],
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

/// A key that what is to be sealed or opened needs, by its id; it is not among these.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key {0} is missing")]
pub struct KeyMissing(pub String);

impl DataKey {
    fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        let digest = Sha256::digest(mac(&*bytes, "key id", b""));
        let id = std::array::from_fn(|i| digest[i]);
        Self { bytes, id }
    }

    fn generate(random: &dyn Random) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        random.fill(&mut *bytes);
        Self::new(bytes)
    }
}

impl Keys {
    /// Makes new ones.
    pub fn generate(random: &dyn Random) -> Self {
        let data = DataKey::generate(random);
        let mut pepper = Pepper([0; 32]);
        random.fill(&mut pepper.0);
        Self {
            activity: activity_key(&data),
            data: vec![data],
            pepper,
        }
    }

    /// These, and a new data key beside the ones there are: it seals from the rotation on.
    #[must_use]
    pub fn with_new(&self, random: &dyn Random) -> Self {
        let new = DataKey::generate(random);
        Self {
            data: std::iter::once(new).chain(self.data.clone()).collect(),
            pepper: self.pepper.clone(),
            activity: self.activity.clone(),
        }
    }

    /// The newest data key alone, for when nothing is sealed with the others any more.
    #[must_use]
    pub fn newest_alone(&self) -> Self {
        Self {
            data: self.data[..1].to_vec(),
            pepper: self.pepper.clone(),
            activity: self.activity.clone(),
        }
    }

    /// As they are kept in the OS keyring, or in the file of a server.
    pub fn to_text(&self) -> SecretString {
        let bytes = self.to_bytes();
        let size = 3 + BASE64URL_NOPAD.encode_len(bytes.len());
        let mut text = Zeroizing::new(String::with_capacity(size));
        text.push_str(if bytes.len() == 64 { "v1." } else { "v2." });
        BASE64URL_NOPAD.encode_append(&bytes, &mut text);
        SecretString::from(text.as_str())
    }

    /// As they were kept.
    pub fn parse(text: &SecretString) -> Option<Self> {
        let text = text.expose_secret();
        let (first, encoded) = (text.strip_prefix("v1."), text.strip_prefix("v2."));
        let bytes = Zeroizing::new(BASE64URL_NOPAD.decode(first.or(encoded)?.as_bytes()).ok()?);
        (first.is_some() == (bytes.len() == 64))
            .then(|| Self::from_bytes(&bytes))
            .flatten()
    }

    /// The newest data key and the pepper; then, where the data key was ever changed, the key of
    /// Activity and the older data keys, the newest of them first.
    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new([*self.data[0].bytes, self.pepper.0].concat());
        if self.data.len() > 1 || *self.activity != *activity_key(&self.data[0]) {
            bytes.extend_from_slice(&*self.activity);
            for older in &self.data[1..] {
                bytes.extend_from_slice(&*older.bytes);
            }
        }
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (parts, rest) = bytes.as_chunks::<32>();
        if !rest.is_empty() {
            return None;
        }
        let [newest, pepper, more @ ..] = parts else {
            return None;
        };
        let newest = DataKey::new(Zeroizing::new(*newest));
        let (activity, older) = match more {
            [] => (activity_key(&newest), more),
            [activity, older @ ..] => (Zeroizing::new(*activity), older),
        };
        let older = older.iter().map(|key| DataKey::new(Zeroizing::new(*key)));
        Some(Self {
            data: std::iter::once(newest).chain(older).collect(),
            pepper: Pepper(*pepper),
            activity,
        })
    }

    /// Tells which data key is the newest, and nothing else of it.
    pub fn id(&self) -> String {
        HEXLOWER.encode(&self.data[0].id)
    }

    /// Tells of all data keys which they are, the newest first.
    pub fn ids(&self) -> Vec<String> {
        self.data
            .iter()
            .map(|key| HEXLOWER.encode(&key.id))
            .collect()
    }

    /// The id of the newest, as it stands in what it seals.
    pub(super) fn newest_id(&self) -> [u8; KEY_ID] {
        self.data[0].id
    }

    /// Whether the data key of this id is among them.
    pub fn holds(&self, id: &str) -> bool {
        self.ids().iter().any(|held| held == id)
    }

    /// Seals a secret to its place with the newest data key.
    pub fn seal(&self, place: Place<'_>, secret: &[u8], random: &dyn Random) -> Vec<u8> {
        let newest = &self.data[0];
        seal(&newest.bytes, newest.id, place, secret, random)
    }

    /// Seals a secret to its place with the data key of this id.
    ///
    /// # Errors
    ///
    /// [`KeyMissing`].
    pub fn seal_with(
        &self,
        id: &str,
        place: Place<'_>,
        secret: &[u8],
        random: &dyn Random,
    ) -> Result<Vec<u8>, KeyMissing> {
        let held = self.data.iter().find(|key| HEXLOWER.encode(&key.id) == id);
        let key = held.ok_or_else(|| KeyMissing(id.to_owned()))?;
        Ok(seal(&key.bytes, key.id, place, secret, random))
    }

    /// Opens what was sealed to this place, by whichever of the data keys.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
        let id = sealed.get(1..=KEY_ID).ok_or(DoesNotOpen)?;
        let key = self.data.iter().find(|key| key.id == id);
        let key = key.ok_or_else(|| {
            let key = HEXLOWER.encode(id);
            tracing::error!(%key, "something is sealed with a key that is not among these: bring it");
            DoesNotOpen
        })?;
        open(&key.bytes, key.id, place, sealed)
    }

    /// A copy of the keys that opens with the practice recovery key.
    pub fn wrap(&self, key: &RecoveryKey, practice: &str, random: &dyn Random) -> Vec<u8> {
        let bytes = self.to_bytes();
        seal_under(key, WRAPPING, wrapped(practice), &bytes, random)
    }

    /// The keys out of the copy that [`Self::wrap`] made.
    pub fn unwrap(key: &RecoveryKey, practice: &str, copy: &[u8]) -> Result<Self, DoesNotOpen> {
        let bytes = open_under(key, WRAPPING, wrapped(practice), copy)?;
        Self::from_bytes(&bytes).ok_or(DoesNotOpen)
    }

    /// A MAC over what Activity says, under a key of its own, made of the first data key: what can
    /// be read with the database alone cannot be signed with it.
    pub(super) fn activity_mac(&self, label: &str, of: &[u8]) -> [u8; 32] {
        mac(&*self.activity, label, of)
    }

    /// A MAC under the pepper: each use has its own label.
    pub fn mac(&self, label: &str, of: &[u8]) -> Zeroizing<[u8; 32]> {
        self.pepper.mac(label, of)
    }

    /// The pepper, for what was hashed with it and goes to another backend.
    pub(super) fn pepper(&self) -> &Pepper {
        &self.pepper
    }
}

impl Pepper {
    /// As it was sealed.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(bytes.try_into().ok()?))
    }

    /// To be sealed.
    pub(super) fn expose_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Tells which pepper this is, and nothing else of it.
    pub(super) fn id(&self) -> [u8; KEY_ID] {
        let digest = Sha256::digest(mac(&self.0, "pepper id", b""));
        std::array::from_fn(|i| digest[i])
    }

    /// A MAC under it: each use has its own label.
    pub(super) fn mac(&self, label: &str, of: &[u8]) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(mac(&self.0, label, of))
    }
}

// All of them are.
impl ZeroizeOnDrop for Keys {}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

fn activity_key(first: &DataKey) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(mac(&*first.bytes, "activity", b""))
}

fn wrapped(practice: &str) -> Place<'_> {
    Place {
        table: "practices",
        row: practice,
        column: "wrapped_keys",
    }
}

/// What the practice recovery key is used for.
const WRAPPING: &str = "recovery key";

/// Seals under a key that is no data key but was made to be shown, for one use. It has 128 uniform
/// bits: one HMAC makes a key of them.
pub(super) fn seal_under(
    key: &RecoveryKey,
    label: &str,
    place: Place<'_>,
    secret: &[u8],
    random: &dyn Random,
) -> Vec<u8> {
    let under = Zeroizing::new(mac(key.expose_bytes(), label, b""));
    seal(&under, [0; KEY_ID], place, secret, random)
}

/// Opens what [`seal_under`] sealed.
pub(super) fn open_under(
    key: &RecoveryKey,
    label: &str,
    place: Place<'_>,
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
    let under = Zeroizing::new(mac(key.expose_bytes(), label, b""));
    open(&under, [0; KEY_ID], place, sealed)
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

/// The hash under which a token or an admission code of high entropy is kept (attack 73).
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
mod tests;
