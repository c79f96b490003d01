//! The practice's two-factor rule, and the methods that it allows.

use super::acts::by;
use super::{FullAccess, Handle, Happened, Service, Staff, SteppedUp};
use crate::api::{
    Error, Field, PracticeRule, RuleAsked, RuleInForce, RuleSet, SetAllowed, SetRule,
};
use crate::domain::{Allowed, AllowedMethods, Due, EventKind, NotAllowed, Rule, Starts, Timestamp};
use crate::store::{NewAllowance, NewRule, PracticeRow, Tx};

impl Handle<PracticeRule> for Service {
    type Caller = FullAccess;

    async fn handle(
        &self,
        FullAccess(actor): FullAccess,
        _: PracticeRule,
        _: Timestamp,
    ) -> Result<RuleInForce, Error> {
        let mut tx = self.store.read().await?;
        rule(&mut tx, &actor).await
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
        let asked = match call.rule {
            RuleAsked::Optional => Rule::Optional,
            RuleAsked::Prompt => Rule::Prompt,
            RuleAsked::Mandatory { from } => Rule::Mandatory {
                bites: moment(&actor.practice, from, now)?,
            },
        };
        // Nobody requires of others what they have not done, nor locks themself out by it.
        if matches!(asked, Rule::Mandatory { .. }) && !actor.facts.is_enabled() {
            return Err(NotAllowed::ActorNotEnabled.into());
        }
        let before = rule(&mut tx, &actor).await?;
        // A start that was reached stands: only while it lies ahead can it be changed
        // (SECURITY.md, attack 54).
        let unchanged = match (before.rule(), asked) {
            (Rule::Mandatory { bites }, Rule::Mandatory { bites: later }) if bites <= now => {
                if later > now {
                    return Err(NotAllowed::StartReached.into());
                }
                true
            }
            (standing, asked) => standing == asked,
        };
        if unchanged {
            return Ok(before);
        }
        let new = NewRule {
            id: &self.new_row_id(now),
            practice: &actor.practice.id,
            rule: asked,
            by: Some(&actor.user.id),
            now,
        };
        tx.set_rule(new).await?;
        let change = format!("{} to {}", word(before.rule()), word(asked));
        let happened = Happened {
            reason: Some(&change),
            ..by(&actor, EventKind::RuleChanged)
        };
        self.log(&mut tx, happened, now).await?;
        let after = rule(&mut tx, &actor).await?;
        tx.commit().await?;
        Ok(after)
    }
}

impl Handle<SetAllowed> for Service {
    type Caller = SteppedUp<FullAccess>;

    async fn handle(
        &self,
        SteppedUp(actor): Self::Caller,
        call: SetAllowed,
        now: Timestamp,
    ) -> Result<RuleInForce, Error> {
        let mut tx = self.store.write().await?;
        let actor = actor.again(&mut tx, now).await?;
        let bites = moment(&actor.practice, call.from, now)?;
        let place = actor.facts.place_in(&actor.practice.id);
        let standing = place.ok_or(Error::NotSignedIn)?.allowance;
        let next = standing.decide(call.allowed, bites, now)?;
        if next != standing {
            // As with the rule: by someone who has done what it asks.
            let own = Allowed {
                places: vec![(next, actor.role)],
            };
            match actor.facts.enrolment.methods() {
                None => return Err(NotAllowed::ActorNotEnabled.into()),
                Some(methods) if own.due(methods, now) != Due::Nothing => {
                    return Err(NotAllowed::OwnMethod.into());
                }
                Some(_) => {}
            }
            let new = NewAllowance {
                id: &self.new_row_id(now),
                practice: &actor.practice.id,
                allowance: next,
                by: &actor.user.id,
                now,
            };
            tx.set_allowance(new).await?;
            let change = format!(
                "{} to {} from {}",
                kinds(standing.decided),
                kinds(next.decided),
                next.bites
            );
            let happened = Happened {
                reason: Some(&change),
                ..by(&actor, EventKind::AllowedMethodsChanged)
            };
            self.log(&mut tx, happened, now).await?;
        }
        let actor = actor.again(&mut tx, now).await?;
        let after = rule(&mut tx, &actor).await?;
        tx.commit().await?;
        Ok(after)
    }
}

/// The moment that is meant by a start in a practice.
pub(super) fn moment(
    practice: &PracticeRow,
    starts: Starts,
    now: Timestamp,
) -> Result<Timestamp, Error> {
    let zone = practice.zone()?;
    starts
        .moment(&zone, now)
        .map_err(|fault| Field::When.cannot_be(fault))
}

async fn rule(tx: &mut Tx, actor: &Staff) -> Result<RuleInForce, Error> {
    let practice = &actor.practice.id;
    let rows = tx.rules(practice, RuleInForce::HISTORY).await?;
    let place = actor.facts.place_in(practice).ok_or(Error::NotSignedIn)?;
    Ok(RuleInForce {
        history: rows
            .into_iter()
            .map(|row| RuleSet {
                rule: row.rule,
                by: row.by,
                at: row.from,
            })
            .collect(),
        allowance: place.allowance,
    })
}

/// The rule in the audit log: words that stay when the code's names change.
fn word(rule: Rule) -> String {
    match rule {
        Rule::Optional => "optional".into(),
        Rule::Prompt => "prompt".into(),
        Rule::Mandatory { bites } => format!("mandatory from {bites}"),
    }
}

fn kinds(allowed: AllowedMethods) -> String {
    let flags = [
        (true, "authenticator"),
        (allowed.email, "email"),
        (allowed.sms, "sms"),
        (allowed.for_full_access, "for full access too"),
    ];
    let on = flags.iter().filter(|(on, _)| *on).map(|(_, word)| *word);
    on.collect::<Vec<_>>().join(", ")
}
