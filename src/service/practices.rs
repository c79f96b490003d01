//! Practices: what every new one begins with, and one more on a backend that has some.

use super::{Handle, Happened, Operator, Service};
use crate::api::{AddPractice, Error, Fault, Field, Invitation, PracticeAdded};
use crate::domain::{
    EmailAddress, EventKind, InvitationKind, MembershipId, Newcomer, PersonName, PracticeId,
    PracticeName, Role, Rule, Term, Timestamp, UserId,
};
use crate::store::{NewPlace, NewRule, PracticeRow, SealedPractice, Tx};

impl Handle<AddPractice> for Service {
    type Caller = Operator;

    async fn handle(
        &self,
        _: Operator,
        call: AddPractice,
        now: Timestamp,
    ) -> Result<PracticeAdded, Error> {
        let practice = self.named(&call.practice, call.time_zone, now)?;
        let first = Newcomer {
            name: PersonName::parse(&call.name).map_err(|fault| Field::Name.cannot_be(fault))?,
            email: EmailAddress::parse(&call.email)
                .map_err(|fault| Field::Email.cannot_be(fault))?,
            role: Role::FullAccess,
        };
        // Its people hold no key to what belongs to other practices too: whoever runs the backend
        // keeps that.
        let mut tx = self.store.write().await?;
        let same = |other: &PracticeRow| other.name.to_lowercase() == practice.name.to_lowercase();
        if tx.practices().await?.iter().any(same) {
            return Err(Field::PracticeName.cannot_be(Fault::Taken));
        }
        let sealed = SealedPractice {
            practice: practice.clone(),
            wrapped_keys: Vec::new(),
            key_id: tx.sealing_key().await?.unwrap_or_else(|| self.keys.id()),
        };
        self.make_practice(&mut tx, &sealed, false, now).await?;
        let founded = Happened {
            practice: Some(&practice.id),
            ..Happened::of(EventKind::PracticeFounded)
        };
        self.log(&mut tx, founded, now).await?;
        let account = tx.user_by_email(&first.email).await?;
        let has_account = account.is_some();
        let invitation = match account {
            Some(user) => {
                self.offer(&mut tx, &user, &practice.id, first.role, None, now)
                    .await?
            }
            None => {
                let user = self.new_account(&mut tx, first, now).await?;
                self.first_place(&mut tx, &practice.id, &user.id, now)
                    .await?;
                self.invite(&mut tx, &user.id, InvitationKind::Invitation, &user.id, now)
                    .await?
            }
        };
        tx.commit().await?;
        Ok(PracticeAdded {
            practice: practice.id,
            invitation,
            has_account,
        })
    }
}

/// Why nobody was invited anew. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InviteFault {
    /// Nobody with this address waits for an invitation.
    #[error("nobody who has full access and no password yet has this address")]
    NotWaiting,
    /// Anything else.
    #[error("{0}")]
    Call(#[from] Error),
}

impl Service {
    /// Whether there is a practice at all.
    ///
    /// # Errors
    ///
    /// Why the database does not answer.
    pub async fn has_practice(&self) -> Result<bool, Error> {
        let mut tx = self.store.read().await?;
        Ok(tx.first_practice().await?.is_some())
    }

    /// For whoever runs a server: another invitation for somebody with full access whose first was
    /// lost, or has lapsed, before a password was chosen. The one before is void.
    ///
    /// # Errors
    ///
    /// An [`InviteFault`].
    pub async fn invite_again(&self, email: &EmailAddress) -> Result<Invitation, InviteFault> {
        let now = self.clock.now();
        let mut tx = self.store.write().await.map_err(Error::from)?;
        let user = tx.user_by_email(email).await.map_err(Error::from)?;
        let user = user.filter(|user| user.password_hash.is_none());
        let user = user.ok_or(InviteFault::NotWaiting)?;
        let places = tx.memberships(&user.id, now).await.map_err(Error::from)?;
        let place = places.iter().find(|place| place.role.has_full_access());
        let place = place.ok_or(InviteFault::NotWaiting)?;
        let kind = InvitationKind::Invitation;
        let invitation = self.invite(&mut tx, &user.id, kind, &user.id, now).await?;
        let happened = Happened {
            practice: Some(&place.practice.id),
            ..Happened::on(&user.id, EventKind::InvitedAgain)
        };
        self.log(&mut tx, happened, now).await?;
        tx.commit().await.map_err(Error::from)?;
        Ok(invitation)
    }

    /// A practice of this name and time zone, not kept yet.
    pub(super) fn named(
        &self,
        name: &str,
        time_zone: String,
        now: Timestamp,
    ) -> Result<PracticeRow, Error> {
        let name =
            PracticeName::parse(name).map_err(|fault| Field::PracticeName.cannot_be(fault))?;
        if jiff::tz::TimeZone::get(&time_zone).is_err() {
            return Err(Field::When.cannot_be(Fault::NotUnderstood));
        }
        Ok(PracticeRow {
            id: PracticeId::new(now, &*self.random),
            name: name.as_str().to_owned(),
            time_zone,
        })
    }

    /// Makes a practice with the rule that it begins with; false if it was to be the first and is
    /// not.
    pub(super) async fn make_practice(
        &self,
        tx: &mut Tx,
        sealed: &SealedPractice,
        first: bool,
        now: Timestamp,
    ) -> Result<bool, Error> {
        if !tx.add_practice(sealed, first, now).await? {
            return Ok(false);
        }
        let rule = NewRule {
            id: &self.new_row_id(now),
            practice: &sealed.practice.id,
            rule: Rule::Optional,
            by: None,
            now,
        };
        tx.set_rule(rule).await?;
        Ok(true)
    }

    /// Gives the first person of a practice full access.
    pub(super) async fn first_place(
        &self,
        tx: &mut Tx,
        practice: &PracticeId,
        user: &UserId,
        now: Timestamp,
    ) -> Result<(), Error> {
        tx.add_membership(NewPlace {
            id: &MembershipId::new(now, &*self.random),
            practice,
            user,
            role: Role::FullAccess,
            term: &Term::default(),
            by: user,
            joined: now,
            now,
        })
        .await?;
        Ok(())
    }
}
