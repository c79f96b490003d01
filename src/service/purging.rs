//! What has ended is removed some time later, in small steps in between which others write
//! (SECURITY.md, fault 36).

use super::Service;
use crate::api::Error;
use crate::domain::{Timestamp, minutes_after};
use crate::store::{Leftover, Walked};

/// What is removed, and after how many minutes.
///
/// The figures are ours. Of sign-ins, codes and messages nothing is asked after a day, the longest
/// time that limits look back; a month of them shows what a manager or a maintainer looks for. A
/// session lasts for a day at the most. A notice of a year ago that was read tells of nothing that
/// could still be mended. An answer is asked for again within minutes. Whoever guesses at a password
/// once a month gains nothing by its failures being forgotten: with them there would be a try every
/// quarter of an hour.
const LEFTOVERS: [(Leftover, i64); 8] = [
    (Leftover::Requests, 10),
    (Leftover::Waiting, 2 * DAY),
    (Leftover::Sessions, 30 * DAY),
    (Leftover::Messages, 30 * DAY),
    (Leftover::Codes, 30 * DAY),
    (Leftover::Invitations, 30 * DAY),
    (Leftover::Notices, 365 * DAY),
    (Leftover::Passwords, 30 * DAY),
];
/// Minutes.
const DAY: i64 = 24 * 60;
/// Rows that one transaction looks at: some milliseconds.
const PER_STEP: u32 = 500;

impl Service {
    /// Removes what has ended for long enough.
    ///
    /// # Errors
    ///
    /// An [`Error`] if the database cannot be written; what was removed stays removed.
    pub async fn purge(&self) -> Result<(), Error> {
        for (what, minutes) in LEFTOVERS {
            let before = minutes_after(self.clock.now(), -minutes);
            let mut walked = Walked::START;
            // Most of the time there is nothing, and nobody is held up for it.
            while let Some(next) = self.leftovers_after(what, &walked, before).await? {
                let mut tx = self.store.write_beside().await?;
                tx.remove_leftovers(what, &walked, &next).await?;
                tx.commit().await?;
                walked = next;
            }
        }
        Ok(())
    }

    async fn leftovers_after(
        &self,
        what: Leftover,
        walked: &Walked,
        before: Timestamp,
    ) -> Result<Option<Walked>, Error> {
        let mut tx = self.store.read().await?;
        Ok(tx.next_leftovers(what, walked, before, PER_STEP).await?)
    }
}
