//! Which providers are left alone for a while.
//!
//! It is kept in memory, by each replica for itself: what one learns of a provider in ten seconds
//! costs the next as little, each may have another way to it, and a row that all of them wrote at
//! every failure would make one provider's trouble the database's.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::delivery::{Again, NotHandedOver};
use crate::domain::delivery::Breaker;
use crate::domain::{NotSent, Timestamp, seconds_after};

use super::Handed;

/// After how many seconds a provider that nobody has spoken to since is forgotten.
const FORGOTTEN_AFTER: i64 = 60 * 60;

/// By the row of the settings: whoever corrects them is not kept waiting for the old ones.
#[derive(Debug, Default)]
pub(super) struct Breakers(Mutex<HashMap<String, (Breaker, Timestamp)>>);

impl Breakers {
    /// Whether a message may be given to the provider now.
    pub(super) fn may_try(
        &self,
        provider: &str,
        now: Timestamp,
    ) -> Result<(), (NotSent, Timestamp)> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get_mut(provider) {
            Some((breaker, _)) => breaker.may_try(now),
            None => Ok(()),
        }
    }

    /// Learns from what became of a message; whether the provider is left alone from now on.
    pub(super) fn learn(&self, provider: &str, handed: &Handed, now: Timestamp) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(why) = failure(handed) else {
            all.remove(provider);
            return false;
        };
        all.retain(|_, (_, at)| now < seconds_after(*at, FORGOTTEN_AFTER));
        let (breaker, at) = all.entry(provider.to_owned()).or_default();
        *at = now;
        breaker.failed(why, now)
    }
}

/// Why the provider itself did not work, if that is how it went. A reason that it gives for one
/// message, and a wait that it asks for, are answers.
fn failure(handed: &Handed) -> Option<NotSent> {
    match handed {
        Err(NotHandedOver {
            why: why @ (NotSent::Unreachable | NotSent::NoAnswer | NotSent::Faulty),
            again: Again::Soon | Again::After(_),
        }) => Some(*why),
        _ => None,
    }
}
