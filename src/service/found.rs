//! The first run: the practice, its first person, the practice recovery key.

use super::facts::Facts;
use super::sign_in::By;
use super::{Anyone, Handle, Happened, Service};
use crate::api::{Error, Field, Found, Founded, Greet, Greeting, Offer, Secret};
use crate::domain::{
    Channel, EmailAddress, EventKind, Password, PersonName, RecoveryKey, Timestamp, UserId,
};
use crate::store::{SealedPractice, UserRow};

impl Handle<Greet> for Service {
    type Caller = Anyone;

    async fn handle(&self, _: Anyone, _: Greet, _: Timestamp) -> Result<Greeting, Error> {
        let mut tx = self.store.read().await?;
        let first = tx.first_practice().await?;
        let only = match tx.has_several_practices().await? {
            true => None,
            false => first,
        };
        Ok(Greeting {
            practice: only.map(|sealed| sealed.practice.name),
            resets: tx.first_that_sends(Channel::Email).await?.is_some(),
            keeps_names: tx.keeps_names().await?,
        })
    }
}

impl Handle<Found> for Service {
    type Caller = Anyone;

    async fn handle(&self, _: Anyone, call: Found, now: Timestamp) -> Result<Founded, Error> {
        let practice = self.named(&call.practice, call.time_zone, now)?;
        let person = PersonName::parse(&call.name).map_err(|fault| Field::Name.cannot_be(fault))?;
        let email =
            EmailAddress::parse(&call.email).map_err(|fault| Field::Email.cannot_be(fault))?;
        let made_of = [practice.name.as_str(), person.as_str(), email.as_str()];
        let password = Password::chosen(call.password.expose(), &made_of)
            .map_err(|fault| Field::Password.cannot_be(fault))?;

        let turn = self.hasher.turn()?;
        let user = UserId::new(now, &*self.random);
        let hash = self
            .hasher
            .hash(turn, &user, &password, &*self.random)
            .await?;
        let recovery_key = RecoveryKey::generate(&*self.random);
        let wrapped_keys = self
            .keys
            .wrap(&recovery_key, practice.id.as_str(), &*self.random);
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
        if !self.make_practice(&mut tx, &sealed, true, now).await? {
            return Err(Error::PracticeExists);
        }
        tx.add_user(&user, now).await?;
        self.first_place(&mut tx, &practice.id, &user.id, now)
            .await?;
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
