//! How many messages may go out unused, and when a place opens for one more.

use super::budgets;
use crate::api::Error;
use crate::domain::{
    Budget, Channel, PracticeId, Timestamp, UNUSED_PER_DAY, UNUSED_PER_HOUR,
    UNUSED_PER_HOUR_AND_ACCOUNT, UserId, minutes_after,
};
use crate::store::{Limit, Limits, MessageKind, Tx};

pub(super) const MINUTES_PER_HOUR: i64 = 60;
pub(super) const MINUTES_PER_DAY: i64 = 24 * MINUTES_PER_HOUR;

/// How many messages may go out unused: the figures and their sources stand in `domain::sending`.
pub(super) fn limits(channel: Channel, now: Timestamp) -> Limits {
    let hour = minutes_after(now, -MINUTES_PER_HOUR);
    Limits {
        hour: Limit {
            most: UNUSED_PER_HOUR,
            since: hour,
        },
        day: Limit {
            most: UNUSED_PER_DAY,
            since: minutes_after(now, -MINUTES_PER_DAY),
        },
        account: Limit {
            most: UNUSED_PER_HOUR_AND_ACCOUNT,
            since: hour,
        },
        budget: Budget::of(channel),
    }
}

/// What the limits on a message are counted by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room<'a> {
    pub(super) kind: MessageKind,
    pub(super) user: &'a UserId,
    /// The keyed hash of where it goes.
    pub(super) destination: &'a str,
    /// Whose budget it counts for, if anybody sends it.
    pub(super) sender: Option<&'a PracticeId>,
    pub(super) channel: Channel,
}

impl Room<'_> {
    /// When a place opens for one more, where a limit stands in the way.
    pub(super) async fn opens(
        self,
        tx: &mut Tx,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Error> {
        let Self { kind, channel, .. } = self;
        let limits = limits(channel, now);
        let hour = tx.oldest_to(self.destination, kind, limits.hour).await?;
        let day = tx.oldest_to(self.destination, kind, limits.day).await?;
        let account = tx.oldest_code_of(self.user, limits.account).await?;
        let budget = match self.sender {
            Some(sender) => {
                let since = limits.day.since;
                tx.oldest_of_budget(sender, kind, channel, limits.budget, since, now)
                    .await?
            }
            None => None,
        };
        if let (Some(sender), Some(_), MessageKind::Code) = (self.sender, budget, kind) {
            budgets::spent(sender, channel);
        }
        let opens = [
            (hour, MINUTES_PER_HOUR),
            (day, MINUTES_PER_DAY),
            (account, MINUTES_PER_HOUR),
            (budget, MINUTES_PER_DAY),
        ];
        let opens = opens.into_iter();
        Ok(opens
            .filter_map(|(oldest, minutes)| Some(minutes_after(oldest?, minutes)))
            .max())
    }
}
