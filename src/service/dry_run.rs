//! Who would be stopped by what is planned, before it is saved.

use super::people::{cursor, read_cursor};
use super::sending::line_of;
use super::{FullAccess, Handle, Service};
use crate::api::{Away, DryRun, Error, Fault, Field, Line, Stopped, WouldStop};
use crate::domain::Timestamp;
use crate::store::{AwayRow, Plan, SendingState, StoppedRow};

impl Handle<DryRun> for Service {
    type Caller = FullAccess;

    async fn handle(
        &self,
        FullAccess(actor): FullAccess,
        call: DryRun,
        now: Timestamp,
    ) -> Result<WouldStop, Error> {
        if !call.of.is_for_a_few() {
            return Err(Field::People.cannot_be(Fault::OutOfBounds));
        }
        let after = match &call.after {
            Some(cursor) => Some(read_cursor(cursor).ok_or(Error::Stale)?),
            None => None,
        };
        let after = after.as_ref().map(|(key, id)| (key.as_str(), id.as_str()));
        let plan = Plan {
            practice: &actor.practice.id,
            planned: &call.of,
            now,
        };
        let mut tx = self.store.read().await?;
        let mut rows = tx.would_stop(&plan, after).await?;
        let counts = tx.count_stopped(&plan).await?;
        let (away, all_away) = tx.stopped_away(&plan, WouldStop::AWAY).await?;
        let next = (rows.len() > WouldStop::SIZE).then(|| {
            rows.truncate(WouldStop::SIZE);
            rows.last().map(|row| cursor(&row.key, &row.user))
        });
        Ok(WouldStop {
            people: rows.into_iter().map(told).collect(),
            stopped: counts.stopped,
            of: counts.of,
            unreached: counts.unreached,
            must_act: counts.must_act,
            away: away.into_iter().map(not_here).collect(),
            all_away,
            next: next.flatten(),
        })
    }
}

fn not_here(row: AwayRow) -> Away {
    Away {
        user: row.user,
        name: row.name,
        term: row.term,
    }
}

fn told(row: StoppedRow) -> Stopped {
    Stopped {
        user: row.user,
        name: row.name,
        email: row.email,
        role: row.role,
        status: row.status,
        invited: row.invited,
        last_sign_in: row.last_sign_in,
        message: row.message.map(|(state, at)| (line(state, at), at)),
    }
}

/// How far a message has come, for whom it does not matter when it is tried next.
fn line(state: SendingState, at: Timestamp) -> Line {
    match state {
        SendingState::Again(_) => Line::Queued,
        state => line_of(state, at, at),
    }
}
