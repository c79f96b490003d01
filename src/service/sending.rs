//! Codes that are sent: made, sent once more, looked at, spent.

use subtle::ConstantTimeEq;

use super::budgets;
use super::keys::Place;
use super::letters::{self, Letter};
use super::limits::{Room, limits};
use super::outbox::Outbox;
use super::{Service, internal};
use crate::api::{Error, Line, SentCode, ToSend};
use crate::domain::{
    Code, Destination, Purpose, TRIES_PER_CHALLENGE, Timestamp, UserId, again_from, minutes_after,
};
use crate::figures;
use crate::store::{
    Bond, CodeRow, Counted, MessageKind, MethodRow, NewCode, NewMessage, PracticeRow, SendingRow,
    SendingState, Tx,
};

/// A code that is to be sent, or was: what it opens, whose it is, where it goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sending<'a> {
    pub(super) purpose: Purpose,
    /// The hash of a waiting token, a method that is set up, or a session.
    pub(super) challenge: &'a str,
    pub(super) user: &'a UserId,
    /// The practices of the person, in the order in which they are asked to send.
    pub(super) practices: &'a [PracticeRow],
    pub(super) to: &'a Destination,
}

impl<'a> Sending<'a> {
    pub(super) fn bond(&self) -> Bond<'a> {
        Bond {
            purpose: self.purpose,
            challenge: self.challenge,
            channel: self.to.channel(),
        }
    }
}

impl Service {
    async fn sent_code(
        &self,
        tx: &mut Tx,
        sending: Sending<'_>,
        now: Timestamp,
    ) -> Result<SentCode, Error> {
        let sendings = tx.sendings(sending.bond()).await?;
        let code = tx.newest_code(sending.bond()).await?;
        let (line, again) = match sendings.first() {
            Some(newest) => (line(newest), again_after(&sendings)),
            None if self
                .sender_to(tx, sending.practices, sending.to)
                .await?
                .is_none() =>
            {
                (Line::NotConfigured, now)
            }
            None => {
                let room = self.room_from(tx, sending.practices, sending.user, sending.to, now);
                let until = room.await?.unwrap_or(now);
                (Line::TooMany { until }, until)
            }
        };
        Ok(SentCode {
            to: sending.to.masked(),
            line,
            ends: code.filter(|code| code.is_live(now)).map(|code| code.ends),
            again,
        })
    }

    /// Sends what is to be sent, if anything, and tells how the code of the challenge stands.
    pub(super) async fn code_for(
        &self,
        tx: &mut Tx,
        sending: Sending<'_>,
        send: Option<ToSend>,
        now: Timestamp,
    ) -> Result<SentCode, Error> {
        match send {
            None => self.sent_code(tx, sending, now).await,
            Some(ToSend::IfNone) => self.send_if_none(tx, sending, now).await,
            Some(ToSend::Again) => self.send_again(tx, sending, now).await,
        }
    }

    async fn send_if_none(
        &self,
        tx: &mut Tx,
        sending: Sending<'_>,
        now: Timestamp,
    ) -> Result<SentCode, Error> {
        let newest = tx.newest_code(sending.bond()).await?;
        if !newest.is_some_and(|code| code.is_live(now))
            && let Some(practice) = self.sender_to(tx, sending.practices, sending.to).await?
            && !self.send(tx, sending, &practice, now).await?
        {
            let room = self.room_from(tx, sending.practices, sending.user, sending.to, now);
            let until = room.await?.unwrap_or(now);
            return Ok(SentCode {
                to: sending.to.masked(),
                line: Line::TooMany { until },
                ends: None,
                again: until,
            });
        }
        self.sent_code(tx, sending, now).await
    }

    async fn send_again(
        &self,
        tx: &mut Tx,
        sending: Sending<'_>,
        now: Timestamp,
    ) -> Result<SentCode, Error> {
        let sendings = tx.sendings(sending.bond()).await?;
        let until = again_after(&sendings);
        if !sendings.is_empty() && now < until {
            return Err(Error::TooSoon { until });
        }
        if let Some(practice) = self.sender_to(tx, sending.practices, sending.to).await? {
            let sent = self.send(tx, sending, &practice, now).await?;
            if !sent
                && let Some(until) = self
                    .room_from(tx, sending.practices, sending.user, sending.to, now)
                    .await?
            {
                return Err(Error::TooSoon { until });
            }
        }
        self.sent_code(tx, sending, now).await
    }

