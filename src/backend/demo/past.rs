//! What has happened in the made-up practice, told in the calls that everybody makes.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::SignedDuration;

use super::Phone;
use super::staff::{DOMAIN, MANAGER, PASSWORD, PRACTICE, STAFF, Somebody, Stands, delivery};
use crate::api::{
    AddPerson, Admitted, Found, KeepRecoveryCodes, MakeRecoveryCodes, Outcome, ProveMethod, Redeem,
    RuleAsked, Secret, SetRule, SignIn, SignOut, StartAuthenticator, StartSent, SubmitCode, Token,
    TurnOn,
};
use crate::backend::{Backend, Kept, Known};
use crate::delivery::Inbox;
use crate::domain::{Channel, Code, MethodId, Starts, Timestamp};
use crate::service::{Clock, Service, SystemClock};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// When the practice was made, before now.
const MADE: i64 = 20 * DAY;
/// When the manager asked for two-factor, before now.
const ASKED: i64 = 6 * DAY;

/// Who stands on the list of the sign-in screen, the last one first.
const LISTED: [&str; 5] = [MANAGER.mailbox, "ben", "chloe", "ella", "grace"];

/// What cannot happen in a practice that nobody else works in.
pub(super) type Told<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// This computer's clock, so many seconds behind.
#[derive(Default)]
pub(super) struct Behind(AtomicI64);

impl Clock for Behind {
    fn now(&self) -> Timestamp {
        let behind = SignedDuration::from_secs(self.0.load(Ordering::Relaxed));
        let now = SystemClock.now();
        now.checked_sub(behind).unwrap_or(now)
    }
}

/// Whoever tells it.
pub(super) struct Teller<'a> {
    pub(super) service: &'a Service,
    pub(super) clock: Arc<Behind>,
    pub(super) inbox: &'a Inbox,
    phones: Vec<Phone>,
    /// Everybody's last session, by the mailbox.
    sessions: HashMap<&'static str, (Known, Token)>,
}

impl<'a> Teller<'a> {
    pub(super) fn new(service: &'a Service, clock: Arc<Behind>, inbox: &'a Inbox) -> Self {
        Self {
            service,
            clock,
            inbox,
            phones: Vec::new(),
            sessions: HashMap::new(),
        }
    }

    /// Tells it all, up to the present; answers the phones of the staff.
    pub(super) async fn tell(mut self, kept: &Kept, backend: &Backend) -> Told<Vec<Phone>> {
        self.be(MADE);
        self.found().await?;
        // A code that proved an app opens nothing else.
        self.be(MADE - MINUTE);
        let manager = self.sign_in(&MANAGER).await?;
        self.set_delivery(&manager).await?;
        for who in &STAFF {
            self.join(&manager, who).await?;
        }
        self.sign_out(&manager).await?;
        let mut seen: Vec<&Somebody> = STAFF.iter().chain([&MANAGER]).collect();
        seen.sort_by_key(|who| -who.seen);
        let (before, after) = seen.split_at(seen.partition_point(|who| who.seen * HOUR > ASKED));
        for who in before {
            self.visit(who).await?;
        }
        self.ask_for_two_factor().await?;
        for who in after {
            self.visit(who).await?;
        }
        // What was sent up to here has been read.
        self.inbox.clear();
        self.be(MINUTE);
        for who in &STAFF {
            if let Stands::Pending(channel, to) = who.stands {
                let token = self.sign_in(who).await?;
                let to = to.map_or_else(|| who.email(), str::to_owned);
                self.start(&token, channel, to).await?;
                self.sign_out(&token).await?;
            }
        }
        self.be(0);
        self.list(&kept.bound_to(backend.identity().await?)).await?;
        Ok(self.phones)
    }

    fn be(&self, seconds: i64) {
        self.clock.0.store(seconds, Ordering::Relaxed);
    }

    async fn found(&mut self) -> Told<()> {
        let time_zone = jiff::tz::TimeZone::system()
            .iana_name()
            .unwrap_or("Australia/Sydney")
            .to_owned();
        let found = Found {
            practice: PRACTICE.into(),
            name: MANAGER.name.into(),
            email: MANAGER.email(),
            password: Secret::new(PASSWORD),
            time_zone,
        };
        let token = self.service.call(None, found).await?.admitted.token;
        self.enrol(&token, &MANAGER).await?;
        self.sign_out(&token).await
    }

    async fn set_delivery(&self, token: &Token) -> Told<()> {
        let (mail, sms) = delivery(DOMAIN)?;
        self.service.call(Some(token), mail).await?;
        self.service.call(Some(token), sms).await?;
        Ok(())
    }

