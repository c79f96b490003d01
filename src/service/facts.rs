//! What is required of a person and what the person has enrolled, read from the database.

use crate::api::{Error, Method, StatusFacts};
use crate::domain::{
    Allowed, ComputerRule, Due, Enrolment, MethodKind, NotAllowed, PracticeId, Proven, Requirement,
    Role, Rule, SessionLimits, Started, Status, Timestamp, TurnedOnBy, UserId, set_up_due,
};
use crate::store::{
    MembershipRow, MethodRow, PracticeRow, RequirementRow, RequirementSource, RuleRow, SessionRow,
    TurnedOn, Tx,
};

/// Everything that the rules of sign-in ask about a person.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    /// The practices the person belongs to, the first joined first; in a session its own before.
    pub(super) memberships: Vec<MembershipRow>,
    /// Those whose first day lies ahead.
    pub(super) to_come: Vec<PracticeId>,
    /// What is required.
    pub(super) requirement: Requirement,
    /// Its rows, with who made them.
    pub(super) requirements: Vec<RequirementRow>,
    /// What is enrolled.
    pub(super) enrolment: Enrolment,
    /// Its rows.
    pub(super) methods: Vec<MethodRow>,
    /// Which methods the practices allow.
    pub(super) allowed: Allowed,
    /// How many recovery codes are left; none if no set counts.
    pub(super) recovery_left: Option<u32>,
}

impl Facts {
    /// Reads them in one transaction.
    pub(super) async fn read(tx: &mut Tx, user: &UserId, now: Timestamp) -> Result<Self, Error> {
        let places = tx.memberships_to_come_too(user, now).await?;
        let (memberships, to_come): (Vec<_>, Vec<_>) =
            places.into_iter().partition(|place| place.begun);
        let to_come = to_come.into_iter().map(|place| place.practice.id).collect();
        let requirements = tx.requirements(user).await?;
        let methods = tx.methods(user, now).await?;
        let recovery_left = tx.recovery_set(user).await?.map(|set| set.left);
        let own = requirements.iter().map(turned_on_by).collect();
        let places = memberships.iter();
        let allowed = Allowed {
            places: places.map(|place| (place.allowance, place.role)).collect(),
        };
        Ok(Self {
            requirement: Requirement {
                rules: memberships.iter().map(|place| place.rule.rule).collect(),
                own,
            },
            memberships,
            to_come,
            requirements,
            enrolment: enrolment(&methods),
            methods,
            allowed,
            recovery_left,
        })
    }

    /// As [`Self::read`], of the owner of a session: its practice is the first that is asked to send.
    pub(super) async fn in_session(
        tx: &mut Tx,
        session: &SessionRow,
        now: Timestamp,
    ) -> Result<Self, Error> {
        let mut facts = Self::read(tx, &session.user, now).await?;
        facts
            .memberships
            .sort_by_key(|place| place.practice.id != session.practice);
        Ok(facts)
    }

    /// Which set-up is due now.
    pub(super) fn due(&self, now: Timestamp) -> Due {
        set_up_due(&self.requirement, &self.enrolment, &self.allowed, now)
    }

    /// The proven methods whose codes are asked for now.
    pub(super) fn usable(&self, now: Timestamp) -> Option<Proven> {
        let methods = self.enrolment.methods()?;
        Some(self.allowed.usable(methods, now))
    }

    /// The proven method of a kind, if its codes are asked for now.
    pub(super) fn usable_method(&self, kind: MethodKind, now: Timestamp) -> Option<&MethodRow> {
        let usable = self.usable(now)?;
        self.proven(kind).filter(|_| usable.has(kind))
    }

    /// The usable methods besides the one that is asked for.
    pub(super) fn ways(&self, asked: MethodKind, now: Timestamp) -> Vec<MethodKind> {
        let mut kinds = self
            .usable(now)
            .map_or_else(Vec::new, |methods| methods.kinds().to_vec());
        kinds.retain(|kind| *kind != asked);
        kinds
    }

    /// Whether a method is proven.
    pub(super) fn is_enabled(&self) -> bool {
        matches!(self.enrolment, Enrolment::Enabled { .. })
    }

    /// The place in a practice, for a member of it.
    pub(super) fn place_in(&self, practice: &PracticeId) -> Option<&MembershipRow> {
        self.memberships
            .iter()
            .find(|place| place.practice.id == *practice)
    }

    /// The role in a practice, for a member of it.
    pub(super) fn role_in(&self, practice: &PracticeId) -> Option<Role> {
        self.place_in(practice).map(|place| place.role)
    }

