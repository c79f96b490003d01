//! What a practice sets about the computers that its people sign in on.

use super::acts::by;
use super::{FullAccess, Handle, Happened, Service, SteppedUp};
use crate::api::{self, Computers, Error, Fault, Field, SetComputerRule};
use crate::domain::{ComputerRule, EventKind, RememberDays, Timestamp};

impl Handle<api::ComputerRule> for Service {
    type Caller = FullAccess;

    async fn handle(
        &self,
        FullAccess(actor): FullAccess,
        _: api::ComputerRule,
        _: Timestamp,
    ) -> Result<Computers, Error> {
        let mut tx = self.store.read().await?;
        Ok(asked(tx.computer_rule(&actor.practice.id).await?))
    }
}

impl Handle<SetComputerRule> for Service {
    type Caller = SteppedUp<FullAccess>;

    fn check(&self, call: &SetComputerRule) -> Result<(), Error> {
        rule(call).map(drop)
    }

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: SetComputerRule,
        now: Timestamp,
    ) -> Result<Computers, Error> {
        let new = rule(&call)?;
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let practice = &actor.practice.id;
        let before = tx.computer_rule(practice).await?;
        if before != new {
            tx.set_computer_rule(practice, new, now).await?;
            let change = format!("{} to {}", told(before), told(new));
            let happened = Happened {
                reason: Some(&change),
                ..by(&actor, EventKind::ComputerRuleChanged)
            };
            self.log(&mut tx, happened, now).await?;
            tx.commit().await?;
        }
        Ok(asked(new))
    }
}

fn rule(SetComputerRule { computers }: &SetComputerRule) -> Result<ComputerRule, Error> {
    let days = computers.remember_days.map(RememberDays::new);
    Ok(ComputerRule {
        remember: days
            .transpose()
            .map_err(|_| Field::RememberDays.cannot_be(Fault::OutOfBounds))?,
        tell_new: computers.tell_new,
        keep_names: computers.keep_names,
    })
}

fn asked(rule: ComputerRule) -> Computers {
    Computers {
        remember_days: rule.remember.map(RememberDays::get),
        tell_new: rule.tell_new,
        keep_names: rule.keep_names,
    }
}

/// The rule in the audit log: words that stay when the code's names change.
fn told(rule: ComputerRule) -> String {
    let remember = match rule.remember {
        Some(days) => format!("remembered {} d", days.get()),
        None => "not remembered".into(),
    };
    let word = |on, word: &str| match on {
        true => word.to_owned(),
        false => format!("no {word}"),
    };
    format!(
        "{remember}, {}, {}",
        word(rule.tell_new, "notice of new ones"),
        word(rule.keep_names, "names kept")
    )
}
