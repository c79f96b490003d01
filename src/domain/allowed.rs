//! Which methods a practice lets its people use.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Due, MethodKind, NotAllowed, Proven, Role};

/// The methods that are allowed for a person. The authenticator always is, so that no choice is
/// ever empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// Whether nothing that the other allows is forbidden.
    #[must_use]
    pub const fn allows_all_of(&self, other: Self) -> bool {
        (self.email || !other.email)
            && (self.sms || !other.sms)
            && (self.for_full_access || !other.for_full_access)
    }

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Allowance {
    /// What was last decided.
    pub decided: AllowedMethods,
    /// What was allowed until then.
    pub before: AllowedMethods,
    /// From when nothing else is allowed than what was decided.
    #[schemars(with = "crate::domain::schema::Time")]
    pub bites: Timestamp,
}

impl Default for Allowance {
    fn default() -> Self {
        Self {
            decided: AllowedMethods::default(),
            before: AllowedMethods::default(),
            // Long ago, and a date of RFC 3339 still.
            bites: Timestamp::UNIX_EPOCH,
        }
    }
}

impl Allowance {
    /// What stands after a decision at `now` whose narrowing, if it is one, bites from `bites`. A
    /// practice has one such date: a decision that takes nothing more away leaves it.
    ///
    /// # Errors
    ///
    /// [`NotAllowed::StartReached`] for a narrowing that bites already and is to be put off.
    pub fn decide(
        self,
        decided: AllowedMethods,
        bites: Timestamp,
        now: Timestamp,
    ) -> Result<Self, NotAllowed> {
        let pending = now < self.bites;
        if decided == self.decided && !pending {
            return if bites > now {
                Err(NotAllowed::StartReached)
            } else {
                Ok(self)
            };
        }
        let widened = decided != self.decided && decided.allows_all_of(self.decided);
        Ok(Self {
            decided,
            before: if pending { self.before } else { self.decided },
            bites: if widened { self.bites } else { bites },
        })
    }

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
    fn a_decision_that_takes_nothing_more_away_leaves_the_date_of_another() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let all = AllowedMethods::default();
        let no_sms = AllowedMethods { sms: false, ..all };
        let open = AllowedMethods {
            for_full_access: true,
            ..no_sms
        };
        let start = Allowance::default();
        let pending = start.decide(no_sms, at(100), at(10)).unwrap();
        assert_eq!((pending.before, pending.bites), (all, at(100)));
        // Said for now, as a widening is: SMS still ends at its date and not this moment.
        let widened = pending.decide(open, at(20), at(20)).unwrap();
        assert_eq!(widened.bites, at(100));
        assert!(
            widened.allows(Sms, Reception, at(99)) && widened.allows(Email, FullAccess, at(20))
        );
        // The same again, from another time: a date that lies ahead is moved.
        let moved = pending.decide(no_sms, at(200), at(20)).unwrap();
        assert_eq!((moved.before, moved.bites), (all, at(200)));
        // More taken away while the first is pending: both from the new date.
        let neither = AllowedMethods {
            email: false,
            ..no_sms
        };
        let both = pending.decide(neither, at(150), at(20)).unwrap();
        assert_eq!((both.before, both.bites), (all, at(150)));
        // Once it bites it is not put off, and the same for now changes nothing.
        let late = pending.decide(no_sms, at(300), at(100));
        assert_eq!(late, Err(NotAllowed::StartReached));
        assert_eq!(pending.decide(no_sms, at(100), at(100)), Ok(pending));
        // What bites and is widened holds at once.
        let again = pending.decide(all, at(150), at(150)).unwrap();
        assert!(again.allows(Sms, Reception, at(150)));
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
