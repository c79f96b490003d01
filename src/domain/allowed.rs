//! Which methods a practice lets its people use.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Due, MethodKind, Proven, Role};

/// The methods that are allowed for a person. The authenticator always is, so that no choice is
/// ever empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllowedMethods {
    /// Whether codes by e-mail are allowed.
    pub email: bool,
    /// Whether codes by SMS are allowed.
    pub sms: bool,
    /// Whether people with full access may use them too. Off by default: SMS is a restricted
    /// authenticator (NIST SP 800-63B-4, 3.1.3.3), and a manager's account opens all others.
    pub for_full_access: bool,
}

impl Default for AllowedMethods {
    fn default() -> Self {
        Self {
            email: true,
            sms: true,
            for_full_access: false,
        }
    }
}

impl AllowedMethods {
    /// Whether a person with this role may set up and use this kind.
    #[must_use]
    pub const fn allows(&self, kind: MethodKind, role: Role) -> bool {
        let open = self.for_full_access || !role.has_full_access();
        match kind {
            MethodKind::Authenticator => true,
            MethodKind::Email => self.email && open,
            MethodKind::Sms => self.sms && open,
        }
    }
}

/// What a practice allows over time. A widening holds at once; a narrowing has a date, until which
/// what was allowed before still signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowance {
    /// What was last decided.
    pub decided: AllowedMethods,
    /// What was allowed until then.
    pub before: AllowedMethods,
    /// From when nothing else is allowed than what was decided.
    pub bites: Timestamp,
}

impl Default for Allowance {
    fn default() -> Self {
        Self {
            decided: AllowedMethods::default(),
            before: AllowedMethods::default(),
            bites: Timestamp::MIN,
        }
    }
}

impl Allowance {
    /// Whether a person with this role may use this kind to sign in at `now`.
    #[must_use]
    pub fn allows(&self, kind: MethodKind, role: Role, now: Timestamp) -> bool {
        self.decided.allows(kind, role) || (now < self.bites && self.before.allows(kind, role))
    }
}

/// What all practices of one person allow, each for the role in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Of each practice.
    pub places: Vec<(Allowance, Role)>,
}

impl Allowed {
    /// Whether the person may sign in by this kind at `now`: of several practices the most
    /// forbidding choice holds.
    #[must_use]
    pub fn allows(&self, kind: MethodKind, now: Timestamp) -> bool {
        let mut places = self.places.iter();
        places.all(|(allowance, role)| allowance.allows(kind, *role, now))
    }

    /// The methods whose codes are asked for at `now`: those that are allowed or, where none is,
    /// all: nobody loses a second factor by a rule, set-up is due behind its code.
    #[must_use]
    pub fn usable(&self, methods: &Proven, now: Timestamp) -> Proven {
        let kinds = methods.kinds().iter().copied();
        let allowed: Vec<MethodKind> = kinds.filter(|kind| self.allows(*kind, now)).collect();
        Proven::kept(&allowed, Some(methods.preferred())).unwrap_or_else(|| methods.clone())
    }

    /// Which set-up is due of somebody with these methods: none while one of them is allowed.
    #[must_use]
    pub fn due(&self, methods: &Proven, now: Timestamp) -> Due {
        let narrowed_out = |at| methods.kinds().iter().all(|kind| !self.allows(*kind, at));
        if narrowed_out(now) {
            return Due::Now;
        }
        let dates = self.places.iter().map(|(allowance, _)| allowance.bites);
        let first = dates.filter(|at| *at > now && narrowed_out(*at)).min();
        first.map_or(Due::Nothing, Due::OfferedUntil)
    }
}

#[cfg(test)]
mod tests {
    use super::MethodKind::{Authenticator, Email, Sms};
    use super::Role::{FullAccess, Reception};
    use super::*;

    #[test]
    fn the_authenticator_is_always_allowed() {
        let none = AllowedMethods {
            email: false,
            sms: false,
            for_full_access: false,
        };
        assert!(none.allows(Authenticator, FullAccess) && none.allows(Authenticator, Reception));
        assert!(!none.allows(Email, Reception) && !none.allows(Sms, Reception));
    }

    #[test]
    fn full_access_is_narrower_unless_the_practice_says_so() {
        let default = AllowedMethods::default();
        assert!(default.allows(Sms, Reception) && !default.allows(Sms, FullAccess));
        assert!(default.allows(Email, Reception) && !default.allows(Email, FullAccess));
        let open = AllowedMethods {
            for_full_access: true,
            ..default
        };
        assert!(open.allows(Sms, FullAccess));
    }

    #[test]
    fn a_narrowing_waits_for_its_date_and_a_widening_does_not() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let without = |email, sms| AllowedMethods {
            email,
            sms,
            for_full_access: false,
        };
        let swapped = Allowance {
            decided: without(true, false),
            before: without(false, true),
            bites: at(100),
        };
        for (second, sms) in [(99, true), (100, false), (101, false)] {
            assert_eq!(swapped.allows(Sms, Reception, at(second)), sms, "{second}");
            assert!(swapped.allows(Email, Reception, at(second)));
            assert!(!swapped.allows(Sms, FullAccess, at(second)));
            assert!(swapped.allows(Authenticator, FullAccess, at(second)));
        }
    }

    #[test]
    fn whoever_has_no_allowed_method_is_due_behind_the_old_one() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let no_sms = |bites| Allowance {
            decided: AllowedMethods {
                sms: false,
                ..AllowedMethods::default()
            },
            bites: at(bites),
            ..Allowance::default()
        };
        let by_sms = Proven::first(Sms);
        let both = Proven::kept(&[Sms, Email], Some(Sms)).unwrap();
        let later = Allowed {
            places: vec![(no_sms(100), Reception), (no_sms(200), Reception)],
        };
        assert_eq!(later.due(&by_sms, at(99)), Due::OfferedUntil(at(100)));
        assert_eq!(later.usable(&both, at(99)), both);
        assert_eq!(later.due(&by_sms, at(100)), Due::Now);
        // Its code is still what opens the door to the set-up.
        assert_eq!(later.usable(&by_sms, at(100)), by_sms);
        assert_eq!(later.due(&both, at(100)), Due::Nothing);
        assert_eq!(later.usable(&both, at(100)), Proven::first(Email));
        let manager = Allowed {
            places: vec![(Allowance::default(), FullAccess)],
        };
        assert_eq!(manager.due(&both, at(0)), Due::Now);
        assert_eq!(Allowed::default().due(&by_sms, at(0)), Due::Nothing);
    }
}
