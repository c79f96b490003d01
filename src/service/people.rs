//! Profile > Users: who is there, and one person's details.

use super::facts::Facts;
use super::{FullAccess, Handle, Happened, Service, Staff, SteppedUp};
use crate::api::{
    Ack, EndSessions, Error, Fault, Field, People, PeoplePage, Person, PersonDetails, ViewPerson,
};
use crate::domain::{AbsoluteHours, Counter, NotAllowed, Role, Status, Timestamp, UserId};
use crate::store::{Filter, NoticeKind, PersonRow, Tx, UserRow};

/// The longest reason that is kept, in characters.
const LONGEST_REASON: usize = 200;

/// A person of the actor's practice, to whom something is done.
pub(super) struct Subject {
    pub(super) user: UserRow,
    pub(super) role: Role,
    pub(super) facts: Facts,
}

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
        };
        let filter = Filter {
            search: &call.search,
            status: call.status,
            ..everyone.clone()
        };
        let after = match &call.after {
            Some(cursor) => Some(read_cursor(cursor).ok_or(Error::Stale)?),
            None => None,
        };
        let after = after.as_ref().map(|(key, id)| (key.as_str(), id.as_str()));

        let mut tx = self.store.read().await?;
        let mut rows = tx.people(&filter, call.sort, after, now).await?;
        let counts = tx.count_people(&everyone, now).await?;
        let fitting = if call.search.trim().is_empty() {
            counts
        } else {
            tx.count_people(&filter, now).await?
        };
        let next = (rows.len() > PeoplePage::SIZE).then(|| {
            rows.truncate(PeoplePage::SIZE);
            rows.last().map(cursor)
        });
        let mut people = Vec::with_capacity(rows.len());
        for row in rows {
            people.push(told(&mut tx, row).await?);
        }
        Ok(PeoplePage {
            people,
            next: next.flatten(),
            counts: full.then_some(counts),
            matching: match call.status {
                None => fitting.all(),
                Some(Status::Enabled) => fitting.enabled,
                Some(Status::Pending) => fitting.pending,
                Some(Status::Activated) => fitting.activated,
                Some(Status::NotSetup) => fitting.not_setup,
            },
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
        let subject = self.member(&mut tx, &actor, &call.user, now).await?;
        let row = tx
            .person(&actor.practice.id, &call.user, now)
            .await?
            .ok_or(Error::NotFound)?;
        let longest = jiff::SignedDuration::from_hours(AbsoluteHours::default().get().into());
        let oldest = now.checked_sub(longest).unwrap_or(Timestamp::MIN);
        let oneself = actor.user.id == call.user;
        Ok(PersonDetails {
            person: told(&mut tx, row).await?,
            facts: subject.facts.tell(actor.role, oneself, now),
            tries: self
                .try_state(&mut tx, call.user.as_str(), Counter::Codes, now)
                .await?,
            sessions: tx.count_sessions(&call.user, oldest).await?,
            last_enabled: self.is_last_enabled(&mut tx, &actor, &subject).await?,
        })
    }
}

impl Handle<EndSessions> for Service {
    type Caller = SteppedUp<FullAccess>;

    async fn handle(
        &self,
        SteppedUp(FullAccess(actor)): Self::Caller,
        call: EndSessions,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let reason = reason(&call.reason)?;
        let mut tx = self.store.write().await?;
        let subject = self.other(&mut tx, &actor, &call.user, now).await?;
        tx.end_sessions_of(&subject.user.id, None, now).await?;
        tx.end_waiting_of(&subject.user.id, now).await?;
        self.done_to(
            &mut tx,
            &actor,
            &subject,
            ("sessions_ended", NoticeKind::SessionsEnded),
            Some(reason),
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Service {
    /// Somebody of the actor's practice; another practice's person is as unknown as nobody.
    pub(super) async fn member(
        &self,
        tx: &mut Tx,
        actor: &Staff,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Subject, Error> {
        let user = tx.user(user).await?.ok_or(Error::NotFound)?;
        let facts = Facts::read(tx, &user.id, now).await?;
        let role = facts
            .memberships
            .iter()
            .find(|place| place.practice == actor.practice.id)
            .map(|place| place.role)
            .ok_or(Error::NotFound)?;
        Ok(Subject { user, role, facts })
    }

    /// Somebody else of the actor's practice, whose factors the actor may act on: that needs a
    /// step-up with a code, so the actor has to be Enabled.
    pub(super) async fn other(
        &self,
        tx: &mut Tx,
        actor: &Staff,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Subject, Error> {
        let subject = self.member(tx, actor, user, now).await?;
        if subject.user.id == actor.user.id {
            return Err(NotAllowed::OnOneself.into());
        }
        if !actor.facts.is_enabled() {
            return Err(NotAllowed::ActorNotEnabled.into());
        }
        Ok(subject)
    }

    /// Whether the practice would be left without an Enabled person with full access.
    pub(super) async fn is_last_enabled(
        &self,
        tx: &mut Tx,
        actor: &Staff,
        subject: &Subject,
    ) -> Result<bool, Error> {
        if subject.role != Role::FullAccess || !subject.facts.is_enabled() {
            return Ok(false);
        }
        let others = tx
            .other_enabled_full_access(&actor.practice.id, &subject.user.id)
            .await?;
        Ok(others == 0)
    }

    /// The audit row and the notice of an act on somebody else.
    pub(super) async fn done_to(
        &self,
        tx: &mut Tx,
        actor: &Staff,
        subject: &Subject,
        (kind, notice): (&'static str, NoticeKind),
        reason: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let happened = Happened {
            kind,
            practice: Some(&actor.practice.id),
            actor: Some(&actor.user.id),
            subject: Some(&subject.user.id),
            reason,
        };
        self.log(tx, happened, now).await?;
        self.notify(tx, &subject.user.id, notice, Some(&actor.user.name), now)
            .await
    }
}

/// A reason that says something.
pub(super) fn reason(typed: &str) -> Result<&str, Error> {
    let reason = typed.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(Field::Reason.cannot_be(Fault::Missing));
    }
    Ok(reason)
}

async fn told(tx: &mut Tx, row: PersonRow) -> Result<Person, Error> {
    let turned_on = match row.status {
        Status::Activated => tx.requirements(&row.user).await?.into_iter().next(),
        _ => None,
    };
    Ok(Person {
        user: row.user,
        name: row.name,
        email: row.email,
        role: row.role,
        status: row.status,
        since: turned_on.as_ref().map(|row| row.from),
        turned_on_by: turned_on.map(|row| row.by),
        method: row.method,
        last_sign_in: row.last_sign_in,
        invited: row.invited,
    })
}

/// The key and the id of the last row seen. The id has a fixed alphabet, so the first separator
/// from the right is ours.
fn cursor(row: &PersonRow) -> String {
    format!("{}\n{}", row.key, row.user)
}

fn read_cursor(cursor: &str) -> Option<(String, String)> {
    let (key, id) = cursor.rsplit_once('\n')?;
    id.parse::<UserId>().ok()?;
    Some((key.to_owned(), id.to_owned()))
}
