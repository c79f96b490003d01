//! The practice's two-factor rule.

use super::acts::by;
use super::{FullAccess, Handle, Happened, Service, SteppedUp};
use crate::api::{Error, PracticeRule, RuleAsked, RuleInForce, SetRule};
use crate::domain::{NotAllowed, PracticeId, Rule, Timestamp};
use crate::store::{Filter, NewRule, Tx};

impl Handle<PracticeRule> for Service {
    type Caller = FullAccess;

    async fn handle(
        &self,
        FullAccess(actor): FullAccess,
        _: PracticeRule,
        now: Timestamp,
    ) -> Result<RuleInForce, Error> {
        let mut tx = self.store.read().await?;
        rule(&mut tx, &actor.practice.id, now).await
    }
}

impl Handle<SetRule> for Service {
    type Caller = SteppedUp<FullAccess>;

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: SetRule,
        now: Timestamp,
    ) -> Result<RuleInForce, Error> {
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        // Nobody requires of others what they have not done, nor locks themself out by it.
        if call.rule == RuleAsked::MandatoryFromNow && !actor.facts.is_enabled() {
            return Err(NotAllowed::ActorNotEnabled.into());
        }
        let practice = &actor.practice.id;
        let before = rule(&mut tx, practice, now).await?;
        // The same rule again changes nothing: a start that stands is not moved.
        if before.rule == call.rule {
            return Ok(before);
        }
        let new = NewRule {
            id: &self.new_row_id(now),
            practice,
            rule: match call.rule {
                RuleAsked::Optional => Rule::Optional,
                RuleAsked::Prompt => Rule::Prompt,
                RuleAsked::MandatoryFromNow => Rule::Mandatory { bites: now },
            },
            by: Some(&actor.user.id),
            now,
        };
        tx.set_rule(new).await?;
        let change = format!("{} to {}", word(before.rule), word(call.rule));
        let happened = Happened {
            reason: Some(&change),
            ..by(&actor, "rule_changed")
        };
        self.log(&mut tx, happened, now).await?;
        let after = rule(&mut tx, practice, now).await?;
        tx.commit().await?;
        Ok(after)
    }
}

async fn rule(tx: &mut Tx, practice: &PracticeId, now: Timestamp) -> Result<RuleInForce, Error> {
    let rows = tx.rules(practice, 2).await?;
    let everyone = Filter {
        practice,
        only: None,
        search: "",
        status: None,
        away: false,
    };
    let counts = tx.count_people(&everyone, now).await?;
    let current = rows.first().ok_or(Error::NotFound)?;
    Ok(RuleInForce {
        rule: asked(current.rule),
        by: current.by.clone(),
        since: current.from,
        before: rows.get(1).map(|row| asked(row.rule)),
        not_enabled: counts.all() - counts.enabled,
    })
}

fn asked(rule: Rule) -> RuleAsked {
    match rule {
        Rule::Optional => RuleAsked::Optional,
        Rule::Prompt => RuleAsked::Prompt,
        Rule::Mandatory { .. } => RuleAsked::MandatoryFromNow,
    }
}

/// The rule in the audit log: a word that stays when the code's names change.
fn word(rule: RuleAsked) -> &'static str {
    match rule {
        RuleAsked::Optional => "optional",
        RuleAsked::Prompt => "prompt",
        RuleAsked::MandatoryFromNow => "mandatory",
    }
}
