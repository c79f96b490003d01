//! Reading Activity: pages for the screen, parts for a file.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::super::acts::by;
use super::super::{FullAccess, Handle, Service, Staff};
use crate::api::{Activity, ActivityFilter, ActivityPage, Error, Fault, Field, SaveActivity};
use crate::domain::{EventKind, Timestamp};
use crate::store::{EntryFilter, EntryRow};

impl Handle<Activity> for Service {
    type Caller = FullAccess;

    async fn handle(
        &self,
        FullAccess(actor): FullAccess,
        call: Activity,
        _: Timestamp,
    ) -> Result<ActivityPage, Error> {
        self.entries(
            &actor,
            &call.filter,
            call.after.as_deref(),
            ActivityPage::SIZE,
        )
        .await
    }
}

impl Handle<SaveActivity> for Service {
    type Caller = FullAccess;

    async fn handle(
        &self,
        actor: FullAccess,
        call: SaveActivity,
        now: Timestamp,
    ) -> Result<ActivityPage, Error> {
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        // Nothing is changed and nothing secret is shown, so that no step-up is asked for; that
        // it has left the program is written down, with the first part of it.
        if call.after.is_none() {
            self.log(&mut tx, by(&actor, EventKind::ActivitySaved), now)
                .await?;
        }
        tx.commit().await?;
        self.entries(
            &actor,
            &call.filter,
            call.after.as_deref(),
            ActivityPage::SAVED,
        )
        .await
    }
}

impl Service {
    async fn entries(
        &self,
        actor: &Staff,
        filter: &ActivityFilter,
        after: Option<&str>,
        most: usize,
    ) -> Result<ActivityPage, Error> {
        let before = match after {
            Some(cursor) => Some(read_cursor(cursor).ok_or(Error::Stale)?),
            None => None,
        };
        let zone = &actor.practice.zone()?;
        let from = filter.from.map(|day| beginning(day, zone)).transpose()?;
        let until = filter.to.map(|day| end(day, zone)).transpose()?;
        let filter = EntryFilter {
            practice: &actor.practice.id,
            search: &filter.search,
            group: filter.group,
            from: from.unwrap_or(Timestamp::UNIX_EPOCH),
            until: until.unwrap_or(Timestamp::MAX),
        };
        let mut tx = self.store.read().await?;
        let mut rows = tx.entries(&filter, before, most + 1).await?;
        let next = (rows.len() > most).then(|| {
            rows.truncate(most);
            rows.last().map(cursor)
        });
        Ok(ActivityPage {
            entries: rows.into_iter().map(|row| row.entry).collect(),
            next: next.flatten(),
        })
    }
}

/// The first moment of a day, where the practice is.
pub(in crate::service) fn beginning(day: Date, zone: &TimeZone) -> Result<Timestamp, Error> {
    let begins = day.to_zoned_datetime(zone.clone());
    let begins = begins.map_err(|_| Field::When.cannot_be(Fault::OutOfBounds))?;
    Ok(begins.timestamp())
}

/// The first moment of the next day.
pub(in crate::service) fn end(day: Date, zone: &TimeZone) -> Result<Timestamp, Error> {
    let next = day.tomorrow();
    let next = next.map_err(|_| Field::When.cannot_be(Fault::OutOfBounds))?;
    beginning(next, zone)
}

fn cursor(row: &EntryRow) -> String {
    format!("{}.{}", row.entry.at.as_millisecond(), row.n)
}

fn read_cursor(cursor: &str) -> Option<(Timestamp, i64)> {
    let (at, n) = cursor.split_once('.')?;
    let at = Timestamp::from_millisecond(at.parse().ok()?).ok()?;
    Some((at, n.parse().ok()?))
}
