//! Reading Activity: pages for the screen, parts for a file.

use super::super::acts::by;
use super::super::{FullAccess, Handle, Service, Staff};
use crate::api::{Activity, ActivityFilter, ActivityPage, Error, Fault, Field, SaveActivity};
use crate::domain::{EventKind, Timestamp, beginning_of, end_of};
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
        let mut tx = self.store.write_beside().await?;
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
        let beyond = |_| Field::When.cannot_be(Fault::OutOfBounds);
        let from = filter.from.map(|day| beginning_of(day, zone)).transpose();
        let from = from.map_err(beyond)?;
        let until = filter.to.map(|day| end_of(day, zone)).transpose();
        let until = until.map_err(beyond)?;
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

fn cursor(row: &EntryRow) -> String {
    format!("{}.{}", row.entry.at.as_millisecond(), row.n)
}

fn read_cursor(cursor: &str) -> Option<(Timestamp, i64)> {
    let (at, n) = cursor.split_once('.')?;
    let at = Timestamp::from_millisecond(at.parse().ok()?).ok()?;
    Some((at, n.parse().ok()?))
}
