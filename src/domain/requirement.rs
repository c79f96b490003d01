//! What is required of a person, from when, and who may undo it.
//!
//! Requirement is kept apart from enrolment: a change of a practice's rule then needs no sweep
//! over its members.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NotAllowed, Role};

/// A practice's two-factor rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Rule {
    /// Asks nothing of anyone, and switches nobody off. The default.
    Optional,
    /// Set-up is offered at sign-in and may be put off.
    Prompt,
    /// Two-factor is required.
    Mandatory {
        /// The moment from which set-up can no longer be put off.
        #[schemars(with = "crate::domain::schema::Time")]
        bites: Timestamp,
    },
}

/// Who turned two-factor on for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum TurnedOnBy {
    /// The person, for themself.
    Oneself,
    /// Someone with full access.
    FullAccess {
        /// The moment from which set-up can no longer be put off.
        #[schemars(with = "crate::domain::schema::Time")]
        bites: Timestamp,
    },
}

/// Everything that is required of one person, over all their practices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requirement {
    /// The rule in force of every practice the person belongs to.
    pub rules: Vec<Rule>,
    /// The person's own open requirements.
    pub own: Vec<TurnedOnBy>,
}

/// What sign-in owes someone who has no proven method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// Straight in.
    Nothing,
    /// Set-up is shown, and may be put off.
    Offered,
    /// Set-up is shown with the time left, and may be put off until that moment.
    OfferedUntil(#[schemars(with = "crate::domain::schema::Time")] Timestamp),
    /// Set-up must be finished before anything else.
    Now,
}

impl Requirement {
    /// What is due at `now` from someone who has no proven method; the strictest source wins.
    #[must_use]
    pub fn next_for_unenrolled(&self, now: Timestamp) -> Due {
        match self.bites() {
            Some(bites) if bites <= now => Due::Now,
            Some(bites) => Due::OfferedUntil(bites),
            None if !self.own.is_empty() || self.rules.contains(&Rule::Prompt) => Due::Offered,
            None => Due::Nothing,
        }
    }

    /// The earliest moment at which any source bites, if one does or will.
    #[must_use]
    pub fn bites(&self) -> Option<Timestamp> {
        let by_rule = self.rules.iter().filter_map(|rule| match rule {
            Rule::Mandatory { bites } => Some(*bites),
            Rule::Optional | Rule::Prompt => None,
        });
        let by_person = self.own.iter().filter_map(|by| match by {
            TurnedOnBy::FullAccess { bites } => Some(*bites),
            TurnedOnBy::Oneself => None,
        });
        by_rule.chain(by_person).min()
    }

    /// Whether two-factor was turned on for this person, by anyone or by a rule that is Mandatory,
    /// from the moment it is saved and not only from when it bites.
    #[must_use]
    pub fn is_turned_on(&self) -> bool {
        !self.own.is_empty() || self.is_mandatory()
    }

    /// Whether any practice of the person is, or will be, Mandatory.
    #[must_use]
    pub fn is_mandatory(&self) -> bool {
        self.rules
            .iter()
            .any(|rule| matches!(rule, Rule::Mandatory { .. }))
    }

