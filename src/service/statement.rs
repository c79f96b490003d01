//! The statement: who was protected on a day.

use jiff::SignedDuration;

use super::acts::by;
use super::limits::MINUTES_PER_DAY;
use super::{FullAccess, Handle, Happened, Service, internal};
use crate::api::{Error, Fault, Field, Statement, StatementLine, StatementOf};
use crate::domain::{
    Enrolment, EventKind, MethodKind, Proven, Requirement, Rule, Status, Timestamp, TurnedOnBy,
    end_of, minutes_after,
};
use crate::store::{MemberThen, MethodThen};

impl Handle<Statement> for Service {
    type Caller = FullAccess;

    async fn handle(
        &self,
        actor: FullAccess,
        call: Statement,
        now: Timestamp,
    ) -> Result<StatementOf, Error> {
        let mut tx = self.store.write_beside().await?;
        let actor = actor.again(&mut tx, now).await?;
        let practice = &actor.practice;
        let zone = practice.zone()?;
        let today = now.to_zoned_datetime(zone.clone()).date();
        let made = tx.practice_made(&practice.id).await?;
        if call.day > today {
            return Err(Field::When.cannot_be(Fault::NotYet));
        }
        if call.day < made.to_zoned_datetime(zone.clone()).date() {
            return Err(Field::When.cannot_be(Fault::TooEarly));
        }
        let happened = Happened {
            reason: Some(&call.day.to_string()),
            ..by(&actor, EventKind::StatementSaved)
        };
        self.log(&mut tx, happened, now).await?;
        tx.commit().await?;

        // Just before this moment: of today what is so by now, with what was done in this
        // millisecond.
        let soon = now
            .checked_add(SignedDuration::from_millis(1))
            .unwrap_or(now);
        let then = end_of(call.day, &zone).map_err(|error| internal(&error))?;
        let then = then.min(soon);
        let since = minutes_after(then, -MINUTES_PER_DAY * StatementOf::DAYS);
        let mut tx = self.store.read().await?;
        let rule = tx.rule_then(&practice.id, then).await?;
        let rule = rule.ok_or(Error::NotFound)?;
        let members = tx.members_then(&practice.id, then, since).await?;
        let mut methods = tx.methods_then(&practice.id, then).await?;
        let people = members.into_iter().map(|member| {
            let methods = methods.remove(&member.user).unwrap_or_default();
            line(member, &methods, then)
        });
        Ok(StatementOf {
            people: people.collect(),
            practice: practice.name.clone(),
            time_zone: practice.time_zone.clone(),
            day: call.day,
            at: then,
            made: now,
            by: actor.user.name,
            rule: rule.rule,
            rule_since: rule.from,
        })
    }
}

fn line(member: MemberThen, methods: &[MethodThen], then: Timestamp) -> StatementLine {
    let requirement = Requirement {
        rules: member
            .ruled
            .map(|from| Rule::Mandatory { bites: from })
            .into_iter()
            .collect(),
        own: member
            .required
            .map(|_| TurnedOnBy::Oneself)
            .into_iter()
            .collect(),
    };
    let status = Status::of(&requirement, &enrolment(methods), then);
    let proven = methods.iter().filter_map(|method| method.proven);
    StatementLine {
        since: match status {
            Status::Enabled => proven.min(),
            Status::Activated => member.ruled.into_iter().chain(member.required).min(),
            Status::Pending | Status::NotSetup => None,
        },
        methods: kinds(methods),
        user: member.user,
        name: member.name,
        role: member.role,
        status,
        second_steps: member.second_steps,
        remembered: member.remembered,
    }
}

fn kinds(methods: &[MethodThen]) -> Vec<MethodKind> {
    let proven = methods.iter().filter(|method| method.proven.is_some());
    proven.map(|method| method.kind).collect()
}

fn enrolment(methods: &[MethodThen]) -> Enrolment {
    if let Some(methods) = Proven::kept(&kinds(methods), None) {
        return Enrolment::Enabled {
            methods,
            replacing: None,
        };
    }
    match methods.iter().max_by_key(|method| method.ends) {
        Some(method) => Enrolment::Pending {
            kind: method.kind,
            expires: method.ends,
        },
        None => Enrolment::None,
    }
}
