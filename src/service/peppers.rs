//! Peppers of other backends: passwords and recovery codes that came with an import were hashed with
//! the pepper of the backend that they came from.
//!
//! It is kept in the database, sealed with the data key, which is not. A password names it in its
//! hash, as the `keyid` of the PHC string format, until it is hashed anew at its owner's next
//! sign-in; a set of recovery codes names it in its row.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use argon2::Params;
use argon2::password_hash::phc::PasswordHash;
use data_encoding::{BASE64_NOPAD, HEXLOWER};

use super::hashing::Turn;
use super::keys::{Pepper, Place};
use super::{Service, internal};
use crate::api::Error;
use crate::domain::{Password, UserId};

/// Those that were needed since the program started.
#[derive(Default)]
pub(super) struct Peppers(RwLock<HashMap<String, Arc<Pepper>>>);

impl Peppers {
    fn known(&self, name: &str) -> Option<Arc<Pepper>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(name).cloned()
    }

    fn keep(&self, name: &str, pepper: &Arc<Pepper>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(name.to_owned(), pepper.clone());
    }
}

impl Service {
    /// Whether a password is right: see [`super::hashing::Hasher::verify`].
    pub(super) async fn verify_password(
        &self,
        turn: Turn,
        password: &Password,
        kept: Option<(&UserId, &str)>,
    ) -> Result<bool, Error> {
        let named = kept.and_then(|(_, hash)| named_in(hash));
        let pepper = self.pepper(named.as_deref()).await?;
        self.hasher.verify(turn, password, kept, pepper).await
    }

    /// The pepper of this name; none for this backend's own, which has no name.
    pub(super) async fn pepper(&self, name: Option<&str>) -> Result<Option<Arc<Pepper>>, Error> {
        let Some(name) = name else {
            return Ok(None);
        };
        if let Some(pepper) = self.peppers.known(name) {
            return Ok(Some(pepper));
        }
        let sealed = self.store.read().await?.pepper(name).await?;
        let sealed = sealed.ok_or_else(|| internal(&"a pepper is missing"))?;
        let opened = self.keys.open(place_of(name), &sealed);
        let opened = opened.map_err(|error| internal(&error))?;
        let pepper = Pepper::from_bytes(&opened);
        let pepper = Arc::new(pepper.ok_or_else(|| internal(&"a pepper is malformed"))?);
        self.peppers.keep(name, &pepper);
        Ok(Some(pepper))
    }
}

/// What a pepper is kept under.
pub(super) fn name_of(pepper: &Pepper) -> String {
    HEXLOWER.encode(&pepper.id())
}

/// Where it is sealed to.
pub(super) fn place_of(name: &str) -> Place<'_> {
    Place {
        table: "peppers",
        row: name,
        column: "sealed",
    }
}

/// The pepper that a hash names.
pub(super) fn named_in(hash: &str) -> Option<String> {
    let hash = PasswordHash::new(hash).ok()?;
    let params = Params::try_from(&hash).ok()?;
    let id = params.keyid();
    (!id.is_empty()).then(|| HEXLOWER.encode(id))
}

/// The same hash, with the name of its pepper; none if it is no hash of ours.
pub(super) fn naming(hash: &str, pepper: &Pepper) -> Option<String> {
    let parts: Vec<&str> = hash.split('$').collect();
    let ["", algorithm, version, params, salt, output] = parts[..] else {
        return None;
    };
    let id = BASE64_NOPAD.encode(&pepper.id());
    let named = format!("${algorithm}${version}${params},keyid={id}${salt}${output}");
    (named_in(&named)? == name_of(pepper)).then_some(named)
}
