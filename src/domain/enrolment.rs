//! What a person has enrolled, and how it changes.
//!
//! Every transition consumes the former state and gives the next one or a refusal, so that no
//! state can be used after it has passed. Secrets are not here: this is which method, not what.

use jiff::Timestamp;
use serde::Serialize;

use super::{MethodKind, NotAllowed, Proven, Requirement, Role, seconds_after};

/// Minutes from the start of a set-up until it is gone. NIST SP 800-63B-4, 4.1; ASVS 5.0, 6.5.
pub const SET_UP_MINUTES: i64 = 15;

/// A set-up that waits for its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Started {
    /// What is being set up.
    pub kind: MethodKind,
    /// From this moment on the set-up is gone.
    pub expires: Timestamp,
    /// The proven method that is closed in the moment this one is proven.
    pub replaces: Option<MethodKind>,
}

/// What a person has enrolled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "enrolment", rename_all = "snake_case")]
pub enum Enrolment {
    /// Nothing, and nothing started.
    #[default]
    None,
    /// Nothing is proven, but a set-up waits for its code.
    Pending {
        /// What is being set up.
        kind: MethodKind,
        /// From this moment on the set-up is gone.
        expires: Timestamp,
    },
    /// At least one method is proven by a correct code.
    Enabled {
        /// The proven methods. They work until they are replaced or closed.
        methods: Proven,
        /// Another method, or a new generation of one, that waits for its code.
        replacing: Option<Started>,
    },
}

impl Enrolment {
    /// Starts the set-up of `kind` at `now`; one that was started before is void.
    ///
    /// Of a kind that is proven already, this is a new generation that replaces the old one.
    /// `replaces` names another proven method that is to give way.
    ///
    /// # Errors
    ///
    /// [`NotAllowed::NoSuchMethod`] if `replaces` is not proven, [`NotAllowed::AlreadyProven`] if
    /// `kind` is proven and something else is to give way.
    pub fn start(
        self,
        kind: MethodKind,
        replaces: Option<MethodKind>,
        now: Timestamp,
    ) -> Result<Self, NotAllowed> {
        let expires = seconds_after(now, SET_UP_MINUTES * 60);
        match self {
            Self::None | Self::Pending { .. } => match replaces {
                None => Ok(Self::Pending { kind, expires }),
                Some(_) => Err(NotAllowed::NoSuchMethod),
            },
            Self::Enabled { methods, .. } => {
                let replaces = match replaces {
                    Some(old) if !methods.has(old) => return Err(NotAllowed::NoSuchMethod),
                    Some(old) if old != kind && methods.has(kind) => {
                        return Err(NotAllowed::AlreadyProven);
                    }
                    None if methods.has(kind) => Some(kind),
                    named => named,
                };
                let replacing = Some(Started {
                    kind,
                    expires,
                    replaces,
                });
                Ok(Self::Enabled { methods, replacing })
            }
        }
    }

    /// The method of the started set-up is proven by a correct code at `now`. What it replaces is
    /// gone in the same step: there is never a moment without a method, and never two generations.
    ///
    /// # Errors
    ///
    /// [`NotAllowed::NothingStarted`], [`NotAllowed::Stale`] if another kind was started since, or
    /// [`NotAllowed::Expired`] from the end on.
    pub fn prove(self, kind: MethodKind, now: Timestamp) -> Result<Self, NotAllowed> {
        let started = self.started().ok_or(NotAllowed::NothingStarted)?;
        if started.kind != kind {
            return Err(NotAllowed::Stale);
        }
        if now >= started.expires {
            return Err(NotAllowed::Expired);
        }
        let methods = match self {
            Self::None | Self::Pending { .. } => Proven::first(kind),
            Self::Enabled { methods, .. } => methods.with(kind, started.replaces),
        };
        Ok(Self::Enabled {
            methods,
            replacing: None,
        })
    }

    /// Prefers another proven method.
    ///
    /// # Errors
    ///
    /// [`NotAllowed::NoSuchMethod`].
    pub fn prefer(self, kind: MethodKind) -> Result<Self, NotAllowed> {
        match self {
            Self::Enabled { methods, replacing } => Ok(Self::Enabled {
                methods: methods.prefer(kind)?,
                replacing,
            }),
            Self::None | Self::Pending { .. } => Err(NotAllowed::NoSuchMethod),
        }
    }

    /// Closes one of several proven methods. A set-up that was to replace it is void.
    ///
    /// # Errors
    ///
    /// [`NotAllowed::NoSuchMethod`], or [`NotAllowed::OnlyMethod`]: the last one is replaced, or
    /// goes with [`Self::turn_off`] (attack 55).
    pub fn remove(self, kind: MethodKind) -> Result<Self, NotAllowed> {
        match self {
            Self::Enabled { methods, replacing } => Ok(Self::Enabled {
                methods: methods.without(kind)?,
                replacing: replacing.filter(|started| started.replaces != Some(kind)),
            }),
            Self::None | Self::Pending { .. } => Err(NotAllowed::NoSuchMethod),
        }
    }

