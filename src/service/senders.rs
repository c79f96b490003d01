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
        if let Destination::Sms(mobile) = to {
            for practice in practices {
                let set = tx.delivery(&practice.id, Channel::Sms).await?;
                if set.is_some_and(|set| set.countries.take(mobile)) {
                    return Ok(Some(practice.clone()));
                }
            }
        }
        self.sender(tx, practices, to.channel()).await
    }
}
