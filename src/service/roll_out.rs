//! How far two-factor has come in the practice, by day.

use jiff::{SignedDuration, ToSpan};

use super::{FullAccess, Handle, Service, internal};
use crate::api::{Counts, Error, Fault, Field, RollOut, RollOutDay};
use crate::domain::{Past, Status, Timestamp, end_of};

impl Handle<RollOut> for Service {
    type Caller = FullAccess;

    async fn handle(
        &self,
        FullAccess(actor): FullAccess,
        call: RollOut,
        now: Timestamp,
    ) -> Result<Vec<RollOutDay>, Error> {
        if !(1..=RollOut::MOST).contains(&call.days) {
            return Err(Field::When.cannot_be(Fault::OutOfBounds));
        }
        let zone = actor.practice.zone()?;
        let mut tx = self.store.read().await?;
        let pasts = tx.pasts(&actor.practice.id).await?;
        let today = zone.to_datetime(now).date();
        let first = pasts.iter().flat_map(|past| &past.member);
        let first = first.map(|span| zone.to_datetime(span.from).date()).min();
        let mut days = Vec::new();
        for back in (0..i64::from(call.days)).rev() {
            let date = today
                .checked_sub(back.days())
                .map_err(|error| internal(&error))?;
            // There was no practice before its first person.
            if first.is_some_and(|first| first <= date) {
                let end = end_of(date, &zone).map_err(|error| internal(&error))?;
                // The last moment of the day, not the first of the next.
                let at = end - SignedDuration::from_millis(1);
                let counts = counts(&pasts, at.min(now));
                days.push(RollOutDay { date, counts });
            }
        }
        Ok(days)
    }
}

fn counts(pasts: &[Past], at: Timestamp) -> Counts {
    let mut counts = Counts::default();
    for status in pasts.iter().filter_map(|past| past.status(at)) {
        match status {
            Status::Enabled => counts.enabled += 1,
            Status::Pending => counts.pending += 1,
            Status::Activated => counts.activated += 1,
            Status::NotSetup => counts.not_setup += 1,
        }
    }
    counts
}
