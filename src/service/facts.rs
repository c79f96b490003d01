//! What is required of a person and what the person has enrolled, read from the database.

use crate::api::{Error, Method, StatusFacts};
use crate::domain::{
    Enrolment, MethodKind, Proven, Requirement, Role, Started, Status, Timestamp, TurnedOnBy,
    UserId,
};
use crate::store::{MembershipRow, MethodRow, RequirementRow, RequirementSource, Tx};

/// Everything that the rules of sign-in ask about a person.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    /// The practices the person belongs to, the first joined first.
    pub(super) memberships: Vec<MembershipRow>,
    /// What is required.
    pub(super) requirement: Requirement,
    /// Its rows, with who made them.
    pub(super) requirements: Vec<RequirementRow>,
    /// What is enrolled.
    pub(super) enrolment: Enrolment,
    /// Its rows.
    pub(super) methods: Vec<MethodRow>,
}

impl Facts {
    /// Reads them in one transaction.
    pub(super) async fn read(tx: &mut Tx, user: &UserId, now: Timestamp) -> Result<Self, Error> {
        let memberships = tx.memberships(user).await?;
        let requirements = tx.requirements(user).await?;
        let methods = tx.methods(user, now).await?;
        let mut rules = Vec::with_capacity(memberships.len());
        for membership in &memberships {
            rules.extend(
                tx.rules(&membership.practice, 1)
                    .await?
                    .into_iter()
                    .map(|row| row.rule),
            );
        }
        let own = requirements.iter().map(turned_on_by).collect();
        Ok(Self {
            memberships,
            requirement: Requirement { rules, own },
            requirements,
            enrolment: enrolment(&methods),
            methods,
        })
    }

    /// Whether a method is proven.
    pub(super) fn is_enabled(&self) -> bool {
        matches!(self.enrolment, Enrolment::Enabled { .. })
    }

    /// The proven method that codes are asked from first.
    pub(super) fn preferred(&self) -> Option<&MethodRow> {
        self.methods.iter().find(|method| method.proven.is_some())
    }

    /// The proven method of a kind.
    pub(super) fn proven(&self, kind: MethodKind) -> Option<&MethodRow> {
        self.methods
            .iter()
            .find(|method| method.proven.is_some() && method.kind == kind)
    }
}

fn turned_on_by(row: &RequirementRow) -> TurnedOnBy {
    match row.source {
        RequirementSource::Oneself => TurnedOnBy::Oneself,
        RequirementSource::FullAccess => TurnedOnBy::FullAccess {
            bites: row.bites.unwrap_or(row.from),
        },
    }
}

fn enrolment(methods: &[MethodRow]) -> Enrolment {
    let kinds: Vec<MethodKind> = methods
        .iter()
        .filter(|method| method.proven.is_some())
        .map(|method| method.kind)
        .collect();
    let preferred = methods
        .iter()
        .find(|method| method.proven.is_some() && method.preferred)
        .map(|method| method.kind);
    let pending = methods.iter().find(|method| method.proven.is_none());
    match (Proven::kept(&kinds, preferred), pending) {
        (Some(methods), pending) => Enrolment::Enabled {
            replacing: pending.map(|method| Started {
                kind: method.kind,
                expires: method.ends,
                replaces: methods.has(method.kind).then_some(method.kind),
            }),
            methods,
        },
        (None, Some(method)) => Enrolment::Pending {
            kind: method.kind,
            expires: method.ends,
        },
        (None, None) => Enrolment::None,
    }
}

impl Facts {
    /// The status and what it rests on, for somebody with this role who asks.
    pub(super) fn tell(&self, asker: Role, oneself: bool, now: Timestamp) -> StatusFacts {
        let status = Status::of(&self.requirement, &self.enrolment, now);
        let by = self.requirements.first();
        StatusFacts {
            status,
            since: match status {
                Status::Enabled => self.preferred().and_then(|method| method.proven),
                _ => by.map(|row| row.from),
            },
            turned_on_by: by.map(|row| row.by.clone()),
            due_from: self.requirement.bites(),
            methods: self
                .methods
                .iter()
                .filter_map(|method| {
                    Some(Method {
                        kind: method.kind,
                        proven: method.proven?,
                    })
                })
                .collect(),
            turned_on: self.requirement.is_turned_on(),
            keeps_on: self.requirement.may_turn_off(asker, oneself).err(),
        }
    }
}