    /// Sends the live code once more, or makes one; false if a limit stands in the way.
    async fn send(
        &self,
        tx: &mut Tx,
        sending: Sending<'_>,
        practice: &PracticeRow,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let destination = self.destination_hash(sending.to);
        budgets::hold(tx, MessageKind::Code, &destination, &practice.id).await?;
        let newest = tx.newest_code(sending.bond()).await?;
        let newest_sending = tx.sendings(sending.bond()).await?.into_iter().next();
        let kept = match (newest.filter(|code| code.is_live(now)), newest_sending) {
            (Some(code), Some(sending)) => {
                let sealed = sending.sealed.as_deref();
                let letter = sealed.map(|sealed| self.open_letter(&sending.id, sealed));
                letter.transpose()?.map(|letter| (code, letter))
            }
            _ => None,
        };
        let (code, ends, before, letter, made) = match kept {
            Some((code, letter)) => {
                let before = tx.count_sendings(&code.id).await?;
                (code.id, code.ends, before, letter, false)
            }
            None => {
                tx.end_code(sending.bond(), now).await?;
                let (id, ends, letter) = self.make_code(tx, sending, practice, now).await?;
                (id, ends, 0, letter, true)
            }
        };
        let id = self.new_row_id(now);
        let message = NewMessage {
            id: &id,
            practice: &practice.id,
            user: sending.user,
            kind: MessageKind::Code,
            channel: sending.to.channel(),
            sealed: self.seal_letter(tx, &id, &letter).await?,
            made: now,
            ends,
        };
        let counted = Counted {
            destination: &destination,
            code: Some((&code, before)),
            limits: limits(sending.to.channel(), now),
        };
        let queued = tx.queue(message, counted).await?;
        if queued {
            Outbox::queued();
        } else if made {
            tx.forget_code(&code).await?;
        }
        Ok(queued)
    }

    async fn make_code(
        &self,
        tx: &mut Tx,
        sending: Sending<'_>,
        practice: &PracticeRow,
        now: Timestamp,
    ) -> Result<(String, Timestamp, Letter), Error> {
        let id = self.new_row_id(now);
        let code = Code::random(&*self.random);
        let channel = sending.to.channel();
        let ends = minutes_after(now, channel.code_minutes());
        tx.add_code(NewCode {
            id: &id,
            user: sending.user,
            practice: &practice.id,
            bond: sending.bond(),
            mac: self.code_mac(&id, &code),
            made: now,
            ends,
        })
        .await?;
        let letter = letters::code(sending.purpose, sending.to, &code, &practice.name);
        Ok((id, ends, letter))
    }

    /// Takes one of the five tries at a code that no sign-in and no set-up counts them of, in a
    /// transaction that is committed before the code is looked at; how many are left. At one whose
    /// tries are used up there is nothing to look at any more: it ends.
    pub(super) async fn take_code_try(
        &self,
        tx: &mut Tx,
        bond: Bond<'_>,
        now: Timestamp,
    ) -> Result<u32, Error> {
        if let Some(taken) = tx.take_code_try(bond, now).await? {
            return Ok(TRIES_PER_CHALLENGE.saturating_sub(taken));
        }
        let newest = tx.newest_code(bond).await?;
        let used_up = newest.is_some_and(|code| code.tries >= TRIES_PER_CHALLENGE);
        tx.end_code(bond, now).await?;
        // Of one that has ended otherwise none was taken.
        Ok(if used_up { 0 } else { TRIES_PER_CHALLENGE })
    }

    /// Looks at a counted code and spends it, in the caller's transaction.
    pub(super) async fn spend_sent_code(
        &self,
        tx: &mut Tx,
        bond: Bond<'_>,
        code: &Code,
        tries_left: u32,
        now: Timestamp,
    ) -> Result<(), Error> {
        let codes = tx.codes(bond).await?;
        let Some(row) = codes.iter().find(|row| self.is_code(row, code)) else {
            return Err(Error::CodeWrong { tries_left });
        };
        if row.used.is_some() {
            return Err(Error::CodeUsed { tries_left });
        }
        if tx.spend_code(&row.id, now).await? {
            figures::code_used(bond.channel);
            Ok(())
        } else {
            Err(Error::CodeEnded { tries_left })
        }
    }

