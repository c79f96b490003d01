//! Setting up a method whose codes are sent.

use super::callers::Enrolling;
use super::facts::Facts;
use super::second_step::secret_of;
use super::sending::Sending;
use super::{Handle, Service};
use crate::api::{Error, Field, Hindrance, SendSetUpAgain, SetUpNow, SetUpSent, StartSent, ToSend};
use crate::domain::{
    Channel, Destination, EmailAddress, EventKind, MethodId, Mobile, MobileFault, NotAllowed,
    Purpose, SET_UP_MINUTES, Timestamp, minutes_after,
};
use crate::store::{About, MethodRow, NewMethod, PracticeRow, Tx};

impl Handle<StartSent> for Service {
    type Caller = Enrolling;

    async fn handle(
        &self,
        caller: Enrolling,
        call: StartSent,
        now: Timestamp,
    ) -> Result<SetUpSent, Error> {
        let kind = call.channel.method();
        let mut tx = self
            .store
            .write_about(About::Person(caller.user().as_str()))
            .await?;
        let facts = caller.check(&mut tx, now).await?;
        if let Some(hindrance) = self.hindrance(&mut tx, &facts, kind).await? {
            return Err(match hindrance {
                Hindrance::NotConfigured => NotAllowed::NotConfigured,
                Hindrance::NotForFullAccess | Hindrance::NotAllowed => NotAllowed::MethodNotAllowed,
            }
            .into());
        }
        let started = facts.enrolment.clone().start(kind, call.replaces, now)?;
        let practices = facts.practices();
        let to = self.typed(&mut tx, &call, &practices).await?;

        let user = caller.user();
        let id = MethodId::new(now, &*self.random);
        let ends = minutes_after(now, SET_UP_MINUTES);
        let secret = to.as_str().as_bytes();
        let secret = self.seal(&mut tx, secret_of(id.as_str()), secret).await?;
        tx.close_pending(user, now).await?;
        tx.add_method(NewMethod {
            id: &id,
            user,
            kind,
            replaces: started.replaces(),
            secret,
            from: now,
            ends,
        })
        .await?;
        let sending = Sending {
            purpose: Purpose::SetUp,
            challenge: id.as_str(),
            user,
            practices: &practices,
            to: &to,
        };
        let sent = self
            .code_for(&mut tx, sending, Some(ToSend::IfNone), now)
            .await?;
        let happened = caller.happened(EventKind::SetUpStarted);
        self.log(&mut tx, happened.with(kind), now).await?;
        tx.commit().await?;
        Ok(SetUpSent {
            method: id,
            sent,
            ends,
        })
    }
}

impl Handle<SetUpNow> for Service {
    type Caller = Enrolling;

    async fn handle(
        &self,
        caller: Enrolling,
        call: SetUpNow,
        now: Timestamp,
    ) -> Result<SetUpSent, Error> {
        let mut tx = self.store.read().await?;
        self.set_up_sent(&mut tx, &caller, &call.method, None, now)
            .await
    }
}

impl Handle<SendSetUpAgain> for Service {
    type Caller = Enrolling;

    async fn handle(
        &self,
        caller: Enrolling,
        call: SendSetUpAgain,
        now: Timestamp,
    ) -> Result<SetUpSent, Error> {
        let mut tx = self
            .store
            .write_about(About::Person(caller.user().as_str()))
            .await?;
        let sent = self
            .set_up_sent(&mut tx, &caller, &call.method, Some(ToSend::Again), now)
            .await?;
        tx.commit().await?;
        Ok(sent)
    }
}

impl Service {
    /// Where the codes are to go, as it was typed; a mobile of a country that a practice takes which
    /// can send there.
    async fn typed(
        &self,
        tx: &mut Tx,
        call: &StartSent,
        practices: &[PracticeRow],
    ) -> Result<Destination, Error> {
        if call.channel == Channel::Email {
            let address = EmailAddress::parse(&call.to);
            return address
                .map(Destination::Email)
                .map_err(|fault| Field::Email.cannot_be(fault));
        }
        let mut refused = NotAllowed::NotConfigured.into();
        for practice in practices {
            if let Some(set) = tx.delivery(&practice.id, Channel::Sms).await? {
                match Mobile::parse(&call.to, &set.countries.all()) {
                    Ok(mobile) => return Ok(Destination::Sms(mobile)),
                    // Another may take it; what else is wrong with it is wrong everywhere.
                    Err(fault @ MobileFault::OtherCountry) => {
                        refused = Field::Mobile.cannot_be(fault);
                    }
                    Err(fault) => return Err(Field::Mobile.cannot_be(fault)),
                }
            }
        }
        Err(refused)
    }

    async fn set_up_sent(
        &self,
        tx: &mut Tx,
        caller: &Enrolling,
        method: &MethodId,
        send: Option<ToSend>,
        now: Timestamp,
    ) -> Result<SetUpSent, Error> {
        let facts = caller.check(tx, now).await?;
        let method = waiting_method(&facts, method)?;
        let to = self.destination(method)?;
        let practices = facts.practices();
        let sending = Sending {
            purpose: Purpose::SetUp,
            challenge: method.id.as_str(),
            user: caller.user(),
            practices: &practices,
            to: &to,
        };
        let sent = self.code_for(tx, sending, send, now).await?;
        Ok(SetUpSent {
            method: method.id.clone(),
            sent,
            ends: method.ends,
        })
    }
}

/// The method that waits for its code.
pub(super) fn waiting_method<'a>(facts: &'a Facts, id: &MethodId) -> Result<&'a MethodRow, Error> {
    facts
        .methods
        .iter()
        .find(|method| method.id == *id && method.proven.is_none())
        .ok_or(Error::Stale)
}
