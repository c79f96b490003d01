//! Failures from one address, whatever is tried there and on whom (ASVS 6.3.1).
//!
//! They are counted once they have failed, so that a practice whose people share an address is not
//! stopped by its successes; but for what is asked without an answer that tells (a forgotten
//! password), which is counted whatever comes of it. What is under way on this replica counts as if it were to fail, or a
//! burst would be looked at before the first of it has failed.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::activity::Happened;
use super::{Handle, Request, Service};
use crate::api::{Call, Error, Kind, Token};
use crate::domain::{EventKind, Timestamp, minutes_after};
use crate::store::{About, Tx};

/// The failures of any kind that are looked at from one address in a minute.
pub const FAILURES_A_MINUTE: u32 = 60;
/// The milliseconds that are counted together: a minute ends by no more than these too late.
const SLOT: i64 = 5_000;

/// The tries from each address that are under way.
#[derive(Debug, Default)]
pub(super) struct Origins(Mutex<HashMap<String, u32>>);

/// One try that is under way.
struct UnderWay {
    origins: Arc<Origins>,
    origin: String,
    /// How many are under way from there, with this one.
    tries: u32,
}

/// A call from an address: it counts as under way for as long as this is held, if it is one that
/// guesses.
pub(super) struct CallFrom {
    origin: String,
    most: u32,
    under_way: Option<UnderWay>,
}

impl Origins {
    /// Begins a try.
    fn begin(self: &Arc<Self>, origin: &str) -> UnderWay {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tries = all.entry(origin.to_owned()).or_default();
        *tries += 1;
        UnderWay {
            origins: self.clone(),
            origin: origin.to_owned(),
            tries: *tries,
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut all = self
            .origins
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(tries) = all.get_mut(&self.origin) {
            *tries -= 1;
            if *tries == 0 {
                all.remove(&self.origin);
            }
        }
    }
}

impl CallFrom {
    /// Refuses a guess that is beyond the limit of its address. Asked before anything of the
    /// request is written down, or whoever is beyond it could fill the database.
    pub(super) async fn refuse_beyond(&self, tx: &mut Tx, now: Timestamp) -> Result<(), Error> {
        let Some(under_way) = &self.under_way else {
            return Ok(());
        };
        let since = minutes_after(now, -1);
        let (failures, first) = tx.failures_of_origin(&self.origin, since).await?;
        if failures.saturating_add(under_way.tries) <= self.most {
            return Ok(());
        }
        let open = minutes_after(first.unwrap_or(now), 1);
        let seconds = open.duration_since(now).as_secs().clamp(1, 60);
        Err(Error::TooManyFailures {
            retry_after: u32::try_from(seconds).unwrap_or(1),
        })
    }
}

impl Service {
    /// Begins a call from an address.
    pub(super) fn begin_from<C: Call>(&self, request: Request<'_>) -> CallFrom {
        let origin = self.origin(request.from);
        CallFrom {
            under_way: C::KIND.is_limited().then(|| self.origins.begin(&origin)),
            most: request.most_failures,
            origin,
        }
    }

    /// Does a call that is within the limit of its address, and counts it there if it fails.
    pub(super) async fn call_within<C: Call>(
        &self,
        from: CallFrom,
        token: Option<&Token>,
        call: C,
    ) -> Result<C::Reply, Error>
    where
        Self: Handle<C>,
    {
        let now = self.clock.now();
        let answer = self.call(token, call).await;
        if C::KIND == Kind::Asks || answer.as_ref().is_err_and(is_failure) {
            // What cannot be counted is not answered either.
            self.count_failure(&from, now).await?;
        }
        answer
    }

    /// Counts a failure. The one that reaches the limit stands in Activity, since whoever tries one
    /// password on everybody is seen in nobody's entries (SECURITY.md, attack 5).
    async fn count_failure(&self, from: &CallFrom, now: Timestamp) -> Result<(), Error> {
        let slot = now.as_millisecond().div_euclid(SLOT) * SLOT;
        let slot = Timestamp::from_millisecond(slot).unwrap_or(now);
        let mut tx = self.store.write_about(About::Origins).await?;
        let older = minutes_after(now, -2);
        let origin = &from.origin;
        tx.count_failure_of_origin(origin, slot, older).await?;
        let since = minutes_after(now, -1);
        let (failures, _) = tx.failures_of_origin(origin, since).await?;
        if failures == from.most {
            tracing::warn!("failures from one address have reached the limit of a minute");
            let limited = Happened::of(EventKind::AddressLimited);
            self.log(&mut tx, limited, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// The address as it is kept: a keyed hash, so that no list of addresses comes about. Of IPv6
    /// the network that one subscriber has (RFC 6177).
    fn origin(&self, from: IpAddr) -> String {
        let kept = match from.to_canonical() {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets()[..8].to_vec(),
        };
        let mac = self.keys.mac("origin", &kept);
        data_encoding::HEXLOWER.encode(&*mac)
    }
}

/// Whether something was looked at and was not right.
fn is_failure(error: &Error) -> bool {
    matches!(
        error,
        Error::WrongCredentials
            | Error::CodeWrong { .. }
            | Error::CodeUsed { .. }
            | Error::CodeEnded { .. }
            | Error::InvitationNotValid
    )
}
