//! The first run: the practice, its first person, the practice recovery key.

use super::facts::Facts;
use super::sign_in::By;
use super::{Anyone, Handle, Happened, Service};
use crate::api::{Error, Fault, Field, Found, Founded, Greet, Greeting, Offer, Secret};
use crate::domain::{
    Channel, EmailAddress, EventKind, MembershipId, Password, PersonName, PracticeId, PracticeName,
    RecoveryKey, Role, Rule, Term, Timestamp, UserId,
};
use crate::store::{NewPlace, NewRule, PracticeRow, SealedPractice, UserRow};

impl Handle<Greet> for Service {
    type Caller = Anyone;

    async fn handle(&self, _: Anyone, _: Greet, _: Timestamp) -> Result<Greeting, Error> {
        let mut tx = self.store.read().await?;
        let practice = tx.first_practice().await?.map(|sealed| sealed.practice);
        let resets = match &practice {
            Some(practice) => tx.delivery(&practice.id, Channel::Email).await?.is_some(),
            None => false,
        };
        Ok(Greeting {
            practice: practice.map(|practice| practice.name),
            resets,
            keeps_names: tx.keeps_names().await?,
        })
    }
}

impl Handle<Found> for Service {
    type Caller = Anyone;

    async fn handle(&self, _: Anyone, call: Found, now: Timestamp) -> Result<Founded, Error> {
        let name = PracticeName::parse(&call.practice)
            .map_err(|fault| Field::PracticeName.cannot_be(fault))?;
        let person = PersonName::parse(&call.name).map_err(|fault| Field::Name.cannot_be(fault))?;
        let email =
            EmailAddress::parse(&call.email).map_err(|fault| Field::Email.cannot_be(fault))?;
        let made_of = [name.as_str(), person.as_str(), email.as_str()];
        let password = Password::chosen(call.password.expose(), &made_of)
            .map_err(|fault| Field::Password.cannot_be(fault))?;
        if jiff::tz::TimeZone::get(&call.time_zone).is_err() {
            return Err(Field::When.cannot_be(Fault::NotUnderstood));
        }

        let turn = self.hasher.turn().await?;
        let user = UserId::new(now, &*self.random);
        let hash = self
            .hasher
            .hash(turn, &user, &password, &*self.random)
            .await?;
        let recovery_key = RecoveryKey::generate(&*self.random);
        let id = PracticeId::new(now, &*self.random);
        let wrapped_keys = self.keys.wrap(&recovery_key, id.as_str(), &*self.random);
        let practice = PracticeRow {
            id,
            name: name.as_str().to_owned(),
            time_zone: call.time_zone,
        };
        let sealed = SealedPractice {
            practice: practice.clone(),
            wrapped_keys,
            key_id: self.keys.id(),
        };
        let user = UserRow {
            id: user,
            email,
            name: person.as_str().to_owned(),
            password_hash: Some(hash),
            email_barred: false,
        };

        let mut tx = self.store.write().await?;
        if !tx.add_first_practice(&sealed, now).await? {
            return Err(Error::PracticeExists);
        }
        tx.add_user(&user, now).await?;
        tx.add_membership(NewPlace {
            id: &MembershipId::new(now, &*self.random),
            practice: &practice.id,
            user: &user.id,
            role: Role::FullAccess,
            term: &Term::default(),
            by: &user.id,
            joined: now,
            now,
        })
        .await?;
        let rule = NewRule {
            id: &self.new_row_id(now),
            practice: &practice.id,
            rule: Rule::Optional,
            by: None,
            now,
        };
        tx.set_rule(rule).await?;
        let founded = Happened {
            practice: Some(&practice.id),
            actor: Some(&user.id),
            ..Happened::of(EventKind::PracticeFounded)
        };
        self.log(&mut tx, founded, now).await?;
        let facts = Facts::read(&mut tx, &user.id, now).await?;
        let mut admitted = self
            .admit_member(&mut tx, &user, &facts, By::password(None), now)
            .await?;
        tx.commit().await?;
        // Whoever makes a practice is taken to set up two-factor, and may leave it for later.
        admitted.offer = Some(Offer {
            until: None,
            narrowed: false,
        });
        Ok(Founded {
            admitted,
            recovery_key: Secret::new(secrecy::ExposeSecret::expose_secret(
                &recovery_key.to_text(),
            )),
        })
    }
}
