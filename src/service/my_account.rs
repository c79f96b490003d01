//! One's own account: password, address, sessions, notices.

use super::acts::on_oneself;
use super::callers::times;
use super::notices::Told;
use super::sending::Sending;
use super::{Handle, Happened, Service, Staff, SteppedUp};
use crate::api::{
    Account, Ack, AddressNow, ChangePassword, EndMySession, Error, Field, MyAccount, MySession,
    NewEmail, Notice, Offered, ProveAddress, ReadNotices, SentCode, SubmitAddressCode, ToSend,
    UnreadNotices,
};
use crate::domain::{
    Channel, Code, Counter, Destination, EventKind, MethodKind, NoticeKind, Password, Purpose,
    SessionState, Timestamp,
};
use crate::store::{About, Bond, SessionRow, Tx};

/// How many notices are shown, those that were not read first.
const MOST_NOTICES: u32 = 50;

impl Handle<MyAccount> for Service {
    type Caller = Staff;

    async fn handle(&self, me: Staff, _: MyAccount, now: Timestamp) -> Result<Account, Error> {
        let mut tx = self.store.read().await?;
        let limits = me.facts.limits();
        let state = |session: &SessionRow| times(session, limits).state(now);
        let mut sessions: Vec<MySession> = tx
            .sessions_of(&me.user.id)
            .await?
            .into_iter()
            .filter(|session| state(session) != SessionState::Ended)
            .map(|session| MySession {
                locked: state(&session) == SessionState::Locked,
                this: session.id == me.session.id,
                made: session.made,
                active: session.active,
                id: session.id,
            })
            .collect();
        sessions.sort_by_key(|session| !session.this);
        let notices = tx.notices(&me.user.id, MOST_NOTICES).await?;
        let practices = me.facts.practices();
        let sender = self.sender(&mut tx, &practices, Channel::Email).await?;
        let offered = tx.offered_places(&me.user.id, now).await?;
        let offered = offered.into_iter().map(|place| Offered {
            practice: place.practice_name,
            role: place.role,
        });
        let waiting = tx.new_address(&me.user.id, now).await?;
        let remembered = self.my_remembered(&mut tx, &me, now).await?;
        Ok(Account {
            new_email: waiting.map(|new| NewEmail {
                by: (new.by != me.user.id).then_some(new.by_name),
                email: new.email.as_str().to_owned(),
                ends: new.ends,
            }),
            email_proven: tx.email_proven_at(&me.user.id).await?,
            can_prove: sender.is_some(),
            offered: offered.collect(),
            sessions,
            remembered,
            notices: notices
                .into_iter()
                .map(|row| Notice {
                    at: row.at,
                    kind: row.kind,
                    by: row.by,
                    practice: row.practice,
                    read: row.read,
                })
                .collect(),
        })
    }
}

impl Handle<UnreadNotices> for Service {
    type Caller = Staff;

    async fn handle(&self, me: Staff, _: UnreadNotices, _: Timestamp) -> Result<u32, Error> {
        let mut tx = self.store.read().await?;
        // What the owner did just now is told at the next sign-in, not while it is being done.
        let also = NoticeKind::OldestSessionEnded;
        let since = me.session.made;
        Ok(tx.unread_notices(&me.user.id, since, also).await?)
    }
}

impl Handle<ReadNotices> for Service {
    type Caller = Staff;

