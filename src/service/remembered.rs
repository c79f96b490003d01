//! Remembered computers: what skips the second step of a sign-in, what begins it and ends it.
//!
//! A token is good once. Shown after a right password it either skips the second step and is
//! replaced, or is good no more; one that was used before and comes again was copied, and ends
//! the remembering and the sessions that came of it.

use super::acts::on_oneself;
use super::facts::Facts;
use super::keys::{new_token, token_hash};
use super::notices::Told;
use super::sign_in::By;
use super::{Handle, Happened, Service, Staff};
use crate::api::{Ack, Admitted, EndRemembered, Error, MyRemembered, Outcome, Secret, TryState};
use crate::domain::{
    Counter, Due, EventKind, Factor, MethodKind, NoticeKind, REMEMBERED_PER_PERSON, RememberDays,
    Timestamp, UserId, after_factors,
};
use crate::store::{About, NewRemembered, RememberedRow, Turn, Tx, UserRow};

impl Facts {
    /// For how many days a computer of this person may be remembered: not with full access
    /// anywhere, not where one practice has it off, not while a set-up is due.
    pub(super) fn remembers(&self, now: Timestamp) -> Option<RememberDays> {
        let full = |place: &crate::store::MembershipRow| place.role.has_full_access();
        if self.memberships.iter().any(full) || self.due(now) == Due::Now {
            return None;
        }
        self.computers().remember
    }
}

impl Service {
    /// Lets a person in without the second step, where the token that was shown is good; none if a
    /// code is due. The password was right, and its try counted as any other.
    pub(super) async fn by_remembered(
        &self,
        tx: &mut Tx,
        user: &UserRow,
        facts: &Facts,
        shown: &Secret,
        computer: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<Outcome>, Error> {
        let shown = token_hash(shown.expose());
        let token = new_token(&*self.random);
        let turned = match self.may_skip(tx, user, facts, now).await? {
            Some(days) => {
                let next = token_hash(token.expose());
                let turn = Turn {
                    user: &user.id,
                    shown: &shown,
                    next: &next,
                    days,
                    now,
                };
                tx.turn_remembered(turn).await?
            }
            None => None,
        };
        let Some(remembered) = turned else {
            self.not_good(tx, user, facts, &shown, computer, now)
                .await?;
            return Ok(None);
        };
        // A narrowing of just the method that the code was of.
        if facts.usable_method(remembered.method, now).is_none() {
            tx.end_remembered(&user.id, &remembered.id, now).await?;
            return Ok(None);
        }
        let by = By {
            factor: Some(Factor::RememberedComputer),
            computer,
        };
        let next = after_factors(facts.due(now));
        let mut outcome = self.goes_on(tx, user, facts, next, by, now).await?;
        if let Outcome::In(admitted) = &mut outcome {
            let session = token_hash(admitted.token.expose());
            tx.remember_session(&session, &remembered.id).await?;
            admitted.remembered = Some(token);
        }
        Ok(Some(outcome))
    }

    /// For how many days a second step is skipped now, if it is at all. What waits is no hindrance:
    /// nothing is guessed at here.
    async fn may_skip(
        &self,
        tx: &mut Tx,
        user: &UserRow,
        facts: &Facts,
        now: Timestamp,
    ) -> Result<Option<RememberDays>, Error> {
        let Some(days) = facts.remembers(now).filter(|_| !user.email_barred) else {
            return Ok(None);
        };
        let codes = self
            .try_state(tx, user.id.as_str(), Counter::Codes, now)
            .await?;
        Ok((codes != TryState::Stopped).then_some(days))
    }

    /// What a token leaves behind that skipped nothing.
    async fn not_good(
        &self,
        tx: &mut Tx,
        user: &UserRow,
        facts: &Facts,
        shown: &str,
        computer: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Error> {
        if !tx.end_replayed(&user.id, shown, now).await? {
            return Ok(tx.end_shown(&user.id, shown, now).await?);
        }
        let place = facts.memberships.first();
        let happened = Happened {
            practice: place.map(|place| &place.practice.id),
            factor: Some(Factor::RememberedComputer),
            computer,
            ..Happened::on(&user.id, EventKind::RememberedReplayed)
        };
        self.log(tx, happened, now).await?;
        self.notify(tx, &user.id, Told::of(NoticeKind::RememberedReplayed), now)
            .await
    }

    /// Remembers the computer of a sign-in that a right code has completed, where it may be.
    pub(super) async fn remember(
        &self,
        tx: &mut Tx,
        facts: &Facts,
        admitted: &mut Admitted,
        method: MethodKind,
        computer: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let Some(days) = facts.remembers(now) else {
            return Ok(());
        };
        let token = new_token(&*self.random);
        let id = self.new_row_id(now);
        let user = &admitted.me.user;
        let new = NewRemembered {
            id: &id,
            user,
            token_hash: &token_hash(token.expose()),
            method,
            made: now,
            ends: days.end(now),
        };
        tx.add_remembered(new, REMEMBERED_PER_PERSON).await?;
        let session = token_hash(admitted.token.expose());
        tx.remember_session(&session, &id).await?;
        let happened = Happened {
            practice: Some(&admitted.me.practice),
            actor: Some(user),
            computer,
            ..Happened::on(user, EventKind::ComputerRemembered)
        };
        self.log(tx, happened.with(method), now).await?;
        admitted.remembered = Some(token);
        Ok(())
    }

    /// A person's remembered computers that would skip a second step now, each with the end that
    /// holds now.
    pub(super) async fn remembered_now(
        &self,
        tx: &mut Tx,
        user: &UserId,
        facts: &Facts,
        now: Timestamp,
    ) -> Result<Vec<RememberedRow>, Error> {
        let Some(days) = facts.remembers(now) else {
            return Ok(Vec::new());
        };
        let mut rows = tx.remembered_of(user, now).await?;
        for row in &mut rows {
            row.ends = row.ends.min(days.end(row.made));
        }
        rows.retain(|row| row.ends > now && facts.usable_method(row.method, now).is_some());
        Ok(rows)
    }

    /// One's own.
    pub(super) async fn my_remembered(
        &self,
        tx: &mut Tx,
        me: &Staff,
        now: Timestamp,
    ) -> Result<Vec<MyRemembered>, Error> {
        let this = tx.remembered_by(&me.session.id).await?;
        let rows = self.remembered_now(tx, &me.user.id, &me.facts, now);
        let rows = rows.await?.into_iter();
        Ok(rows
            .map(|row| MyRemembered {
                this: this.as_ref() == Some(&row.id),
                made: row.made,
                used: row.used,
                ends: row.ends,
                id: row.id,
            })
            .collect())
    }
}

impl Handle<EndRemembered> for Service {
    type Caller = Staff;

    async fn handle(&self, me: Staff, call: EndRemembered, now: Timestamp) -> Result<Ack, Error> {
        let mut tx = self
            .store
            .write_about(About::Person(me.user.id.as_str()))
            .await?;
        // Another's is as unknown as none (SECURITY.md, attack 57).
        if !tx.end_remembered(&me.user.id, &call.id, now).await? {
            return Err(Error::NotFound);
        }
        self.log(&mut tx, on_oneself(&me, EventKind::RememberedEnded), now)
            .await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}
