//! The practice's recovery key: the way back when the keyring, or everybody's factor, is gone.

use std::fmt;

use secrecy::SecretString;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::crockford::{Letters, bit};
use super::{Mistyped, Random};

const KEY_BYTES: usize = 16;
const CHECK_BITS: usize = 12;
/// 128 bits of key and 12 of check are exactly 28 letters: seven groups of four.
const LETTERS: usize = (KEY_BYTES * 8 + CHECK_BITS) / 5;
/// The key, and the check in the upper 12 bits of two more bytes.
const CHECKED_BYTES: usize = KEY_BYTES + 2;

/// A key of 128 bits, shown as seven groups of Crockford's base32 with a checksum at the end.
///
/// It is long enough to be used as a key without stretching (NIST SP 800-57, part 1: 112 bits at
/// least). The checksum only tells a slip from a wrong key; it guards nothing.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryKey([u8; KEY_BYTES]);

impl RecoveryKey {
    /// A new key of 128 random bits.
    #[must_use]
    pub fn generate(random: &dyn Random) -> Self {
        let mut key = Self([0; KEY_BYTES]);
        random.fill(&mut key.0);
        key
    }

    /// Reads what was typed: either case, O for 0, I and L for 1, hyphens and spaces anywhere.
    ///
    /// # Errors
    ///
    /// [`Mistyped`]. One wrong letter, or two swapped neighbours, are always
    /// [`Mistyped::Check`]; of other slips, all but one in 4,096.
    pub fn parse(typed: &str) -> Result<Self, Mistyped> {
        let letters = Letters::<LETTERS>::parse(typed)?;
        let mut checked = Zeroizing::new([0; CHECKED_BYTES]);
        letters.decode_into(checked.as_mut());
        let mut key = Self([0; KEY_BYTES]);
        key.0.copy_from_slice(&checked[..KEY_BYTES]);
        if checked[KEY_BYTES..] == check(&key.0) {
            Ok(key)
        } else {
            Err(Mistyped::Check)
        }
    }

    /// The key as it is printed and saved.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        let mut checked = Zeroizing::new([0; CHECKED_BYTES]);
        checked[..KEY_BYTES].copy_from_slice(&self.0);
        checked[KEY_BYTES..].copy_from_slice(&check(&self.0));
        let letters = Letters::<LETTERS>::encode(checked.as_ref());
        SecretString::from(letters.grouped().as_str())
    }

    /// The 16 bytes, for wrapping the data key.
    #[must_use]
    pub fn expose_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryKey(••••)")
    }
}

/// A cyclic redundancy check (CRC-12, 0x80F), in the upper 12 bits. It tells every run of wrong
/// bits no longer than itself; one letter is 5 bits, and two neighbours are 10.
fn check(key: &[u8; KEY_BYTES]) -> [u8; 2] {
    // Not zero, so that a key of nothing but zeros has no check of zeros.
    let mut rest = 0xfff_u16;
    for at in 0..KEY_BYTES * 8 {
        let top = rest >> (CHECK_BITS - 1) & 1 == 1;
        rest = rest << 1 & 0xfff;
        if top != bit(key, at) {
            rest ^= 0x80f;
        }
    }
    (rest << (16 - CHECK_BITS)).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::ExposeSecret;

    use super::*;
    use crate::domain::random::seeded::Seeded;

    fn text(seed: u64) -> String {
        let key = RecoveryKey::generate(&Seeded::new(seed));
        key.to_text().expose_secret().to_owned()
    }

    #[test]
    fn a_key_is_shown_in_seven_groups_and_read_back() {
        let key = RecoveryKey::generate(&Seeded::new(5));
        let text = text(5);
        assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [4; 7]);
        let spoken = text.replace('-', " ").replace('0', "O").to_lowercase();
        for typed in [text, spoken] {
            let read = RecoveryKey::parse(&typed).unwrap();
            assert_eq!(read.expose_bytes(), key.expose_bytes());
        }
        assert_eq!(format!("{key:?}"), "RecoveryKey(••••)");
    }

    #[test]
    fn zeros_are_no_key() {
        let zeros = "0".repeat(LETTERS);
        assert_eq!(RecoveryKey::parse(&zeros).err(), Some(Mistyped::Check));
        assert_eq!(RecoveryKey::parse("0").err(), Some(Mistyped::Length));
    }

    #[test]
    fn every_single_slip_and_swap_is_told() {
        const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        for seed in 0..20 {
            let right = text(seed).replace('-', "").into_bytes();
            let refused = |typed: &[u8]| {
                let typed = std::str::from_utf8(typed).unwrap();
                assert_eq!(RecoveryKey::parse(typed).err(), Some(Mistyped::Check));
            };
            for place in 0..LETTERS {
                for letter in ALPHABET.iter().filter(|l| **l != right[place]) {
                    let mut typed = right.clone();
                    typed[place] = *letter;
                    refused(&typed);
                }
                if place > 0 && right[place] != right[place - 1] {
                    let mut typed = right.clone();
                    typed.swap(place, place - 1);
                    refused(&typed);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn every_key_survives_its_text(bytes in any::<[u8; 16]>()) {
            let text = RecoveryKey(bytes).to_text();
            let read = RecoveryKey::parse(text.expose_secret()).unwrap();
            prop_assert_eq!(read.expose_bytes(), &bytes);
        }
    }
}
