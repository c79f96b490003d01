//! Checking the seals: whether anything was changed, removed or put in by another hand.

use super::super::{FullAccess, Handle, Service};
use super::sealing::removed_through;
use super::seals::NOTHING;
use crate::api::{ActivityVerified, Error, Misfit, MisfitKind, VerifyActivity};
use crate::domain::{PracticeId, Timestamp};
use crate::store::{EntryAsKept, Head, Tx};

/// Entries that are read at once.
const READ_AT_ONCE: i64 = 1_000;

impl Handle<VerifyActivity> for Service {
    type Caller = FullAccess;

    async fn handle(
        &self,
        FullAccess(actor): FullAccess,
        _: VerifyActivity,
        _: Timestamp,
    ) -> Result<ActivityVerified, Error> {
        self.verify_activity(&actor.practice.id).await
    }
}

impl Service {
    /// Seals what is due, and checks every seal of the entries of the practice that was made
    /// first: the one of an embedded backend.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] before the first run; an [`Error`] if the database cannot be read.
    pub async fn verify_first_practice(&self) -> Result<ActivityVerified, Error> {
        let first = self.store.read().await?.first_practice().await?;
        let practice = first.ok_or(Error::NotFound)?.practice;
        self.verify_activity(&practice.id).await
    }

    async fn verify_activity(&self, practice: &PracticeId) -> Result<ActivityVerified, Error> {
        self.seal_due().await?;
        let mut tx = self.store.read().await?;
        let chain = practice.as_str();
        let removed = removed_through(&mut tx, chain).await?;
        let last = tx.head(chain).await?.map_or(0, |head| head.last_seq);
        Ok(ActivityVerified {
            entries: u64::try_from(last - removed).unwrap_or_default(),
            removed: u64::try_from(removed).unwrap_or_default(),
            misfit: self.first_misfit(&mut tx, chain, None).await?,
        })
    }

    /// The first entry of a chain that does not fit, looked for up to a number or to the end.
    pub(super) async fn first_misfit(
        &self,
        tx: &mut Tx,
        chain: &str,
        through: Option<i64>,
    ) -> Result<Option<Misfit>, Error> {
        let (mut last, mut seal) = (0, NOTHING.to_vec());
        for segment in tx.segments(chain).await? {
            let right = self.keys.mac_of_segment(chain, &segment);
            if segment.first_seq != last + 1 || segment.mac != right {
                return Ok(Some(misfit(last + 1, None, MisfitKind::Segment)));
            }
            (last, seal) = (segment.last_seq, segment.last_seal);
        }
        let head = tx.head(chain).await?;
        let Some(head) = head.filter(|head| head.mac == self.keys.mac_of_head(chain, head)) else {
            return Ok(Some(misfit(last + 1, None, MisfitKind::Head)));
        };
        loop {
            let entries = tx.sealed(chain, last, READ_AT_ONCE).await?;
            if entries.is_empty() {
                break;
            }
            for entry in &entries {
                let seq = last + 1;
                if entry.seq != Some(seq) {
                    return Ok(Some(misfit(seq, None, MisfitKind::Missing)));
                }
                let right = self.keys.seal_of(chain, entry, seq, &seal);
                let sealed = entry.seal.as_deref() == Some(&right[..]);
                if !sealed || !self.is_stamped(chain, entry, &head) {
                    return Ok(Some(misfit(seq, Some(entry), MisfitKind::Changed)));
                }
                (last, seal) = (seq, right.to_vec());
            }
            if through.is_some_and(|through| last >= through) {
                return Ok(None);
            }
        }
        if (last, &seal) != (head.last_seq, &head.last_seal) {
            return Ok(Some(misfit(last + 1, None, MisfitKind::Missing)));
        }
        self.first_unsealed_misfit(tx, chain, &head).await
    }

    /// What was written since the last step: put in by another hand, it has no stamp of ours.
    async fn first_unsealed_misfit(
        &self,
        tx: &mut Tx,
        chain: &str,
        head: &Head,
    ) -> Result<Option<Misfit>, Error> {
        let (mut beyond, mut number) = (0, head.last_seq);
        loop {
            let entries = tx.unsealed(chain, beyond, READ_AT_ONCE).await?;
            let Some(last) = entries.last() else {
                return Ok(None);
            };
            beyond = last.n;
            for entry in &entries {
                number += 1;
                if !self.is_stamped(chain, entry, head) {
                    return Ok(Some(misfit(number, Some(entry), MisfitKind::Changed)));
                }
            }
        }
    }

    fn is_stamped(&self, chain: &str, entry: &EntryAsKept, head: &Head) -> bool {
        match &entry.stamp {
            Some(stamp) => stamp[..] == self.keys.stamp_of(chain, entry),
            None => entry.n <= head.old_through,
        }
    }
}

fn misfit(number: i64, entry: Option<&EntryAsKept>, how: MisfitKind) -> Misfit {
    Misfit {
        number: u64::try_from(number).unwrap_or_default(),
        at: entry.and_then(|entry| Timestamp::from_millisecond(entry.at).ok()),
        how,
    }
}