    /// Turns two-factor off: closes every method and set-up. The person's own requirements end
    /// with it.
    ///
    /// # Errors
    ///
    /// As [`Requirement::may_turn_off`]; [`NotAllowed::NothingToTurnOff`] if two-factor is neither
    /// turned on nor enrolled.
    pub fn turn_off(
        self,
        requirement: &Requirement,
        actor: Role,
        oneself: bool,
    ) -> Result<Self, NotAllowed> {
        requirement.may_turn_off(actor, oneself)?;
        if self == Self::None && !requirement.is_turned_on() {
            return Err(NotAllowed::NothingToTurnOff);
        }
        Ok(Self::None)
    }

    /// Resets another person's two-factor, who lost it: closes every method and set-up, and
    /// leaves what is required as it is.
    ///
    /// # Errors
    ///
    /// [`NotAllowed::FullAccessOnly`], [`NotAllowed::OnOneself`], [`NotAllowed::NothingToReset`].
    pub fn reset(self, actor: Role, oneself: bool) -> Result<Self, NotAllowed> {
        if !actor.has_full_access() {
            return Err(NotAllowed::FullAccessOnly);
        }
        if oneself {
            return Err(NotAllowed::OnOneself);
        }
        match self {
            Self::None => Err(NotAllowed::NothingToReset),
            Self::Pending { .. } | Self::Enabled { .. } => Ok(Self::None),
        }
    }

    /// The set-up that waits for its code, ended or not.
    #[must_use]
    pub const fn started(&self) -> Option<Started> {
        match self {
            Self::None => None,
            Self::Pending { kind, expires } => Some(Started {
                kind: *kind,
                expires: *expires,
                replaces: None,
            }),
            Self::Enabled { replacing, .. } => *replacing,
        }
    }

    /// The proven method that gives way in the moment the started set-up is proven.
    #[must_use]
    pub fn replaces(&self) -> Option<MethodKind> {
        self.started()?.replaces
    }

    /// The proven methods, if there are any.
    #[must_use]
    pub const fn methods(&self) -> Option<&Proven> {
        match self {
            Self::Enabled { methods, .. } => Some(methods),
            Self::None | Self::Pending { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    // The table of all transitions stands with the statuses, in `status.rs`.
    use super::*;
    use crate::domain::MethodKind::{Authenticator, Email, Sms};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn enabled(kind: MethodKind) -> Enrolment {
        let started = Enrolment::None.start(kind, None, at(0)).unwrap();
        started.prove(kind, at(1)).unwrap()
    }

    #[test]
    fn the_old_method_stays_until_the_new_one_is_proven() {
        let changing = enabled(Email)
            .start(Authenticator, Some(Email), at(10))
            .unwrap();
        assert_eq!(changing.methods().unwrap().kinds(), [Email]);
        let changed = changing.prove(Authenticator, at(20)).unwrap();
        let methods = changed.methods().unwrap();
        assert_eq!(methods.kinds(), [Authenticator]);
        assert_eq!(methods.preferred(), Authenticator);
        assert_eq!(changed.started(), None);
    }

    #[test]
    fn a_further_method_is_added_and_not_preferred() {
        let two = enabled(Authenticator)
            .start(Sms, None, at(10))
            .and_then(|e| e.prove(Sms, at(20)))
            .unwrap();
        let methods = two.methods().unwrap();
        assert_eq!(methods.kinds(), [Authenticator, Sms]);
        assert_eq!(methods.preferred(), Authenticator);
        let two = two.prefer(Sms).unwrap();
        assert_eq!(two.methods().unwrap().preferred(), Sms);
    }

    #[test]
    fn a_new_generation_takes_the_place_of_the_old_one() {
        let next = enabled(Authenticator)
            .start(Authenticator, None, at(10))
            .unwrap();
        assert_eq!(next.started().unwrap().replaces, Some(Authenticator));
        let next = next.prove(Authenticator, at(20)).unwrap();
        assert_eq!(next.methods().unwrap().kinds(), [Authenticator]);
    }

    #[test]
    fn a_later_start_voids_an_earlier_one() {
        let second = Enrolment::None
            .start(Email, None, at(0))
            .and_then(|e| e.start(Sms, None, at(1)))
            .unwrap();
        assert_eq!(second.clone().prove(Email, at(2)), Err(NotAllowed::Stale));
        assert!(second.prove(Sms, at(2)).is_ok());
    }

    #[test]
    fn a_set_up_is_gone_after_fifteen_minutes() {
        let pending = || Enrolment::None.start(Sms, None, at(0)).unwrap();
        assert!(pending().prove(Sms, at(899)).is_ok());
        assert_eq!(pending().prove(Sms, at(900)), Err(NotAllowed::Expired));
    }

    #[test]
    fn removing_a_method_voids_the_set_up_that_was_to_replace_it() {
        let replacing = Enrolment::Enabled {
            methods: Proven::kept(&[Email, Sms], None).unwrap(),
            replacing: None,
        }
        .start(Sms, None, at(0))
        .unwrap();
        let kept = replacing.clone().remove(Email).unwrap();
        assert!(kept.started().is_some());
        assert_eq!(replacing.remove(Sms).unwrap().started(), None);
    }
}
