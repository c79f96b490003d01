//! What a practice may send within a day: nobody spends it beside another, and that it is spent is
//! written down once a day, however often a message is held back by it.

use std::cell::RefCell;

use super::limits::MINUTES_PER_DAY;
use super::{Happened, Service};
use crate::api::Error;
use crate::domain::{Channel, EventKind, PracticeId, Timestamp, minutes_after};
use crate::store::{About, Fault, MessageKind, Tx};

tokio::task_local! {
    /// The budget that stood in the way of the call that runs here.
    static SPENT: RefCell<Option<(PracticeId, Channel)>>;
}

/// Keeps in mind that a budget stood in the way. The call's own transaction may be rolled back.
pub(super) fn spent(practice: &PracticeId, channel: Channel) {
    // Outside a call nothing is sent.
    let _ = SPENT.try_with(|kept| kept.replace(Some((practice.clone(), channel))));
}

/// Whatever else is sent to a place, or by a practice, counts too, and others may be sending now: they
/// wait until this transaction has ended, so that no limit is passed by several at once (attack 60).
pub(super) async fn hold(
    tx: &mut Tx,
    kind: MessageKind,
    destination: &str,
    practice: &PracticeId,
) -> Result<(), Fault> {
    tx.also_about(About::Destination(destination)).await?;
    // Each kind has a budget of its own: codes do not wait for letters that anybody may ask for.
    tx.also_about(About::Budget(practice, kind)).await
}

impl Service {
    /// Does a call, and writes down what budget stood in its way.
    pub(super) async fn telling_of_budgets<T>(
        &self,
        call: impl Future<Output = Result<T, Error>>,
        now: Timestamp,
    ) -> Result<T, Error> {
        let told = async {
            let answer = call.await;
            (answer, SPENT.with(RefCell::take))
        };
        let (answer, spent) = SPENT.scope(RefCell::default(), told).await;
        if let Some((practice, channel)) = spent {
            self.tell_of_budget(&practice, channel, now).await?;
        }
        answer
    }

    async fn tell_of_budget(
        &self,
        practice: &PracticeId,
        channel: Channel,
        now: Timestamp,
    ) -> Result<(), Error> {
        let kind = match channel {
            Channel::Sms => EventKind::SmsBudgetSpent,
            Channel::Email => EventKind::EmailBudgetSpent,
        };
        let since = minutes_after(now, -MINUTES_PER_DAY);
        // A screen that waits asks every second.
        let mut tx = self.store.read().await?;
        if tx.has_event(practice, kind, since).await? {
            return Ok(());
        }
        drop(tx);
        let mut tx = self.store.write().await?;
        if !tx.has_event(practice, kind, since).await? {
            let happened = Happened {
                practice: Some(practice),
                ..Happened::of(kind)
            };
            self.log(&mut tx, happened, now).await?;
        }
        Ok(tx.commit().await?)
    }
}
