//! Which methods a practice lets its people use.

use serde::{Deserialize, Serialize};

use super::{MethodKind, Proven, Role};

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

    /// Whether none of the proven methods is allowed: then set-up of an allowed one is due behind
    /// the old method's code.
    #[must_use]
    pub fn narrows_out(&self, methods: &Proven, role: Role) -> bool {
        methods.kinds().iter().all(|kind| !self.allows(*kind, role))
    }

    /// What both allow: of several practices the most forbidding choice holds.
    #[must_use]
    pub const fn and(&self, other: &Self) -> Self {
        Self {
            email: self.email && other.email,
            sms: self.sms && other.sms,
            for_full_access: self.for_full_access && other.for_full_access,
        }
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
        assert!(default.narrows_out(&Proven::first(Email), FullAccess));
        assert!(!default.narrows_out(&Proven::first(Email), Reception));
        let both = Proven::kept(&[Email, Authenticator], None).unwrap();
        assert!(!default.narrows_out(&both, FullAccess));
        let open = AllowedMethods {
            for_full_access: true,
            ..default
        };
        assert!(open.allows(Sms, FullAccess));
        assert!(!open.and(&default).allows(Sms, FullAccess));
    }
}
