//! Acts on what is a person's and not one practice's, where the person works in several: somebody
//! with full access in each of them asks for the same.

use super::acts::{Subject, by};
use super::{Happened, Service, Staff};
use crate::api::Error;
use crate::domain::{EventKind, NotAllowed, Reason, Timestamp, minutes_after};
use crate::store::{NewAgreement, Tx};

/// Hours that one practice waits for the others, as long as an invitation is good for.
const AGREEMENT_HOURS: i64 = 24;

/// An act on a person's factors, e-mail or password.
#[derive(Clone, Copy, Debug)]
pub(super) enum Act<'a> {
    Reset,
    TurnOff,
    AllowTries,
    HandOverCode,
    /// Another address, to which alone is agreed.
    Email(&'a str),
}

impl Act<'_> {
    fn word(self) -> String {
        match self {
            Self::Reset => "reset".to_owned(),
            Self::TurnOff => "turn off".to_owned(),
            Self::AllowTries => "allow tries again".to_owned(),
            Self::HandOverCode => "hand-over code".to_owned(),
            Self::Email(email) => format!("email {email}"),
        }
    }
}

impl Service {
    /// Goes on with an act for somebody who has full access in every practice of the
    /// person, or in some while others asked for the same in the rest, within the last 24 hours.
    /// Otherwise the agreement of an actor who is Enabled is written down and committed, and the act
    /// refused.
    pub(super) async fn agreed(
        &self,
        mut tx: Tx,
        actor: &Staff,
        subject: &Subject,
        act: Act<'_>,
        why: &Reason,
        now: Timestamp,
    ) -> Result<Tx, Error> {
        if actor
            .facts
            .have_full_access_wherever(&subject.facts)
            .is_ok()
        {
            return Ok(tx);
        }
        actor.facts.must_be_enabled()?;
        let word = act.word();
        let practices = subject.facts.all_practices();
        for practice in practices.filter(|practice| actor.facts.has_full_access_in(practice)) {
            tx.add_agreement(NewAgreement {
                id: &self.new_row_id(now),
                user: &subject.user.id,
                act: &word,
                practice,
                by: &actor.user.id,
                now,
            })
            .await?;
        }
        let since = minutes_after(now, -60 * AGREEMENT_HOURS);
        if tx
            .spend_agreements(&subject.user.id, word.as_str(), since, now)
            .await?
        {
            return Ok(tx);
        }
        let reason = format!("{word}: {}", why.as_str());
        let happened = Happened {
            subject: Some(&subject.user.id),
            reason: Some(&reason),
            ..by(actor, EventKind::Agreed)
        };
        self.log(&mut tx, happened, now).await?;
        tx.commit().await?;
        Err(NotAllowed::OthersAgree.into())
    }
}
