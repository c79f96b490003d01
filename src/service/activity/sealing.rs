//! Sealing: the entries of a practice are numbered in the order in which they were written, each
//! sealed together with the seal before it, under a key that is kept outside the database.
//!
//! What shows: an entry that was changed, removed, put in or put elsewhere, and an end that was
//! cut off, since the head of the chain is signed too. What cannot show: an older copy of the
//! whole database in the place of this one, the removal of an entry in the seconds before it is
//! sealed, and a beginning anew: whoever removes every seal together with the record that sealing
//! had begun leaves entries that are taken for those of before the first seal.

use std::time::Duration;

use jiff::{Span, ToSpan, tz::TimeZone};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::super::{Service, internal, whole};
use super::seals::NOTHING;
use crate::api::Error;
use crate::domain::{ACTIVITY_YEARS, Timestamp};
use crate::store::{About, Head, Segment, Tx};

/// Entries that one step seals: some milliseconds of the writer's time.
const PER_STEP: i64 = 200;
/// Entries that one step removes.
const REMOVED_PER_STEP: i64 = 1_000;
/// Entries are gathered for so long before they are sealed: a sign-in writes several, and waits
/// for none of it.
const GATHER: Duration = Duration::from_secs(2);
/// How often what has been kept for long enough is looked for.
const LOOK_BACK: Duration = Duration::from_secs(60 * 60);
/// How often what has ended is removed, while somebody is at work: to find that nothing is to go
/// may take a look at the newest message of everybody.
const TIDY: Duration = Duration::from_secs(10 * 60);
/// Something must have been written on so many of the last days before anything is removed: a
/// clock that jumped ahead would otherwise remove it all.
const USED_DAYS: (i64, i64) = (20, 60);

/// Wakes the step when something was written.
#[derive(Debug, Default)]
pub(in crate::service) struct Sealing {
    wake: Notify,
}

impl Sealing {
    /// Something was written, or the database is closed.
    pub(in crate::service) fn wake(&self) {
        self.wake.notify_one();
    }
}

impl Service {
    /// Seals what was written and removes what has been kept for long enough, of Activity and of
    /// everything else, for as long as the program runs.
    pub async fn run_sealing(self) {
        let (mut tidied, mut looked_back) = (None, None);
        let due = |last: Option<Instant>, every| last.is_none_or(|at| at.elapsed() >= every);
        while !self.store.is_closed() {
            if let Err(error) = whole(self.seal_due()).await {
                tracing::warn!(%error, "the activity cannot be sealed");
            }
            if due(looked_back, LOOK_BACK) {
                looked_back = Some(Instant::now());
                if let Err(error) = whole(self.remove_kept_long_enough()).await {
                    tracing::warn!(%error, "old activity cannot be removed");
                }
            }
            if due(tidied, TIDY) {
                tidied = Some(Instant::now());
                if let Err(error) = whole(self.purge()).await {
                    tracing::warn!(%error, "what has ended cannot be removed");
                }
            }
            tokio::select! {
                () = self.sealing.wake.notified() => tokio::time::sleep(GATHER).await,
                () = tokio::time::sleep(LOOK_BACK) => {}
            }
        }
    }

    /// Seals everything that was written, step by step: others write in between.
    ///
    /// # Errors
    ///
    /// An [`Error`] if the database cannot be written; what was sealed before stays sealed.
    pub async fn seal_due(&self) -> Result<(), Error> {
        let chains = self.store.read().await?.unsealed_chains().await?;
        if chains.is_empty() {
            return Ok(());
        }
        // Who writes at this moment is waited for, so that no entry comes later with a number
        // before this one; what they do after it is not held up.
        let through = self.store.write().await?.newest_entry().await?;
        for chain in chains {
            while self.seal_step(&chain, through).await? == PER_STEP {}
        }
        Ok(())
    }

