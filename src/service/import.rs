//! Many people at once, out of a list.

use super::{FullAccess, Handle, Service, SteppedUp};
use crate::api::{CheckImport, Error, Fault, Field, ImportPeople, Invitation, PEOPLE_PER_IMPORT};
use crate::domain::{EmailAddress, Newcomer, PersonName, Timestamp};

impl Handle<CheckImport> for Service {
    type Caller = FullAccess;

    async fn handle(
        &self,
        FullAccess(actor): FullAccess,
        call: CheckImport,
        _: Timestamp,
    ) -> Result<Vec<bool>, Error> {
        not_too_many(call.emails.len())?;
        let mut tx = self.store.read().await?;
        let mut taken = Vec::with_capacity(call.emails.len());
        for email in &call.emails {
            let email =
                EmailAddress::parse(email).map_err(|fault| Field::Email.cannot_be(fault))?;
            // Of an account elsewhere nothing is told.
            taken.push(match tx.user_by_email(&email).await? {
                Some(user) => tx.place(&actor.practice.id, &user.id).await?.is_some(),
                None => false,
            });
        }
        Ok(taken)
    }
}

impl Handle<ImportPeople> for Service {
    type Caller = SteppedUp<FullAccess>;

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: ImportPeople,
        now: Timestamp,
    ) -> Result<Vec<Option<Invitation>>, Error> {
        not_too_many(call.people.len())?;
        let mut newcomers = Vec::with_capacity(call.people.len());
        for person in &call.people {
            // Full access is given to one person at a time, by name.
            if person.role.has_full_access() {
                return Err(Error::Forbidden);
            }
            newcomers.push(Newcomer {
                name: PersonName::parse(&person.name)
                    .map_err(|fault| Field::Name.cannot_be(fault))?,
                email: EmailAddress::parse(&person.email)
                    .map_err(|fault| Field::Email.cannot_be(fault))?,
                role: person.role,
            });
        }
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let mut invitations = Vec::with_capacity(newcomers.len());
        for newcomer in newcomers {
            invitations.push(
                self.add_or_offer(&mut tx, &actor, newcomer, call.send, now)
                    .await?,
            );
        }
        tx.commit().await?;
        Ok(invitations)
    }
}

fn not_too_many(many: usize) -> Result<(), Error> {
    if many > PEOPLE_PER_IMPORT {
        return Err(Field::Email.cannot_be(Fault::OutOfBounds));
    }
    Ok(())
}
