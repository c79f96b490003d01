//! Which practice sends, of those that a person belongs to.

use super::Service;
use crate::api::Error;
use crate::domain::{Channel, Destination};
use crate::store::{PracticeRow, Tx};

impl Service {
    /// The first practice that has said how to send on this way.
    pub(super) async fn sender(
        &self,
        tx: &mut Tx,
        practices: &[PracticeRow],
        channel: Channel,
    ) -> Result<Option<PracticeRow>, Error> {
        for practice in practices {
            if tx.delivery(&practice.id, channel).await?.is_some() {
                return Ok(Some(practice.clone()));
            }
        }
        Ok(None)
    }

    /// The practice that sends there: the first that has the channel and takes the country of the
    /// number. Where none does any more, the first that has the channel: what was proven opens the
    /// door, at whose cost it may be.
    pub(super) async fn sender_to(
        &self,
        tx: &mut Tx,
        practices: &[PracticeRow],
        to: &Destination,
    ) -> Result<Option<PracticeRow>, Error> {
        let Destination::Sms(mobile) = to else {
            return self.sender(tx, practices, to.channel()).await;
        };
        let mut first = None;
        for practice in practices {
            if let Some(set) = tx.delivery(&practice.id, Channel::Sms).await? {
                if set.countries.take(mobile) {
                    return Ok(Some(practice.clone()));
                }
                first.get_or_insert(practice);
            }
        }
        Ok(first.cloned())
    }
}