    /// One step; how many entries it sealed, up to a number. A chain whose head does not fit is
    /// left as it is: nothing is sealed over.
    async fn seal_step(&self, chain: &str, through: i64) -> Result<i64, Error> {
        let mut tx = self.store.write_about(About::Chain(chain)).await?;
        let Some(mut head) = self.head_to_go_on_from(&mut tx, chain).await? else {
            tracing::error!("the head of the activity does not fit: nothing is sealed any more");
            return Ok(0);
        };
        let seen = head.last_seq;
        let unsealed = tx.unsealed(chain, 0, PER_STEP).await?;
        for entry in unsealed.iter().take_while(|entry| entry.n <= through) {
            let seq = head.last_seq + 1;
            let seal = self.keys.seal_of(chain, entry, seq, &head.last_seal);
            if !tx.seal_entry(entry.n, seq, &seal).await? {
                // Sealed by another: nothing of this step stands.
                return Ok(0);
            }
            head.last_seq = seq;
            head.last_seal = seal.to_vec();
        }
        head.mac = self.keys.mac_of_head(chain, &head).to_vec();
        if !tx.put_head(chain, seen, &head).await? {
            return Ok(0);
        }
        tx.commit().await?;
        Ok(head.last_seq - seen)
    }

    async fn head_to_go_on_from(&self, tx: &mut Tx, chain: &str) -> Result<Option<Head>, Error> {
        if let Some(head) = tx.head(chain).await? {
            let ends = tx.sealed(chain, head.last_seq, 1).await?.is_empty();
            let fits = head.mac == self.keys.mac_of_head(chain, &head);
            return Ok((ends && fits).then_some(head));
        }
        let begun =
            !tx.sealed(chain, 0, 1).await?.is_empty() || !tx.segments(chain).await?.is_empty();
        if begun {
            return Ok(None);
        }
        Ok(Some(Head {
            old_through: tx.newest_unstamped(chain).await?,
            last_seq: 0,
            last_seal: NOTHING.to_vec(),
            mac: Vec::new(),
        }))
    }

    /// Removes sealed entries that have been kept for [`ACTIVITY_YEARS`], step by step.
    ///
    /// # Errors
    ///
    /// An [`Error`] if the database cannot be written; what was removed before stays removed.
    pub async fn remove_kept_long_enough(&self) -> Result<(), Error> {
        let now = self.clock.now();
        let chains = {
            let mut tx = self.store.read().await?;
            let (days, of) = USED_DAYS;
            if tx.days_with_entries(back(now, of.days())?, now).await? < days {
                return Ok(());
            }
            tx.chains().await?
        };
        let before = back(now, ACTIVITY_YEARS.years())?;
        for chain in chains {
            while self.remove_step(&chain, before, now).await? {}
        }
        Ok(())
    }

    async fn remove_step(
        &self,
        chain: &str,
        before: Timestamp,
        now: Timestamp,
    ) -> Result<bool, Error> {
        // Nobody is held up to find that nothing is to go, as on nearly every look.
        let mut tx = self.store.read().await?;
        if removable(&mut tx, chain, before).await?.is_none() {
            return Ok(false);
        }
        drop(tx);
        let mut tx = self.store.write().await?;
        let Some((removed, last_seq, last_seal)) = removable(&mut tx, chain, before).await? else {
            return Ok(false);
        };
        // What does not fit stays, for whoever looks for the reason.
        if self
            .first_misfit(&mut tx, chain, Some(last_seq))
            .await?
            .is_some()
        {
            tracing::error!("old activity does not fit its seals: it is kept");
            return Ok(false);
        }
        let mut segment = Segment {
            first_seq: removed + 1,
            last_seq,
            last_seal,
            closed_at: now.as_millisecond(),
            mac: Vec::new(),
        };
        segment.mac = self.keys.mac_of_segment(chain, &segment).to_vec();
        tx.close_segment(chain, &segment).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// After which entry the next step begins, and with which it ends, by its number and seal; none if
/// nothing was kept for long enough.
async fn removable(
    tx: &mut Tx,
    chain: &str,
    before: Timestamp,
) -> Result<Option<(i64, i64, Vec<u8>)>, Error> {
    let removed = removed_through(tx, chain).await?;
    let through = tx
        .removable_through(chain, removed, before, REMOVED_PER_STEP)
        .await?;
    Ok(through.map(|(seq, seal)| (removed, seq, seal)))
}

/// The number of the last entry that was removed, or 0.
pub(super) async fn removed_through(tx: &mut Tx, chain: &str) -> Result<i64, Error> {
    let segments = tx.segments(chain).await?;
    Ok(segments.last().map_or(0, |last| last.last_seq))
}

fn back(now: Timestamp, by: Span) -> Result<Timestamp, Error> {
    let then = now.to_zoned_datetime(TimeZone::UTC).checked_sub(by);
    then.map(|then| then.timestamp())
        .map_err(|error| internal(&error))
}
