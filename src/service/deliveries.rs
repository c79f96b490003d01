//! How the practice sends: set, taken away, tried.

mod by_operator;

use secrecy::SecretString;

use super::acts::by;
use super::keys::Place;
use super::limits::limits;
use super::outbox::{Outbox, settings};
use super::sending::line;
use super::{FullAccess, Handle, Service, SteppedUp, internal, letters};
use crate::api::{
    ClearDelivery, Configured, Deliveries, DeliverySettings, Error, Field, Line, Secret, SetMail,
    SetSms, TestDelivery, TestNow, TestSent,
};
use crate::domain::{
    Channel, Countries, DeliveryFault, Destination, EventKind, MailServer, Mobile, NotAllowed,
    PracticeId, SmsGateway, Timestamp, minutes_after,
};
use crate::service::Staff;
use crate::store::{Counted, DeliveryRow, MessageKind, NewDelivery, NewMessage, Tx};

pub use by_operator::{NotReached, Reached, Tried, TryFault};

/// Minutes for which a test message is tried.
const TEST_MINUTES: i64 = 5;

impl Handle<Deliveries> for Service {
    type Caller = FullAccess;

    async fn handle(
        &self,
        FullAccess(asker): FullAccess,
        _: Deliveries,
        _: Timestamp,
    ) -> Result<DeliverySettings, Error> {
        let mut tx = self.store.read().await?;
        self.delivery_settings(&mut tx, &asker.practice.id).await
    }
}

impl Handle<SetMail> for Service {
    type Caller = SteppedUp<FullAccess>;

    fn check(&self, SetMail { server, .. }: &SetMail) -> Result<(), Error> {
        server
            .check()
            .and_then(|()| self.may_be(server.is_here()))
            .map_err(|fault| Field::Delivery.cannot_be(fault))
    }

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: SetMail,
        now: Timestamp,
    ) -> Result<DeliverySettings, Error> {
        self.check(&call)?;
        let SetMail { server, secret } = call;
        self.set_delivery(actor, &server, secret, None, now).await
    }
}

impl Handle<SetSms> for Service {
    type Caller = SteppedUp<FullAccess>;

    fn check(&self, call: &SetSms) -> Result<(), Error> {
        let gateway = &call.gateway;
        gateway
            .check()
            .and_then(|()| self.may_be(gateway.is_here()))
            .map_err(|fault| Field::Delivery.cannot_be(fault))?;
        countries(call).map(drop)
    }

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: SetSms,
        now: Timestamp,
    ) -> Result<DeliverySettings, Error> {
        self.check(&call)?;
        let countries = countries(&call)?;
        let SetSms {
            gateway, secret, ..
        } = call;
        self.set_delivery(actor, &gateway, secret, countries, now)
            .await
    }
}

/// The countries whose mobile numbers it sends to, if they are given.
fn countries(call: &SetSms) -> Result<Option<Countries>, Error> {
    let countries = call.countries.as_ref().map(|typed| typed.parse());
    countries
        .transpose()
        .map_err(|_| Field::Delivery.cannot_be(DeliveryFault::Countries))
}

impl Handle<ClearDelivery> for Service {
    type Caller = SteppedUp<FullAccess>;

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: ClearDelivery,
        now: Timestamp,
    ) -> Result<DeliverySettings, Error> {
        let mut tx = self.store.write().await?;
        let actor = may_set_delivery(actor, &mut tx, now).await?;
        let practice = &actor.practice.id;
        if tx.close_delivery(practice, call.channel, now).await? {
            self.log(&mut tx, by(&actor, EventKind::DeliveryCleared), now)
                .await?;
        }
        let settings = self.delivery_settings(&mut tx, practice).await?;
        tx.commit().await?;
        Ok(settings)
    }
}

impl Handle<TestDelivery> for Service {
    type Caller = FullAccess;

    async fn handle(
        &self,
        asker: FullAccess,
        call: TestDelivery,
        now: Timestamp,
    ) -> Result<TestSent, Error> {
        let mut tx = self.store.write().await?;
        let asker = asker.again(&mut tx, now).await?;
        let practice = &asker.practice;
        let set = tx.delivery(&practice.id, call.channel).await?;
        let set = set.ok_or(NotAllowed::NotConfigured)?;
        let to = match call.channel {
            Channel::Email => Destination::Email(asker.user.email.clone()),
            Channel::Sms => {
                let typed = call.mobile.as_deref().unwrap_or_default();
                Mobile::parse(typed, &set.countries.all())
                    .map(Destination::Sms)
                    .map_err(|fault| Field::Mobile.cannot_be(fault))?
            }
        };
        let id = self.new_row_id(now);
        let letter = letters::test(&to, &practice.name);
        let message = NewMessage {
            id: &id,
            practice: &practice.id,
            user: &asker.user.id,
            kind: MessageKind::Code,
            channel: call.channel,
            sealed: self.seal_letter(&mut tx, &id, &letter).await?,
            made: now,
            ends: minutes_after(now, TEST_MINUTES),
        };
        let shown = match &to {
            Destination::Email(address) => address.as_str().to_owned(),
            Destination::Sms(mobile) => mobile.national(),
        };
        let counted = Counted {
            destination: &self.destination_hash(&to),
            code: None,
            limits: limits(call.channel, now),
        };
        if !tx.queue(message, counted).await? {
            let room = {
                let practices = std::slice::from_ref(practice);
                self.room_from(&mut tx, practices, &asker.user.id, &to, now)
                    .await?
            };
            let until = room.unwrap_or(now);
            return Ok(TestSent {
                id: None,
                to: shown,
                line: Line::TooMany { until },
            });
        }
        self.log(&mut tx, by(&asker, EventKind::DeliveryTested), now)
            .await?;
        Outbox::queued();
        tx.commit().await?;
        Ok(TestSent {
            id: Some(id),
            to: shown,
            line: Line::Queued,
        })
    }
}