    async fn handle(&self, me: Staff, call: ReadNotices, now: Timestamp) -> Result<Ack, Error> {
        let mut tx = self
            .store
            .write_about(About::Person(me.user.id.as_str()))
            .await?;
        tx.read_notices(&me.user.id, call.until, now).await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Handle<ChangePassword> for Service {
    type Caller = SteppedUp<Staff>;

    fn check(&self, call: &ChangePassword) -> Result<(), Error> {
        // Whose names it may not be made of is known once somebody is.
        chosen(call, &[]).map(drop)
    }

    async fn handle(
        &self,
        SteppedUp(me): Self::Caller,
        call: ChangePassword,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let made_of = [
            me.practice.name.as_str(),
            me.user.name.as_str(),
            me.user.email.as_str(),
        ];
        let password = chosen(&call, &made_of)?;
        let turn = self.hasher.turn()?;
        let hash = self
            .hasher
            .hash(turn, &me.user.id, &password, &*self.random)
            .await?;
        let seen = me.user.password_hash.clone().ok_or(Error::NotSignedIn)?;

        let mut tx = self.store.write().await?;
        let me = me.again(&mut tx, now).await?;
        let user = &me.user.id;
        // Of two changes at once one holds, and the other's session has ended by it.
        if !tx.rehash(user, &seen, &hash).await? {
            return Err(Error::Stale);
        }
        tx.end_sessions_of(user, Some(&me.session.id), now).await?;
        tx.end_waiting_of(user, now).await?;
        // A code that was made for the forgotten one would replace the new one too.
        tx.end_invitations_of(user, now).await?;
        self.log(&mut tx, on_oneself(&me, EventKind::PasswordChanged), now)
            .await?;
        let told = Told::in_session(&me, NoticeKind::PasswordChanged);
        self.notify(&mut tx, user, told, now).await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}

fn chosen(call: &ChangePassword, made_of: &[&str]) -> Result<Password, Error> {
    Password::chosen(call.password.expose(), made_of)
        .map_err(|fault| Field::Password.cannot_be(fault))
}

impl Handle<EndMySession> for Service {
    type Caller = Staff;

    async fn handle(&self, me: Staff, call: EndMySession, now: Timestamp) -> Result<Ack, Error> {
        let mut tx = self
            .store
            .write_about(About::Person(me.user.id.as_str()))
            .await?;
        match &call.session {
            // Another's session is as unknown as none (SECURITY.md, attack 57).
            Some(session) => {
                if !tx.end_session_of(&me.user.id, session, now).await? {
                    return Err(Error::NotFound);
                }
            }
            None => {
                tx.end_sessions_of(&me.user.id, Some(&me.session.id), now)
                    .await?;
            }
        }
        self.log(&mut tx, on_oneself(&me, EventKind::OwnSessionsEnded), now)
            .await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Handle<ProveAddress> for Service {
    type Caller = Staff;

    async fn handle(
        &self,
        me: Staff,
        call: ProveAddress,
        now: Timestamp,
    ) -> Result<SentCode, Error> {
        let mut tx = self
            .store
            .write_about(About::Person(me.user.id.as_str()))
            .await?;
        let me = me.again(&mut tx, now).await?;
        let sent = self
            .own_address_code(&mut tx, &me, Some(call.send), now)
            .await?;
        tx.commit().await?;
        Ok(sent)
    }
}

impl Handle<AddressNow> for Service {
    type Caller = Staff;

    async fn handle(&self, me: Staff, _: AddressNow, now: Timestamp) -> Result<SentCode, Error> {
        let mut tx = self.store.read().await?;
        self.own_address_code(&mut tx, &me, None, now).await
    }
}

impl Handle<SubmitAddressCode> for Service {
    type Caller = Staff;

    async fn handle(
        &self,
        me: Staff,
        call: SubmitAddressCode,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let code = Code::find(call.code.expose()).map_err(|fault| Field::Code.cannot_be(fault))?;
        let session = me.session.id.to_string();
        let (mut tx, me) = self
            .spend_address_code(me, Purpose::Address, session.as_str(), &code, now)
            .await?;
        tx.prove_email(&me.user.id, &me.user.email, now).await?;
        self.log(&mut tx, on_oneself(&me, EventKind::AddressProven), now)
            .await?;
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Service {
    async fn own_address_code(
        &self,
        tx: &mut Tx,
        me: &Staff,
        send: Option<ToSend>,
        now: Timestamp,
    ) -> Result<SentCode, Error> {
        let to = Destination::Email(me.user.email.clone());
        let practices = me.facts.practices();
        let sending = Sending {
            purpose: Purpose::Address,
            challenge: me.session.id.as_str(),
            user: &me.user.id,
            practices: &practices,
            to: &to,
        };
        self.code_for(tx, sending, send, now).await
    }

    /// Counts a try, looks at a code that was sent to an address and spends it; the transaction
    /// that goes on with it, and the owner in it.
    pub(super) async fn spend_address_code(
        &self,
        me: Staff,
        purpose: Purpose,
        challenge: &str,
        code: &Code,
        now: Timestamp,
    ) -> Result<(Tx, Staff), Error> {
        // The same limiter as at every other door (attack 30), durable before the look.
        let mut tx = self
            .store
            .write_about(About::Person(me.user.id.as_str()))
            .await?;
        let counted = self
            .count_try_of(&mut tx, &me.user.id, Counter::Codes, now)
            .await?;
        let bond = Bond {
            purpose,
            challenge,
            channel: Channel::Email,
        };
        let tries_left = self.take_code_try(&mut tx, bond, now).await?;
        let mut tx = tx.commit_and_go_on(&self.store).await?;
        let me = me.again(&mut tx, now).await?;
        let checked = self
            .spend_sent_code(&mut tx, bond, code, tries_left, now)
            .await;
        if let Err(refused) = checked {
            drop(tx);
            let failed = Happened {
                actor: None,
                ..on_oneself(&me, EventKind::CodeWrong)
            };
            let failed = failed.with(MethodKind::Email);
            return Err(self.code_refused(refused, failed, now).await);
        }
        self.give_back(&mut tx, &counted, now).await?;
        Ok((tx, me))
    }
}
