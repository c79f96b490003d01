//! The file in which a practice goes to a server: its database and its keys, sealed under a key that
//! is made for it and shown once.

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::Keys;
use super::keys::{Place, open_under, seal_under};
use crate::domain::{Random, RecoveryKey};

/// What the file begins with.
const BEGINNING: &[u8] = b"Vestibule export 1\n";

/// What the whole of it is sealed to.
const PLACE: Place<'_> = Place {
    table: "export",
    row: "",
    column: "1",
};

/// What its key is used for.
const USE: &str = "export key";

/// The longest text of keys that is looked for: some dozens of data keys.
const LONGEST_KEYS: usize = 4_096;

/// Why a file is not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOpened {
    /// It does not begin as an export does.
    #[error("it is no export of a practice")]
    NoExport,
    /// The key is another's, or the file is damaged.
    #[error("the key does not open it, or it is damaged")]
    KeyWrong,
}

/// Seals a practice.
pub fn pack(keys: &Keys, database: &[u8], key: &RecoveryKey, random: &dyn Random) -> Vec<u8> {
    let text = keys.to_text();
    let text = text.expose_secret().as_bytes();
    let mut whole = Zeroizing::new(Vec::with_capacity(text.len() + 1 + database.len()));
    whole.extend_from_slice(text);
    whole.push(b'\n');
    whole.extend_from_slice(database);
    let sealed = seal_under(key, USE, PLACE, &whole, random);
    [BEGINNING, &sealed].concat()
}

/// The keys and the database of a practice that was sealed.
///
/// # Errors
///
/// [`NotOpened`].
pub fn unpack(file: &[u8], key: &RecoveryKey) -> Result<(Keys, Zeroizing<Vec<u8>>), NotOpened> {
    let sealed = file.strip_prefix(BEGINNING).ok_or(NotOpened::NoExport)?;
    let whole = open_under(key, USE, PLACE, sealed).map_err(|_| NotOpened::KeyWrong)?;
    let end = whole
        .iter()
        .take(LONGEST_KEYS)
        .position(|byte| *byte == b'\n');
    let end = end.ok_or(NotOpened::NoExport)?;
    let (text, database) = whole.split_at(end);
    let text = std::str::from_utf8(text).map_err(|_| NotOpened::NoExport)?;
    let keys = Keys::parse(&SecretString::from(text)).ok_or(NotOpened::NoExport)?;
    Ok((keys, Zeroizing::new(database[1..].to_vec())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::SystemRandom;

    #[test]
    fn an_export_opens_with_its_key_alone_and_whole() {
        let keys = Keys::generate(&SystemRandom).with_new(&SystemRandom);
        let key = RecoveryKey::generate(&SystemRandom);
        let file = pack(&keys, b"SQLite\nformat", &key, &SystemRandom);
        let (back, database) = unpack(&file, &key).unwrap();
        assert_eq!(back.ids(), keys.ids());
        assert_eq!(database.as_slice(), b"SQLite\nformat");
        let other = RecoveryKey::generate(&SystemRandom);
        assert_eq!(unpack(&file, &other).err(), Some(NotOpened::KeyWrong));
        for end in 0..BEGINNING.len() {
            assert_eq!(unpack(&file[..end], &key).err(), Some(NotOpened::NoExport));
        }
        for at in BEGINNING.len()..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 1;
            assert_eq!(unpack(&changed, &key).err(), Some(NotOpened::KeyWrong));
            assert_eq!(unpack(&file[..at], &key).err(), Some(NotOpened::KeyWrong));
        }
    }
}