impl Handle<TestNow> for Service {
    type Caller = FullAccess;

    async fn handle(
        &self,
        FullAccess(asker): FullAccess,
        call: TestNow,
        _: Timestamp,
    ) -> Result<Line, Error> {
        let mut tx = self.store.read().await?;
        let sending = tx.sending(&call.id, &asker.user.id).await?;
        Ok(line(&sending.ok_or(Error::NotFound)?))
    }
}

/// What a practice keeps of one channel.
trait Way: serde::Serialize + serde::de::DeserializeOwned {
    const CHANNEL: Channel;

    /// Whether the secret that was given with the settings before may go where these lead.
    fn takes_secret_of(&self, before: &Self) -> bool;
}

impl Way for MailServer {
    const CHANNEL: Channel = Channel::Email;

    fn takes_secret_of(&self, before: &Self) -> bool {
        self.same_server_as(before)
    }
}

impl Way for SmsGateway {
    const CHANNEL: Channel = Channel::Sms;

    fn takes_secret_of(&self, before: &Self) -> bool {
        self.same_server_as(before)
    }
}

impl Service {
    /// Whether what is on this computer, or is not, may be sent through.
    pub(super) fn may_be(&self, here: bool) -> Result<(), DeliveryFault> {
        match here && !self.sends_here {
            true => Err(DeliveryFault::Here),
            false => Ok(()),
        }
    }

    async fn set_delivery<W: Way>(
        &self,
        actor: FullAccess,
        new: &W,
        secret: Option<Secret>,
        countries: Option<Countries>,
        now: Timestamp,
    ) -> Result<DeliverySettings, Error> {
        let channel = W::CHANNEL;
        let text = serde_json::to_string(new).map_err(|error| internal(&error))?;
        // The futures of a handler are sent between threads: nothing generic is held across one.
        let same =
            |row: &DeliveryRow| settings::<W>(row).is_ok_and(|old| new.takes_secret_of(&old));
        let mut tx = self.store.write().await?;
        let actor = may_set_delivery(actor, &mut tx, now).await?;
        let practice = &actor.practice.id;
        let before = tx.delivery(practice, channel).await?;
        let countries = countries.or_else(|| Some(before.as_ref()?.countries.clone()));
        let kept = match before {
            // A secret never goes to another server than the one it was given for.
            Some(row) if secret.is_none() && same(&row) => self.delivery_secret(&row)?,
            _ => None,
        };
        let secret = secret
            .map(|secret| SecretString::from(secret.expose().to_owned()))
            .filter(|secret| !secrecy::ExposeSecret::expose_secret(secret).is_empty())
            .or(kept);
        let id = self.new_row_id(now);
        let sealed = match &secret {
            Some(secret) => {
                let secret = secrecy::ExposeSecret::expose_secret(secret).as_bytes();
                Some(self.seal(&mut tx, secret_of(&id), secret).await?)
            }
            None => None,
        };
        tx.close_delivery(practice, channel, now).await?;
        tx.add_delivery(NewDelivery {
            id: &id,
            practice,
            channel,
            settings: text,
            secret: sealed,
            countries: &countries.unwrap_or_default(),
            by: &actor.user.id,
            now,
        })
        .await?;
        self.log(&mut tx, by(&actor, EventKind::DeliverySet), now)
            .await?;
        let settings = self.delivery_settings(&mut tx, practice).await?;
        tx.commit().await?;
        Ok(settings)
    }

    async fn delivery_settings(
        &self,
        tx: &mut Tx,
        practice: &PracticeId,
    ) -> Result<DeliverySettings, Error> {
        let mail = tx.delivery(practice, Channel::Email).await?;
        let sms = tx.delivery(practice, Channel::Sms).await?;
        let countries = sms.as_ref().map(|row| row.countries.to_string());
        Ok(DeliverySettings {
            countries: countries.unwrap_or_default(),
            mail: mail.map(configured).transpose()?,
            sms: sms.map(configured).transpose()?,
        })
    }

    /// The secret of a way of sending. One that was moved or changed is a fault.
    pub(super) fn delivery_secret(&self, row: &DeliveryRow) -> Result<Option<SecretString>, Error> {
        let Some(sealed) = &row.secret else {
            return Ok(None);
        };
        let opened = self
            .keys
            .open(secret_of(&row.id), sealed)
            .map_err(|error| internal(&error))?;
        let text = std::str::from_utf8(&opened).map_err(|_| internal(&"a malformed secret"))?;
        Ok(Some(SecretString::from(text)))
    }
}

/// The actor, inside the transaction of the act. Changing how codes travel opens every account
/// that gets them, so it needs a code; by password alone only while nobody is Enabled yet.
async fn may_set_delivery(actor: FullAccess, tx: &mut Tx, now: Timestamp) -> Result<Staff, Error> {
    let actor = actor.again(tx, now).await?;
    if !actor.facts.is_enabled() && tx.is_anybody_enabled(&actor.practice.id, now).await? {
        return Err(NotAllowed::ActorNotEnabled.into());
    }
    Ok(actor)
}

fn configured<S: serde::de::DeserializeOwned>(row: DeliveryRow) -> Result<Configured<S>, Error> {
    Ok(Configured {
        settings: settings(&row)?,
        has_secret: row.secret.is_some(),
        since: row.from,
        by: row.by,
    })
}

fn secret_of(row: &str) -> Place<'_> {
    Place {
        table: "deliveries",
        row,
        column: "secret",
    }
}