    async fn join(&mut self, by: &Token, who: &'static Somebody) -> Told<()> {
        let call = AddPerson {
            name: who.name.into(),
            email: who.email(),
            role: who.role,
            send: false,
        };
        let invitation = self.service.call(Some(by), call).await?;
        let call = Redeem {
            code: invitation.code,
            password: Secret::new(PASSWORD),
        };
        let outcome = self.service.call(None, call).await?;
        let token = self.arrive(who, outcome)?;
        self.enrol(&token, who).await?;
        self.sign_out(&token).await
    }

    /// Proves the method, for those who have one.
    async fn enrol(&mut self, token: &Token, who: &Somebody) -> Told<()> {
        let (method, code) = match who.stands {
            Stands::App => {
                let call = StartAuthenticator::default();
                let key = self.service.call(Some(token), call).await?;
                let phone = Phone::new(who.name, &key).ok_or("no key")?;
                let code = phone.code(self.clock.now());
                self.phones.push(phone);
                (key.method, code)
            }
            Stands::Email => self.proof(token, Channel::Email, who.email()).await?,
            Stands::Sms(to) => self.proof(token, Channel::Sms, to.into()).await?,
            Stands::Activated | Stands::Pending(..) | Stands::NotSetup => return Ok(()),
        };
        let code = Secret::new(code);
        let call = ProveMethod { method, code };
        self.service.call(Some(token), call).await?;
        let made = self.service.call(Some(token), MakeRecoveryCodes {}).await?;
        let call = KeepRecoveryCodes { set: made.set };
        self.service.call(Some(token), call).await?;
        Ok(())
    }

    async fn proof(&self, token: &Token, channel: Channel, to: String) -> Told<(MethodId, String)> {
        let method = self.start(token, channel, to).await?;
        Ok((method, self.received()?))
    }

    async fn start(&self, token: &Token, channel: Channel, to: String) -> Told<MethodId> {
        let call = StartSent {
            channel,
            to,
            replaces: None,
        };
        let started = self.service.call(Some(token), call).await?;
        self.service.send_due().await?;
        Ok(started.method)
    }

    /// The newest code: a notice may have come after it.
    fn received(&self) -> Told<String> {
        let sent = self.inbox.all();
        let newest = sent.iter().rev().find_map(|it| Code::find(&it.text).ok());
        Ok(newest.ok_or("no code was sent")?.expose().to_owned())
    }

    async fn ask_for_two_factor(&mut self) -> Told<()> {
        self.be(ASKED);
        let manager = self.sign_in(&MANAGER).await?;
        let rule = RuleAsked::Prompt;
        self.service.call(Some(&manager), SetRule { rule }).await?;
        for who in &STAFF {
            if let (Stands::Activated, Some((known, _))) =
                (who.stands, self.sessions.get(who.mailbox))
            {
                let user = known.user.clone();
                self.service
                    .call(
                        Some(&manager),
                        TurnOn {
                            user,
                            from: Starts::Now,
                        },
                    )
                    .await?;
            }
        }
        self.sign_out(&manager).await
    }

    /// The last visit before the present.
    async fn visit(&mut self, who: &'static Somebody) -> Told<()> {
        self.be(who.seen * HOUR);
        let token = self.sign_in(who).await?;
        self.sign_out(&token).await
    }

    async fn sign_in(&mut self, who: &'static Somebody) -> Told<Token> {
        let call = SignIn {
            email: who.email(),
            password: Secret::new(PASSWORD),
            computer: None,
            remembered: None,
        };
        let outcome = match self.service.call(None, call).await? {
            Outcome::Code(due) => {
                self.service.send_due().await?;
                let phone = self.phones.iter().find(|phone| phone.owner == who.name);
                let code = match phone {
                    Some(phone) => phone.code(self.clock.now()),
                    None => self.received()?,
                };
                let code = Secret::new(code);
                self.service
                    .call(
                        Some(&due.token),
                        SubmitCode {
                            code,
                            remember: false,
                        },
                    )
                    .await?
            }
            outcome => outcome,
        };
        self.arrive(who, outcome)
    }

    fn arrive(&mut self, who: &'static Somebody, outcome: Outcome) -> Told<Token> {
        let Outcome::In(Admitted { token, me, .. }) = outcome else {
            return Err("not let in".into());
        };
        let session = (Known::from(&me), token.clone());
        self.sessions.insert(who.mailbox, session);
        Ok(token)
    }

    async fn sign_out(&self, token: &Token) -> Told<()> {
        self.service.call(Some(token), SignOut {}).await?;
        Ok(())
    }

    /// Puts some on the list of who has signed in on this computer.
    async fn list(&self, kept: &Kept) -> Told<()> {
        for mailbox in LISTED.iter().rev() {
            if let Some((known, token)) = self.sessions.get(mailbox) {
                kept.arrived(known, token).await?;
                kept.left(&known.user).await?;
            }
        }
        Ok(())
    }
}