    fn is_code(&self, row: &CodeRow, code: &Code) -> bool {
        self.code_mac(&row.id, code).ct_eq(&row.mac[..]).into()
    }

    /// Keyed, and bound to the row: copied to another it opens nothing.
    fn code_mac(&self, id: &str, code: &Code) -> Vec<u8> {
        let of = zeroize::Zeroizing::new(format!("{id}|{}", code.expose()));
        self.keys.mac("sent code", of.as_bytes()).to_vec()
    }

    /// Where a method's codes are sent. A place that is missing, moved or changed is a fault.
    pub(super) fn destination(&self, method: &MethodRow) -> Result<Destination, Error> {
        let channel = method
            .kind
            .channel()
            .ok_or_else(|| internal(&"a method sends no codes"))?;
        let opened = self.method_secret(method)?;
        std::str::from_utf8(&opened)
            .ok()
            .and_then(|text| Destination::kept(channel, text))
            .ok_or_else(|| internal(&"a destination is malformed"))
    }

    /// When a place opens for one more code, where a limit stands in the way.
    pub(super) async fn room_from(
        &self,
        tx: &mut Tx,
        practices: &[PracticeRow],
        user: &UserId,
        to: &Destination,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Error> {
        let sender = self.sender_to(tx, practices, to).await?;
        let room = Room {
            kind: MessageKind::Code,
            user,
            destination: &self.destination_hash(to),
            sender: sender.as_ref().map(|practice| &practice.id),
            channel: to.channel(),
        };
        room.opens(tx, now).await
    }

    /// What a place is counted under: keyed, so that no list of addresses and numbers comes about.
    pub(super) fn destination_hash(&self, to: &Destination) -> String {
        let mac = self.keys.mac("destination", to.as_str().as_bytes());
        data_encoding::HEXLOWER.encode(&*mac)
    }

    /// A letter, sealed to its row of the outbox.
    pub(super) async fn seal_letter(
        &self,
        tx: &mut Tx,
        row: &str,
        letter: &Letter,
    ) -> Result<Vec<u8>, Error> {
        let text = serde_json::to_vec(letter).map_err(|error| internal(&error))?;
        let text = zeroize::Zeroizing::new(text);
        self.seal(tx, sealed_of(row), &text).await
    }

    pub(super) fn open_letter(&self, row: &str, sealed: &[u8]) -> Result<Letter, Error> {
        let text = self
            .keys
            .open(sealed_of(row), sealed)
            .map_err(|error| internal(&error))?;
        serde_json::from_slice(&text).map_err(|_| internal(&"a message is malformed"))
    }
}

/// From when a challenge's code may be sent again.
fn again_after(sendings: &[SendingRow]) -> Timestamp {
    let count = u32::try_from(sendings.len()).unwrap_or(u32::MAX);
    sendings
        .first()
        .map_or(Timestamp::MIN, |newest| again_from(count, newest.made))
}

/// How far a message has come, for the screen.
pub(super) fn line(sending: &SendingRow) -> Line {
    line_of(sending.state, sending.changed, sending.next)
}

/// The same, of a message that is in its state since `at` and is tried `next`.
pub(super) fn line_of(state: SendingState, at: Timestamp, next: Timestamp) -> Line {
    match state {
        SendingState::Queued => Line::Queued,
        SendingState::HandedOver => Line::HandedOver { at },
        SendingState::Delivered => Line::Delivered { at },
        SendingState::NotDelivered(why) => Line::NotDelivered { why },
        SendingState::Again(why) => Line::Again { why, at: next },
        SendingState::Failed(why) => Line::Failed { why },
        SendingState::Dropped => Line::Dropped,
    }
}

fn sealed_of(row: &str) -> Place<'_> {
    Place {
        table: "outbox",
        row,
        column: "sealed",
    }
}
