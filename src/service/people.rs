//! Profile > Users: who is there, and one person's details.

use super::acts::{Done, reason};
use super::facts::earlier;
use super::{FullAccess, Handle, Service, Staff, SteppedUp};
use crate::api::{
    Ack, Counted, Counts, EndSessions, Error, People, PeoplePage, Person, PersonDetails, ViewPerson,
};
use crate::domain::{Counter, Role, Status, Timestamp, UserId, minutes_after};
use crate::store::{Filter, PersonRow};

impl Handle<People> for Service {
    type Caller = Staff;

    async fn handle(
        &self,
        caller: Staff,
        call: People,
        now: Timestamp,
    ) -> Result<PeoplePage, Error> {
        let full = caller.role == Role::FullAccess;
        let everyone = Filter {
            practice: &caller.practice.id,
            only: (!full).then_some(&caller.user.id),
            search: "",
            status: None,
            away: false,
        };
        let filter = Filter {
            search: &call.search,
            status: call.status,
            // Only full access sees who is away.
            away: call.away && full,
            ..everyone.clone()
        };
        let after = match &call.after {
            Some(cursor) => Some(read_cursor(cursor).ok_or(Error::Stale)?),
            None => None,
        };
        let after = after.as_ref().map(|(key, id)| (key.as_str(), id.as_str()));

        let mut tx = self.store.read().await?;
        let mut rows = tx.people(&filter, call.sort, after, now).await?;
        let counted = if call.count {
            let all = tx.count_people(&everyone, now).await?;
            let fitting = if call.search.trim().is_empty() && !filter.away {
                all
            } else {
                tx.count_people(&filter, now).await?
            };
            Some(Counted {
                statuses: full.then_some(all),
                matching: call
                    .status
                    .map_or(fitting.all(), |status| count(&fitting, status)),
            })
        } else {
            None
        };
        let next = (rows.len() > PeoplePage::SIZE).then(|| {
            rows.truncate(PeoplePage::SIZE);
            rows.last().map(|row| cursor(&row.key, &row.user))
        });
        Ok(PeoplePage {
            people: rows.into_iter().map(told).collect(),
            next: next.flatten(),
            counted,
        })
    }
}

impl Handle<ViewPerson> for Service {
    type Caller = FullAccess;

    async fn handle(
        &self,
        FullAccess(actor): FullAccess,
        call: ViewPerson,
        now: Timestamp,
    ) -> Result<PersonDetails, Error> {
        let mut tx = self.store.read().await?;
        let subject = actor.anybody(&mut tx, &call.user, now).await?;
        let row = tx
            .person(&actor.practice.id, &call.user, now)
            .await?
            .ok_or(Error::NotFound)?;
        // Older ones have ended by themselves.
        let limits = subject.facts.limits();
        let oldest = minutes_after(now, -60 * i64::from(limits.absolute.get()));
        let oneself = actor.user.id == call.user;
        let remembered = self
            .remembered_now(&mut tx, &call.user, &subject.facts, now)
            .await?;
        Ok(PersonDetails {
            remembered: remembered.len(),
            person: told(row),
            facts: self.tell(&subject.facts, actor.role, oneself, now)?,
            tries: self
                .try_state(&mut tx, call.user.as_str(), Counter::Codes, now)
                .await?,
            sessions: tx.count_sessions(&call.user, oldest, now).await?,
            last_enabled: subject.role == Role::FullAccess
                && subject.is_last_enabled(&mut tx, now).await?,
            last_full_access: subject.role == Role::FullAccess
                && !tx
                    .another_stays(&actor.practice.id, &call.user, now)
                    .await?,
        })
    }
}

impl Handle<EndSessions> for Service {
    type Caller = SteppedUp<FullAccess>;

    fn check(&self, call: &EndSessions) -> Result<(), Error> {
        reason(&call.reason).map(drop)
    }

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: EndSessions,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let why = reason(&call.reason)?;
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let subject = actor.another(&mut tx, &call.user, now).await?;
        tx.end_sessions_of(&subject.user.id, None, now).await?;
        // What waits for a code would be a session a moment later.
        tx.end_waiting_of(&subject.user.id, now).await?;
        self.done_to(
            &mut tx,
            &actor,
            &subject,
            Done::SessionsEnded,
            Some(&why),
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}

fn told(row: PersonRow) -> Person {
    let turned_on = match row.status {
        Status::Activated => earlier(row.required, row.ruled),
        Status::Enabled | Status::Pending | Status::NotSetup => None,
    };
    Person {
        user: row.user,
        name: row.name,
        email: row.email,
        role: row.role,
        status: row.status,
        since: turned_on.as_ref().map(|on| on.from),
        turned_on_by: turned_on.and_then(|on| on.by),
        method: row.method,
        last_sign_in: row.last_sign_in,
        invited: row.invited,
        stopped: Counter::Codes.is_stopped_at(row.failures),
        term: row.term,
    }
}

fn count(counts: &Counts, status: Status) -> u64 {
    match status {
        Status::Enabled => counts.enabled,
        Status::Pending => counts.pending,
        Status::Activated => counts.activated,
        Status::NotSetup => counts.not_setup,
    }
}

/// The key and the id of the last row seen. The id has a fixed alphabet, so the first separator
/// from the right is ours.
pub(super) fn cursor(key: &str, user: &UserId) -> String {
    format!("{key}\n{user}")
}

pub(super) fn read_cursor(cursor: &str) -> Option<(String, String)> {
    let (key, id) = cursor.rsplit_once('\n')?;
    id.parse::<UserId>().ok()?;
    Some((key.to_owned(), id.to_owned()))
}
