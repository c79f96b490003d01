//! What stands between a right password and a session.

use jiff::Timestamp;
use serde::Serialize;

use super::{Allowed, Due, Enrolment, Proven, Requirement};

/// What follows a right password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "next", rename_all = "snake_case")]
pub enum Next {
    /// A code of one of the proven methods, or a recovery code.
    Code {
        /// The proven methods that may be used, and the preferred one.
        methods: Proven,
    },
    /// The set-up screen.
    SetUp {
        /// Whether **Set up later** is offered.
        later: bool,
        /// Until when it may be put off, if there is a time.
        until: Option<Timestamp>,
    },
    /// Straight in.
    In,
}

/// What follows a right password at `now`.
///
/// Whoever has a proven method is asked for a code, whatever is or is not required of them: no
/// rule switches a second factor off (guarantee G1). A set-up that waits for its code gives and
/// takes nothing here (attack 33).
#[must_use]
pub fn may_sign_in(
    requirement: &Requirement,
    enrolment: &Enrolment,
    allowed: &Allowed,
    now: Timestamp,
) -> Next {
    match enrolment {
        Enrolment::Enabled { methods, .. } => Next::Code {
            methods: allowed.usable(methods, now),
        },
        _ => after_factors(set_up_due(requirement, enrolment, allowed, now)),
    }
}

/// Which set-up is due at `now`: of somebody without a proven method by what is required, of
/// somebody with one by what is allowed.
#[must_use]
pub fn set_up_due(
    requirement: &Requirement,
    enrolment: &Enrolment,
    allowed: &Allowed,
    now: Timestamp,
) -> Due {
    match enrolment {
        Enrolment::Enabled { methods, .. } => allowed.due(methods, now),
        _ => requirement.next_for_unenrolled(now),
    }
}

/// What follows once every factor that is due was right.
#[must_use]
pub const fn after_factors(due: Due) -> Next {
    match due {
        Due::Nothing => Next::In,
        Due::Offered => Next::SetUp {
            later: true,
            until: None,
        },
        Due::OfferedUntil(until) => Next::SetUp {
            later: true,
            until: Some(until),
        },
        Due::Now => Next::SetUp {
            later: false,
            until: None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{MethodKind, Rule, TurnedOnBy};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_proven_method_is_always_asked_for() {
        let methods = Proven::first(MethodKind::Email);
        let enrolment = Enrolment::Enabled {
            methods: methods.clone(),
            replacing: None,
        };
        for rule in [
            Rule::Optional,
            Rule::Prompt,
            Rule::Mandatory { bites: at(0) },
        ] {
            let requirement = Requirement {
                rules: vec![rule],
                own: vec![],
            };
            let next = may_sign_in(&requirement, &enrolment, &Allowed::default(), at(5));
            assert_eq!(
                next,
                Next::Code {
                    methods: methods.clone()
                }
            );
        }
        let next = may_sign_in(
            &Requirement::default(),
            &enrolment,
            &Allowed::default(),
            at(5),
        );
        assert!(matches!(next, Next::Code { .. }));
    }

    #[test]
    fn without_one_the_requirement_decides() {
        let set_up = |later, until| Next::SetUp { later, until };
        let table = [
            (Rule::Optional, None, Next::In),
            (Rule::Prompt, None, set_up(true, None)),
            (
                Rule::Optional,
                Some(TurnedOnBy::Oneself),
                set_up(true, None),
            ),
            (
                Rule::Mandatory { bites: at(6) },
                None,
                set_up(true, Some(at(6))),
            ),
            (Rule::Mandatory { bites: at(5) }, None, set_up(false, None)),
            (
                Rule::Prompt,
                Some(TurnedOnBy::FullAccess { bites: at(6) }),
                set_up(true, Some(at(6))),
            ),
            (
                Rule::Prompt,
                Some(TurnedOnBy::FullAccess { bites: at(4) }),
                set_up(false, None),
            ),
        ];
        let pending = Enrolment::Pending {
            kind: MethodKind::Sms,
            expires: at(100),
        };
        for (rule, own, next) in table {
            let requirement = Requirement {
                rules: vec![rule],
                own: own.into_iter().collect(),
            };
            for enrolment in [&Enrolment::None, &pending] {
                assert_eq!(
                    may_sign_in(&requirement, enrolment, &Allowed::default(), at(5)),
                    next
                );
            }
        }
    }
}
