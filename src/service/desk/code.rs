//! The code of a colleague at another computer: eight digits for one waiting screen.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{Both, LettingIn};
use crate::api::{
    Ack, AskAtDesk, AtDesk, DeskCodeMade, DeskScreen, Error, Fault, Field, MakeDeskCode, Outcome,
    Secret, SubmitDeskCode,
};
use crate::domain::{
    ComputerName, DESK_CODE_MINUTES, DeskCode, EventKind, Factor, Timestamp, minutes_after,
};
use crate::service::acts::{by, reason};
use crate::service::callers::CodeDue;
use crate::service::second_step::still_waits;
use crate::service::sign_in::SENT_CODE_DUE_MINUTES;
use crate::service::{FullAccess, Handle, Happened, Service, SteppedUp};
use crate::store::{About, DeskCodeRow, NewDeskCode};

impl Handle<AskAtDesk> for Service {
    type Caller = CodeDue;

    async fn handle(
        &self,
        CodeDue { waiting }: CodeDue,
        call: AskAtDesk,
        now: Timestamp,
    ) -> Result<Ack, Error> {
        let computer =
            ComputerName::parse(&call.computer).map_err(|fault| Field::Name.cannot_be(fault))?;
        let mut tx = self
            .store
            .write_about(About::Person(waiting.user.as_str()))
            .await?;
        // Another method may be asked for since: that stays.
        let waiting = still_waits(&mut tx, &waiting, now).await?;
        // As long as for a code that is sent: it is made by somebody who has to be found first.
        let (hash, method) = (&waiting.token_hash, waiting.method);
        let longer = tx.ask_waiting(hash, method, SENT_CODE_DUE_MINUTES, now);
        let waits = longer.await?;
        let screen = self.new_row_id(now);
        if !(waits && tx.ask_at_desk(&screen, hash, &computer, now).await?) {
            return Err(Error::ChallengeEnded);
        }
        tx.commit().await?;
        Ok(Ack {})
    }
}

impl Handle<AtDesk> for Service {
    type Caller = FullAccess;

    async fn handle(
        &self,
        FullAccess(actor): FullAccess,
        call: AtDesk,
        now: Timestamp,
    ) -> Result<Vec<DeskScreen>, Error> {
        let mut tx = self.store.read().await?;
        let subject = actor.another(&mut tx, &call.user, now).await?;
        let screens = tx.desk_screens(&subject.user.id, now).await?;
        Ok(screens
            .into_iter()
            .map(|screen| DeskScreen {
                screen: screen.id,
                computer: screen.computer.to_string(),
                since: screen.asked,
            })
            .collect())
    }
}

impl Handle<MakeDeskCode> for Service {
    type Caller = SteppedUp<FullAccess>;

    fn check(&self, call: &MakeDeskCode) -> Result<(), Error> {
        reason(&call.reason).map(drop)
    }

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: MakeDeskCode,
        now: Timestamp,
    ) -> Result<DeskCodeMade, Error> {
        let why = reason(&call.reason)?;
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let subject = actor.another(&mut tx, &call.user, now).await?;
        let (colleague, owner) = (&actor.user.id, &subject.user.id);
        Both::read(&mut tx, colleague, owner, now).await?.may(now)?;
        let code = DeskCode::random(&*self.random);
        let new = NewDeskCode {
            screen: &call.screen,
            user: owner,
            mac: self.desk_mac(&call.screen, &code),
            by: colleague,
            reason: &why,
            made: now,
            ends: minutes_after(now, DESK_CODE_MINUTES),
        };
        // It was given up, or has ended, since it was picked.
        let ends = tx.put_desk_code(new).await?.ok_or(Error::Stale)?;
        let happened = Happened {
            subject: Some(owner),
            reason: Some(why.as_str()),
            ..by(&actor, EventKind::DeskCodeMade)
        };
        self.log(&mut tx, happened, now).await?;
        tx.commit().await?;
        Ok(DeskCodeMade {
            code: Secret::new(code.expose()),
            ends,
        })
    }
}

impl Handle<SubmitDeskCode> for Service {
    type Caller = CodeDue;

    async fn handle(
        &self,
        CodeDue { waiting }: CodeDue,
        call: SubmitDeskCode,
        now: Timestamp,
    ) -> Result<Outcome, Error> {
        let code = DeskCode::parse(call.code.expose())
            .map_err(|fault| Field::Code.cannot_be(Fault::Code(fault)))?;

        let (mut tx, counted, tries_left) = self.count_challenge_try(&waiting, now).await?;
        // First, so that it is let in once, and a right code is never called wrong.
        if !tx.end_waiting(&waiting.token_hash, now).await? {
            return Err(Error::ChallengeEnded);
        }
        let user = tx.user(&waiting.user).await?.ok_or(Error::ChallengeEnded)?;
        let failed = || Happened {
            factor: Some(Factor::DeskCode),
            computer: waiting.computer.as_deref(),
            ..Happened::on(&user.id, EventKind::CodeWrong)
        };
        let made = tx.desk_code(&waiting.token_hash).await?;
        let made = match made.filter(|made| self.is_desk_code(made, &code)) {
            None => Err(Error::CodeWrong { tries_left }),
            Some(made) if made.ends <= now => Err(Error::CodeEnded { tries_left }),
            Some(made) => Ok(made),
        };
        let made = match made {
            Ok(made) => made,
            Err(refused) => {
                drop(tx);
                return Err(self.code_refused(refused, failed(), now).await);
            }
        };
        let both = Both::read(&mut tx, &made.by, &user.id, now).await?;
        let colleague = tx.user(&made.by).await?;
        let (Some(colleague), Ok(())) = (colleague, both.may(now)) else {
            drop(tx);
            // Whoever made it may not any more: as if it had ended, and no failure of the owner's.
            self.give_back_alone(&counted, now).await?;
            let refused = Error::CodeEnded { tries_left };
            return Err(self.code_refused(refused, failed(), now).await);
        };
        // Right, and no second step of the owner's own: the failures before it stand.
        self.give_back(&mut tx, &counted, now).await?;
        let letting = LettingIn {
            colleague: &colleague,
            user: &user,
            owner: &both.owner,
            why: &made.reason,
            computer: waiting.computer.as_deref(),
        };
        self.let_in_for_good(tx, letting, &counted, now).await
    }
}

impl Service {
    fn is_desk_code(&self, made: &DeskCodeRow, code: &DeskCode) -> bool {
        self.desk_mac(&made.screen, code)
            .ct_eq(&made.mac[..])
            .into()
    }

    /// Keyed, and bound to its screen: on another it opens nothing.
    fn desk_mac(&self, screen: &str, code: &DeskCode) -> Vec<u8> {
        let of = Zeroizing::new(format!("{screen}|{}", code.expose()));
        self.keys.mac("desk code", of.as_bytes()).to_vec()
    }
}