    /// Whether this is somebody with full access in a practice.
    pub(super) fn has_full_access_in(&self, practice: &PracticeId) -> bool {
        self.role_in(practice) == Some(Role::FullAccess)
    }

    /// The role that counts for what a person does to themself: full access only where it is theirs
    /// in every practice, since no place lifts what another demands (SECURITY.md, attack 54).
    pub(super) fn role_for_oneself(&self) -> Role {
        let mut roles = self.memberships.iter().map(|place| place.role);
        roles
            .find(|role| !role.has_full_access())
            .unwrap_or(Role::FullAccess)
    }

    /// The practices of the person, those to come too: whose say what is the person's is.
    pub(super) fn all_practices(&self) -> impl Iterator<Item = &PracticeId> {
        let here = self.memberships.iter().map(|place| &place.practice.id);
        here.chain(&self.to_come)
    }

    /// Refuses unless this is somebody with full access in every practice that the other person
    /// belongs to: what is the person's, and not one practice's, is no single practice's to change.
    pub(super) fn have_full_access_wherever(&self, other: &Self) -> Result<(), Error> {
        let mut practices = other.all_practices();
        if practices.all(|practice| self.has_full_access_in(practice)) {
            Ok(())
        } else {
            Err(NotAllowed::FullAccessOnly.into())
        }
    }

    /// As [`Self::have_full_access_wherever`], for an act on the other's factors: that needs a
    /// step-up with a code, so whoever acts has to be Enabled.
    pub(super) fn may_act_on_factors_of(&self, other: &Self) -> Result<(), Error> {
        self.have_full_access_wherever(other)?;
        self.must_be_enabled()
    }

    /// Refuses whoever has no proven method: an act on another's factors needs a code.
    pub(super) fn must_be_enabled(&self) -> Result<(), Error> {
        if self.is_enabled() {
            Ok(())
        } else {
            Err(NotAllowed::ActorNotEnabled.into())
        }
    }

    /// How long the person's sessions last: of several practices the shortest holds.
    pub(super) fn limits(&self) -> SessionLimits {
        let all = self.memberships.iter().map(|place| place.limits);
        all.reduce(SessionLimits::shortest).unwrap_or_default()
    }

    /// What holds about the person's computers: of several practices the strictest of each.
    pub(super) fn computers(&self) -> ComputerRule {
        let all = self.memberships.iter().map(|place| place.computers);
        all.reduce(ComputerRule::stricter).unwrap_or_default()
    }

    /// The practices, in the order in which they are asked to send.
    pub(super) fn practices(&self) -> Vec<PracticeRow> {
        let places = self.memberships.iter();
        places.map(|place| place.practice.clone()).collect()
    }

    /// Since when two-factor is turned on, and by whom.
    fn turned_on(&self) -> Option<TurnedOn> {
        let required = self.requirements.first().map(|row| TurnedOn {
            from: row.from,
            by: Some(row.by.clone()),
        });
        let mandatory = |row: &&RuleRow| matches!(row.rule, Rule::Mandatory { .. });
        let ruled = self
            .memberships
            .iter()
            .map(|place| &place.rule)
            .filter(mandatory)
            .min_by_key(|row| row.from)
            .map(|row| TurnedOn {
                from: row.from,
                by: row.by.clone(),
            });
        earlier(required, ruled)
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

/// Of two, the one that came first: whoever asked first is who is waited for.
pub(super) fn earlier(one: Option<TurnedOn>, other: Option<TurnedOn>) -> Option<TurnedOn> {
    one.into_iter().chain(other).min_by_key(|on| on.from)
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
                replaces: method.replaces,
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
        let asker = if oneself {
            self.role_for_oneself()
        } else {
            asker
        };
        let on = self.turned_on();
        StatusFacts {
            status,
            since: match status {
                Status::Enabled => self.preferred().and_then(|method| method.proven),
                _ => on.as_ref().map(|on| on.from),
            },
            turned_on_by: on.and_then(|on| on.by),
            due_from: self.requirement.bites(),
            methods: self
                .methods
                .iter()
                .filter_map(|method| {
                    Some(Method {
                        kind: method.kind,
                        proven: method.proven?,
                        preferred: method.preferred,
                        to: None,
                    })
                })
                .collect(),
            turned_on: self.requirement.is_turned_on(),
            recovery_left: self.recovery_left,
            keeps_on: self.requirement.may_turn_off(asker, oneself).err(),
        }
    }
}
