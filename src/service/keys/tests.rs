//! What opens what.

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
    let text = keys.to_text();
    let other = text.expose_secret().replace("v1.", "v2.");
    for bad in ["", "v1.", "v1.AAAA", "v2.", "garbage", other.as_str()] {
        assert!(Keys::parse(&SecretString::from(bad)).is_none());
    }
}

#[test]
fn each_of_several_keys_opens_what_it_sealed() {
    let first = Keys::generate(&SystemRandom);
    let both = first.with_new(&SystemRandom);
    assert_eq!(both.ids(), [both.id(), first.id()]);
    assert_ne!(both.id(), first.id());
    let place = place("a", "secret");
    let old = first.seal(place, b"seed", &SystemRandom);
    let new = both.seal(place, b"seed", &SystemRandom);
    for sealed in [&old, &new] {
        assert_eq!(both.open(place, sealed).unwrap().as_slice(), b"seed");
    }
    assert_eq!(first.open(place, &new), Err(DoesNotOpen));
    let by_first = both.seal_with(&first.id(), place, b"seed", &SystemRandom);
    assert!(first.open(place, &by_first.unwrap()).is_ok());
    let missing = first.seal_with(&both.id(), place, b"seed", &SystemRandom);
    assert_eq!(missing, Err(KeyMissing(both.id())));

    // Whoever keeps the newest alone opens nothing old, and keeps what is not changed.
    let alone = both.newest_alone();
    for keys in [&both, &alone] {
        let back = Keys::parse(&keys.to_text()).unwrap();
        assert_eq!(back.ids(), keys.ids());
        assert_eq!(back.mac("x", b"y"), first.mac("x", b"y"));
        assert_eq!(back.activity_mac("x", b"y"), first.activity_mac("x", b"y"));
        let recovery = RecoveryKey::generate(&SystemRandom);
        let copy = keys.wrap(&recovery, "practice", &SystemRandom);
        let back = Keys::unwrap(&recovery, "practice", &copy).unwrap();
        assert_eq!(back.ids(), keys.ids());
    }
    assert_eq!(alone.open(place, &old), Err(DoesNotOpen));
    assert!(alone.open(place, &new).is_ok());
}
