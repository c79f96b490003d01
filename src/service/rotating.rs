//! Another data key, while replicas run.
//!
//! Every replica first has the new key beside the old one; nothing is sealed with it yet. Then the
//! rotation writes down, as the only writer of that moment, that the new one seals, and seals again
//! step by step what the old one had sealed. Whoever is cut off in between begins again where it
//! stopped: what is sealed tells by which key. Until the last step both keys open.

use data_encoding::HEXLOWER;

use super::keys::Place;
use super::{Happened, Service};
use crate::api::Error;
use crate::domain::EventKind;
use crate::store::Sealed;

/// Values that one step seals again: some milliseconds of the writer's time.
const PER_STEP: i64 = 100;

/// Why the data key was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RotateFault {
    /// Something is sealed with a key that is not among these.
    #[error("the keys lack {}", .0.join(", "))]
    KeysMissing(Vec<String>),
    /// There is one key alone, and it seals already.
    #[error("there is no new key")]
    NoNewKey,
    /// These rows do not open with the key that they name: all others are sealed with the new one.
    #[error("these do not open: {}", .0.join(", "))]
    DoNotOpen(Vec<String>),
    /// Anything else.
    #[error("{0}")]
    Call(#[from] Error),
}

impl From<crate::store::Fault> for RotateFault {
    fn from(fault: crate::store::Fault) -> Self {
        Self::Call(fault.into())
    }
}

/// What a rotation did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The key that everything is sealed with now.
    pub key: String,
    /// The keys that nothing is sealed with any more, and that may be removed.
    pub done_with: Vec<String>,
    /// How many values were sealed again.
    pub sealed: u64,
}

/// How far a rotation has come within one column.
#[derive(Clone, Debug, Default)]
pub struct Step {
    /// How many values were sealed again.
    pub sealed: u64,
    /// Those that do not open, by table and row.
    pub shut: Vec<String>,
    /// The row to go on behind; none at the end of the column.
    beyond: Option<String>,
}

impl Service {
    /// Seals a secret to its place with the key that seals in this database.
    pub(super) async fn seal(
        &self,
        tx: &mut crate::store::Tx,
        place: Place<'_>,
        secret: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let key = tx.sealing_key().await?.unwrap_or_else(|| self.keys.id());
        let sealed = self.keys.seal_with(&key, place, secret, &*self.random);
        sealed.map_err(|error| super::internal(&error))
    }

    /// The ids of the keys that something is sealed with here and that are not among ours.
    ///
    /// # Errors
    ///
    /// Why the database does not answer.
    pub async fn missing_keys(&self) -> Result<Vec<String>, Error> {
        let mut missing = self.keys_in_use().await?;
        missing.retain(|id| !self.keys.holds(id));
        Ok(missing)
    }

    /// Whether nothing is sealed with an older key than the newest.
    ///
    /// # Errors
    ///
    /// Why the database does not answer.
    pub async fn seals_with_newest_alone(&self) -> Result<bool, Error> {
        let newest = self.keys.id();
        Ok(self.keys_in_use().await?.iter().all(|id| *id == newest))
    }

    async fn keys_in_use(&self) -> Result<Vec<String>, Error> {
        let mut tx = self.store.read().await?;
        let mut used: Vec<String> = tx.sealing_key().await?.into_iter().collect();
        for what in Sealed::ALL {
            let keys = tx.keys_of(what).await?;
            used.extend(keys.iter().map(|id| HEXLOWER.encode(id)));
        }
        used.sort();
        used.dedup();
        Ok(used)
    }

    /// Lets the newest key seal, and seals everything with it, step by step: others read and write
    /// in between.
    ///
    /// # Errors
    ///
    /// A [`RotateFault`]; what was sealed anew before stays so, and it may be begun again.
    pub async fn rotate_keys(&self) -> Result<Rotated, RotateFault> {
        self.begin_rotation().await?;
        let (mut sealed, mut shut) = (0, Vec::new());
        for what in Sealed::ALL {
            let mut step = Step::first();
            while step.beyond.is_some() {
                step = self.rotate_step(what, &step).await?;
                sealed += step.sealed;
                shut.append(&mut step.shut);
            }
        }
        if !shut.is_empty() {
            return Err(RotateFault::DoNotOpen(shut));
        }
        let used = self.keys_in_use().await?;
        let mut done_with = self.keys.ids();
        done_with.retain(|id| !used.contains(id));
        Ok(Rotated {
            key: self.keys.id(),
            done_with,
            sealed,
        })
    }

    /// From here on the newest key seals.
    ///
    /// # Errors
    ///
    /// A [`RotateFault`]; nothing was changed.
    pub async fn begin_rotation(&self) -> Result<(), RotateFault> {
        let missing = self.missing_keys().await?;
        if !missing.is_empty() {
            return Err(RotateFault::KeysMissing(missing));
        }
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        let before = tx.sealing_key().await?;
        if tx.let_seal(&self.keys.id()).await? {
            let turn = format!("{} to {}", before.unwrap_or_default(), self.keys.id());
            let happened = Happened {
                reason: Some(&turn),
                ..Happened::of(EventKind::KeyRotated)
            };
            self.log_everywhere(&mut tx, happened, now).await?;
            tx.commit().await?;
        } else if self.keys.ids().len() == 1 {
            return Err(RotateFault::NoNewKey);
        }
        Ok(())
    }

    /// Seals some values of a column with the newest key.
    ///
    /// # Errors
    ///
    /// Why the database cannot be written; nothing of this step stands.
    pub async fn rotate_step(&self, what: Sealed, after: &Step) -> Result<Step, Error> {
        let beyond = after.beyond.as_deref().unwrap_or_default();
        let newest = self.keys.newest_id();
        let mut tx = self.store.write().await?;
        let rows = tx.sealed_otherwise(what, &newest, beyond, PER_STEP).await?;
        let (table, column) = what.place();
        let mut step = Step {
            beyond: rows.last().map(|(row, _)| row.clone()),
            ..Step::default()
        };
        for (row, seen) in rows {
            let place = Place {
                table,
                row: &row,
                column,
            };
            let Ok(opened) = self.keys.open(place, &seen) else {
                step.shut.push(format!("{table} {row}"));
                continue;
            };
            let new = self.keys.seal(place, &opened, &*self.random);
            if tx.reseal(what, &row, &seen, new).await? {
                step.sealed += 1;
            }
        }
        tx.commit().await?;
        Ok(step)
    }
}

impl Step {
    /// At the beginning of a column.
    #[must_use]
    pub fn first() -> Self {
        Self {
            beyond: Some(String::new()),
            ..Self::default()
        }
    }
}