    /// Whether a person with the role `actor` may turn two-factor off; `oneself` says that the
    /// actor is the person.
    ///
    /// # Errors
    ///
    /// [`NotAllowed::FullAccessOnly`] for another person without full access,
    /// [`NotAllowed::RequiredByRule`] while a rule is or will be Mandatory, and
    /// [`NotAllowed::RequiredByFullAccess`] for one's own while a manager requires it.
    pub fn may_turn_off(&self, actor: Role, oneself: bool) -> Result<(), NotAllowed> {
        let full_access = actor.has_full_access();
        if !oneself && !full_access {
            return Err(NotAllowed::FullAccessOnly);
        }
        if self.is_mandatory() {
            return Err(NotAllowed::RequiredByRule);
        }
        let by_manager = |by: &TurnedOnBy| matches!(by, TurnedOnBy::FullAccess { .. });
        if !full_access && self.own.iter().any(by_manager) {
            return Err(NotAllowed::RequiredByFullAccess);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn required(rules: &[Rule], own: &[TurnedOnBy]) -> Requirement {
        Requirement {
            rules: rules.to_vec(),
            own: own.to_vec(),
        }
    }

    #[test]
    fn the_strictest_source_wins() {
        use Rule::{Mandatory, Optional, Prompt};
        use TurnedOnBy::{FullAccess, Oneself};
        let now = at(100);
        let later = |s| Mandatory { bites: at(s) };
        let manager = |s| FullAccess { bites: at(s) };
        let table: &[(&[Rule], &[TurnedOnBy], Due, bool)] = &[
            (&[], &[], Due::Nothing, false),
            (&[Optional], &[], Due::Nothing, false),
            (&[Prompt], &[], Due::Offered, false),
            (&[Optional, Prompt], &[], Due::Offered, false),
            (&[], &[Oneself], Due::Offered, true),
            (&[Prompt], &[Oneself], Due::Offered, true),
            (&[later(101)], &[], Due::OfferedUntil(at(101)), true),
            (&[later(100)], &[], Due::Now, true),
            (&[later(99)], &[], Due::Now, true),
            (&[], &[manager(200)], Due::OfferedUntil(at(200)), true),
            (&[], &[manager(100)], Due::Now, true),
            (
                &[later(300), later(200)],
                &[manager(250)],
                Due::OfferedUntil(at(200)),
                true,
            ),
            (&[later(300), Optional], &[manager(50)], Due::Now, true),
            (&[later(50), Optional], &[Oneself], Due::Now, true),
            (
                &[Prompt],
                &[Oneself, manager(150)],
                Due::OfferedUntil(at(150)),
                true,
            ),
        ];
        for (rules, own, due, on) in table {
            let requirement = required(rules, own);
            assert_eq!(
                requirement.next_for_unenrolled(now),
                *due,
                "{requirement:?}"
            );
            assert_eq!(requirement.is_turned_on(), *on, "{requirement:?}");
        }
    }

    #[test]
    fn turning_off_is_refused_while_someone_else_requires_it() {
        use NotAllowed::{FullAccessOnly, RequiredByFullAccess, RequiredByRule};
        use Role::{FullAccess, Practitioner, Reception};
        let nothing = required(&[Rule::Optional], &[]);
        let prompt = required(&[Rule::Prompt], &[]);
        let oneself = required(&[Rule::Optional], &[TurnedOnBy::Oneself]);
        let manager = required(&[], &[TurnedOnBy::FullAccess { bites: at(9) }]);
        let rule = required(
            &[Rule::Optional, Rule::Mandatory { bites: at(9) }],
            &[TurnedOnBy::Oneself],
        );
        let table = [
            (&nothing, Reception, true, Ok(())),
            (&prompt, Reception, true, Ok(())),
            (&oneself, Reception, true, Ok(())),
            (&oneself, Practitioner, true, Ok(())),
            (&oneself, Reception, false, Err(FullAccessOnly)),
            (&oneself, FullAccess, false, Ok(())),
            (&manager, Reception, true, Err(RequiredByFullAccess)),
            (&manager, Practitioner, true, Err(RequiredByFullAccess)),
            (&manager, Practitioner, false, Err(FullAccessOnly)),
            (&manager, FullAccess, true, Ok(())),
            (&manager, FullAccess, false, Ok(())),
            (&rule, Reception, true, Err(RequiredByRule)),
            (&rule, FullAccess, true, Err(RequiredByRule)),
            (&rule, FullAccess, false, Err(RequiredByRule)),
            (&rule, Practitioner, false, Err(FullAccessOnly)),
        ];
        for (requirement, actor, oneself, expected) in table {
            assert_eq!(
                requirement.may_turn_off(actor, oneself),
                expected,
                "{requirement:?} {actor:?} {oneself}"
            );
        }
    }
}
