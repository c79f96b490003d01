//! Another address of an account: asked for by its owner, or by full access, and taken once a code
//! from its mailbox is given. Until then the old one stands, and it is told.

use super::acts::{Done, on_oneself, reason};
use super::agreement::Act;
use super::notices::Told;
use super::sending::Sending;
use super::{FullAccess, Handle, Service, Staff, SteppedUp};
use crate::api::{
    Ack, ChangeEmail, ChangeEmailOf, Error, Fault, Field, GiveUpNewEmail, NewEmailNow,
    ProveNewEmail, SentCode, SubmitNewEmailCode, ToSend,
};
use crate::domain::{
    Code, Destination, EmailAddress, EventKind, NEW_ADDRESS_DAYS, NoticeKind, Purpose, Timestamp,
    UserId, minutes_after,
};
use crate::store::{self, About, NewAddressRow, Tx, UserRow};

impl Handle<ChangeEmail> for Service {
    type Caller = SteppedUp<Staff>;

    fn check(&self, call: &ChangeEmail) -> Result<(), Error> {
        typed(&call.email).map(drop)
    }

    async fn handle(
        &self,
        SteppedUp(me): Self::Caller,
        call: ChangeEmail,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let email = typed(&call.email)?;
        let mut tx = self
            .store
            .write_about(About::Person(me.user.id.as_str()))
            .await?;
        let me = me.again(&mut tx, now).await?;
        self.wait_for_address(&mut tx, &me.user, email, &me.user, now)
            .await?;
        self.log(&mut tx, on_oneself(&me, EventKind::NewAddressAsked), now)
            .await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Handle<ChangeEmailOf> for Service {
    type Caller = SteppedUp<FullAccess>;

    fn check(&self, call: &ChangeEmailOf) -> Result<(), Error> {
        reason(&call.reason)?;
        typed(&call.email).map(drop)
    }

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: ChangeEmailOf,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let why = reason(&call.reason)?;
        let email = typed(&call.email)?;
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let subject = actor.another(&mut tx, &call.user, now).await?;
        actor.facts.must_be_enabled()?;
        tx = self
            .agreed(tx, &actor, &subject, Act::Email(email.as_str()), &why, now)
            .await?;
        self.wait_for_address(&mut tx, &subject.user, email, &actor.user, now)
            .await?;
        self.done_to(
            &mut tx,
            &actor,
            &subject,
            Done::NewAddressAsked,
            Some(&why),
            now,
        )
        .await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Handle<GiveUpNewEmail> for Service {
    type Caller = Staff;

    async fn handle(&self, me: Staff, _: GiveUpNewEmail, now: Timestamp) -> Result<Ack, Error> {
        let mut tx = self
            .store
            .write_about(About::Person(me.user.id.as_str()))
            .await?;
        let me = me.again(&mut tx, now).await?;
        tx.close_new_address(&me.user.id, now).await?;
        self.log(&mut tx, on_oneself(&me, EventKind::NewAddressGivenUp), now)
            .await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Handle<ProveNewEmail> for Service {
    type Caller = Staff;

    async fn handle(
        &self,
        me: Staff,
        call: ProveNewEmail,
        now: Timestamp,
    ) -> Result<SentCode, Error> {
        let mut tx = self
            .store
            .write_about(About::Person(me.user.id.as_str()))
            .await?;
        let me = me.again(&mut tx, now).await?;
        let sent = self
            .new_address_code(&mut tx, &me, Some(call.send), now)
            .await?;
        tx.commit().await?;
        Ok(sent)
    }
}

impl Handle<NewEmailNow> for Service {
    type Caller = Staff;

    async fn handle(&self, me: Staff, _: NewEmailNow, now: Timestamp) -> Result<SentCode, Error> {
        let mut tx = self.store.read().await?;
        self.new_address_code(&mut tx, &me, None, now).await
    }
}

impl Handle<SubmitNewEmailCode> for Service {
    type Caller = Staff;

    async fn handle(
        &self,
        me: Staff,
        call: SubmitNewEmailCode,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let code = Code::find(call.code.expose()).map_err(|fault| Field::Code.cannot_be(fault))?;
        let waiting = waits(&mut self.store.read().await?, &me.user.id, now).await?;
        let (mut tx, me) = self
            .spend_address_code(me, Purpose::NewAddress, waiting.id.as_str(), &code, now)
            .await?;
        let new = waits(&mut tx, &me.user.id, now).await?;
        // Another one was asked for between the two commits: the code proves the first alone.
        if new.id != waiting.id {
            return Err(Error::Stale);
        }
        // Told first, at the address of before.
        let by = (new.by != me.user.id).then_some(new.by_name.as_str());
        let told = Told::in_session(&me, NoticeKind::AddressChanged).by(by);
        self.notify(&mut tx, &me.user.id, told, now).await?;
        let taken = tx
            .take_new_address(&me.user.id, &new, &me.user.name, now)
            .await
            .map_err(|fault| match fault {
                // Whoever reads the mailbox may know that it has an account.
                store::Fault::Taken => Field::Email.cannot_be(Fault::Taken),
                fault => fault.into(),
            })?;
        if !taken {
            return Err(Error::Stale);
        }
        tx.end_sessions_of(&me.user.id, Some(&me.session.id), now)
            .await?;
        tx.end_waiting_of(&me.user.id, now).await?;
        // What was sent to the address of before, or made for it, opens nothing any more.
        tx.end_invitations_of(&me.user.id, now).await?;
        self.log(&mut tx, on_oneself(&me, EventKind::AddressChanged), now)
            .await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Service {
    async fn new_address_code(
        &self,
        tx: &mut Tx,
        me: &Staff,
        send: Option<ToSend>,
        now: Timestamp,
    ) -> Result<SentCode, Error> {
        let new = waits(tx, &me.user.id, now).await?;
        let to = Destination::Email(new.email);
        let practices = me.facts.practices();
        let sending = Sending {
            purpose: Purpose::NewAddress,
            challenge: &new.id,
            user: &me.user.id,
            practices: &practices,
            to: &to,
        };
        self.code_for(tx, sending, send, now).await
    }

    async fn wait_for_address(
        &self,
        tx: &mut Tx,
        user: &UserRow,
        email: EmailAddress,
        by: &UserRow,
        now: Timestamp,
    ) -> Result<(), Error> {
        if email == user.email {
            return Err(Field::Email.cannot_be(Fault::Taken));
        }
        // Whether another account has it is told to whoever reads its mailbox alone.
        let new = NewAddressRow {
            id: self.new_row_id(now),
            email,
            by: by.id.clone(),
            by_name: by.name.clone(),
            ends: minutes_after(now, NEW_ADDRESS_DAYS * super::limits::MINUTES_PER_DAY),
        };
        tx.add_new_address(&user.id, &new, now).await?;
        Ok(())
    }
}

async fn waits(tx: &mut Tx, user: &UserId, now: Timestamp) -> Result<NewAddressRow, Error> {
    tx.new_address(user, now).await?.ok_or(Error::Stale)
}

fn typed(email: &str) -> Result<EmailAddress, Error> {
    EmailAddress::parse(email).map_err(|fault| Field::Email.cannot_be(fault))
}
