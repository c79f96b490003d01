//! The four statuses, derived from what is required and what is enrolled.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Enrolment, Requirement, words};

/// What the Users table says about a person's two-factor. It is never kept, only derived, so that
/// a change of a practice's rule needs no sweep over its members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing is enrolled, started or turned on.
    NotSetup,
    /// Turned on for this person by anyone, or by a rule that is Mandatory; nothing is started.
    Activated,
    /// Nothing is proven, but a set-up waits for its code.
    Pending,
    /// At least one method is proven by a correct code.
    Enabled,
}

words!(Status {
    NotSetup => "not_setup",
    Activated => "activated",
    Pending => "pending",
    Enabled => "enabled",
});

impl Status {
    /// The status at `now`. A set-up that has ended counts no more, also if nobody has swept it.
    #[must_use]
    pub fn of(requirement: &Requirement, enrolment: &Enrolment, now: Timestamp) -> Self {
        match enrolment {
            Enrolment::Enabled { .. } => Self::Enabled,
            Enrolment::Pending { expires, .. } if now < *expires => Self::Pending,
            Enrolment::Pending { .. } | Enrolment::None if requirement.is_turned_on() => {
                Self::Activated
            }
            Enrolment::Pending { .. } | Enrolment::None => Self::NotSetup,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::MethodKind::{Authenticator, Email};
    use crate::domain::NotAllowed::{
        self, AlreadyProven, Expired, FullAccessOnly, NoSuchMethod, NothingStarted, NothingToReset,
        NothingToTurnOff, OnOneself, OnlyMethod, RequiredByFullAccess, RequiredByRule, Stale,
    };
    use crate::domain::{MethodKind, Proven, Role, Rule, Started, TurnedOnBy};

    const START: i64 = 10_000;
    const END: i64 = START + 15 * 60;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// The states that the table starts from.
    #[derive(Debug, Clone, Copy)]
    enum From {
        /// Nothing at all.
        NotSetup,
        /// Nothing enrolled; turned on by the person.
        ByOneself,
        /// Nothing enrolled; turned on by someone with full access.
        ByManager,
        /// Nothing enrolled; a rule will be Mandatory.
        ByRule,
        /// The authenticator was started at `START`.
        Pending,
        /// The same, and turned on by someone with full access.
        PendingByManager,
        /// The authenticator is proven.
        Enabled,
        /// The same, and a rule is Mandatory.
        EnabledByRule,
        /// The authenticator is proven, and its next generation was started at `START`.
        Replacing,
        /// The authenticator is proven, and an e-mail method was started at `START` in its place.
        Changing,
        /// The authenticator and an e-mail method are proven.
        Both,
    }

    impl From {
        const ALL: [Self; 11] = [
            Self::NotSetup,
            Self::ByOneself,
            Self::ByManager,
            Self::ByRule,
            Self::Pending,
            Self::PendingByManager,
            Self::Enabled,
            Self::EnabledByRule,
            Self::Replacing,
            Self::Changing,
            Self::Both,
        ];

        fn requirement(self) -> Requirement {
            let rules = match self {
                Self::ByRule | Self::EnabledByRule => vec![Rule::Mandatory { bites: at(99_999) }],
                _ => vec![Rule::Optional],
            };
            let own = match self {
                Self::ByOneself => vec![TurnedOnBy::Oneself],
                Self::ByManager | Self::PendingByManager => {
                    vec![TurnedOnBy::FullAccess { bites: at(99_999) }]
                }
                _ => vec![],
            };
            Requirement { rules, own }
        }

        fn enrolment(self) -> Enrolment {
            let enabled = |replacing| Enrolment::Enabled {
                methods: Proven::first(Authenticator),
                replacing,
            };
            let started = |kind| Started {
                kind,
                expires: at(END),
                replaces: Some(Authenticator),
            };
            match self {
                Self::NotSetup | Self::ByOneself | Self::ByManager | Self::ByRule => {
                    Enrolment::None
                }
                Self::Pending | Self::PendingByManager => Enrolment::Pending {
                    kind: Authenticator,
                    expires: at(END),
                },
                Self::Enabled | Self::EnabledByRule => enabled(None),
                Self::Replacing => enabled(Some(started(Authenticator))),
                Self::Changing => enabled(Some(started(Email))),
                Self::Both => Enrolment::Enabled {
                    methods: Proven::kept(&[Authenticator, Email], None).unwrap(),
                    replacing: None,
                },
            }
        }
    }

    /// What happens; by the person, in time, unless it says otherwise.
    #[derive(Debug, Clone, Copy)]
    enum Event {
        Start(MethodKind),
        StartInPlaceOf(MethodKind, MethodKind),
        Prove(MethodKind),
        ProveLate(MethodKind),
        Remove(MethodKind),
        TurnOff(Role),
        TurnOffFor(Role),
        Reset(Role),
        ResetOneself,
    }

    fn apply(from: From, event: Event) -> Result<Enrolment, NotAllowed> {
        let (now, late) = (at(END - 1), at(END));
        let enrolment = from.enrolment();
        match event {
            Event::Start(kind) => enrolment.start(kind, None, now),
            Event::StartInPlaceOf(kind, old) => enrolment.start(kind, Some(old), now),
            Event::Prove(kind) => enrolment.prove(kind, now),
            Event::ProveLate(kind) => enrolment.prove(kind, late),
            Event::Remove(kind) => enrolment.remove(kind),
            Event::TurnOff(role) => enrolment.turn_off(&from.requirement(), role, true),
            Event::TurnOffFor(role) => enrolment.turn_off(&from.requirement(), role, false),
            Event::Reset(role) => enrolment.reset(role, false),
            Event::ResetOneself => enrolment.reset(Role::FullAccess, true),
        }
    }

    /// Every transition, legal or not: for each event, what each state of [`From::ALL`] becomes.
    /// A turning off is told with the person's own requirements ended, as it ends them.
    #[test]
    fn every_transition_is_written_down() {
        use Status::{Activated as A, Enabled as E, NotSetup as N, Pending as P};
        type Outcome = Result<Status, NotAllowed>;
        const fn no(why: NotAllowed) -> Outcome {
            Err(why)
        }
        const STARTED: Outcome = no(NothingStarted);
        const METHOD: Outcome = no(NoSuchMethod);
        const RULE: Outcome = no(RequiredByRule);
        const MANAGER: Outcome = no(RequiredByFullAccess);
        const FULL: Outcome = no(FullAccessOnly);
        const ONESELF: Outcome = no(OnOneself);
        const ONLY: Outcome = no(OnlyMethod);
        const OFF: Outcome = no(NothingToTurnOff);
        const RESET: Outcome = no(NothingToReset);
        const STALE: Outcome = no(Stale);
        const LATE: Outcome = no(Expired);
        const PROVEN: Outcome = no(AlreadyProven);
        let (n, a, p, e) = (Ok(N), Ok(A), Ok(P), Ok(E));
        #[rustfmt::skip]
        let table: &[(Event, [Outcome; 11])] = &[
            // NotSetup ByOneself ByManager ByRule Pending PendingByManager Enabled EnabledByRule Replacing Changing Both
            (Event::Start(Authenticator),  [p, p, p, p, p, p, e, e, e, e, e]),
            (Event::Start(Email),          [p, p, p, p, p, p, e, e, e, e, e]),
            (Event::StartInPlaceOf(Email, Authenticator),
                [METHOD, METHOD, METHOD, METHOD, METHOD, METHOD, e, e, e, e, PROVEN]),
            (Event::StartInPlaceOf(Authenticator, Email),
                [METHOD, METHOD, METHOD, METHOD, METHOD, METHOD, METHOD, METHOD, METHOD, METHOD, PROVEN]),
            (Event::Prove(Authenticator),
                [STARTED, STARTED, STARTED, STARTED, e, e, STARTED, STARTED, e, STALE, STARTED]),
            (Event::Prove(Email),
                [STARTED, STARTED, STARTED, STARTED, STALE, STALE, STARTED, STARTED, STALE, e, STARTED]),
            (Event::ProveLate(Authenticator),
                [STARTED, STARTED, STARTED, STARTED, LATE, LATE, STARTED, STARTED, LATE, STALE, STARTED]),
            (Event::Remove(Authenticator),
                [METHOD, METHOD, METHOD, METHOD, METHOD, METHOD, ONLY, ONLY, ONLY, ONLY, e]),
            (Event::Remove(Email),
                [METHOD, METHOD, METHOD, METHOD, METHOD, METHOD, METHOD, METHOD, METHOD, METHOD, e]),
            (Event::TurnOff(Role::Reception),
                [OFF, n, MANAGER, RULE, n, MANAGER, n, RULE, n, n, n]),
            (Event::TurnOff(Role::FullAccess),
                [OFF, n, n, RULE, n, n, n, RULE, n, n, n]),
            (Event::TurnOffFor(Role::Practitioner),
                [FULL, FULL, FULL, FULL, FULL, FULL, FULL, FULL, FULL, FULL, FULL]),
            (Event::TurnOffFor(Role::FullAccess),
                [OFF, n, n, RULE, n, n, n, RULE, n, n, n]),
            (Event::Reset(Role::Reception),
                [FULL, FULL, FULL, FULL, FULL, FULL, FULL, FULL, FULL, FULL, FULL]),
            (Event::Reset(Role::FullAccess),
                [RESET, RESET, RESET, RESET, n, a, n, a, n, n, n]),
            (Event::ResetOneself,
                [ONESELF, ONESELF, ONESELF, ONESELF, ONESELF, ONESELF, ONESELF, ONESELF, ONESELF, ONESELF, ONESELF]),
        ];
        for (event, outcomes) in table {
            for (from, outcome) in From::ALL.into_iter().zip(outcomes) {
                let mut requirement = from.requirement();
                if matches!(event, Event::TurnOff(_) | Event::TurnOffFor(_)) {
                    requirement.own.clear();
                }
                let next = apply(from, *event)
                    .map(|enrolment| Status::of(&requirement, &enrolment, at(END - 1)));
                assert_eq!(next, *outcome, "{from:?} {event:?}");
            }
        }
    }

    #[test]
    fn the_status_follows_requirement_and_enrolment() {
        use Status::{Activated, Enabled, NotSetup, Pending};
        let statuses = [
            NotSetup, Activated, Activated, Activated, Pending, Pending, Enabled, Enabled, Enabled,
            Enabled, Enabled,
        ];
        let ended = [
            NotSetup, Activated, Activated, Activated, NotSetup, Activated, Enabled, Enabled,
            Enabled, Enabled, Enabled,
        ];
        for (from, (status, ended)) in From::ALL.into_iter().zip(statuses.into_iter().zip(ended)) {
            let of = |second| Status::of(&from.requirement(), &from.enrolment(), at(second));
            assert_eq!(of(END - 1), status, "{from:?}");
            assert_eq!(of(END), ended, "{from:?}");
        }
        let prompt = Requirement {
            rules: vec![Rule::Prompt],
            own: vec![],
        };
        assert_eq!(Status::of(&prompt, &Enrolment::None, at(0)), NotSetup);
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for status in Status::ALL {
            assert_eq!(status.as_str().parse(), Ok(*status));
        }
    }
}
