//! The kinds of second factor, and the ones a person has proven.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{NotAllowed, words};

/// A kind of second factor. Another kind can be added without touching the rules.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MethodKind {
    /// An authenticator app: time-based codes of RFC 6238.
    Authenticator,
    /// A code sent to a mailbox; only as strong as the mailbox.
    Email,
    /// A code sent to a phone; a restricted authenticator (NIST SP 800-63B-4, 3.1.3.3).
    Sms,
}

words!(MethodKind {
    Authenticator => "authenticator",
    Email => "email",
    Sms => "sms",
});

/// The proven methods of a person: never none, one of each kind at most, one preferred.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proven {
    kinds: Vec<MethodKind>,
    preferred: MethodKind,
}

impl Proven {
    /// The first proven method, which is preferred.
    #[must_use]
    pub fn first(kind: MethodKind) -> Self {
        Self {
            kinds: vec![kind],
            preferred: kind,
        }
    }

    /// The methods as kept. `None` if there are none. Kinds are sorted and told once; a preferred
    /// kind that is not proven gives way to the first that is.
    #[must_use]
    pub fn kept(kinds: &[MethodKind], preferred: Option<MethodKind>) -> Option<Self> {
        let mut kinds = kinds.to_vec();
        kinds.sort_unstable();
        kinds.dedup();
        let first = *kinds.first()?;
        let preferred = preferred.filter(|kind| kinds.contains(kind));
        Some(Self {
            preferred: preferred.unwrap_or(first),
            kinds,
        })
    }

    /// The proven kinds, in the order of [`MethodKind`].
    #[must_use]
    pub fn kinds(&self) -> &[MethodKind] {
        &self.kinds
    }

    /// The kind that a sign-in uses unless the person tries another way.
    #[must_use]
    pub const fn preferred(&self) -> MethodKind {
        self.preferred
    }

    /// Whether a method of this kind is proven.
    #[must_use]
    pub fn has(&self, kind: MethodKind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Prefers another of the proven kinds.
    ///
    /// # Errors
    ///
    /// [`NotAllowed::NoSuchMethod`] if it is not proven.
    pub fn prefer(mut self, kind: MethodKind) -> Result<Self, NotAllowed> {
        if !self.has(kind) {
            return Err(NotAllowed::NoSuchMethod);
        }
        self.preferred = kind;
        Ok(self)
    }

    /// Closes one of several methods; if it was preferred, the first that is left is.
    ///
    /// # Errors
    ///
    /// [`NotAllowed::NoSuchMethod`] if it is not proven, [`NotAllowed::OnlyMethod`] if no other is.
    pub fn without(self, kind: MethodKind) -> Result<Self, NotAllowed> {
        if !self.has(kind) {
            return Err(NotAllowed::NoSuchMethod);
        }
        let left: Vec<MethodKind> = self.kinds.into_iter().filter(|k| *k != kind).collect();
        Self::kept(&left, Some(self.preferred)).ok_or(NotAllowed::OnlyMethod)
    }

    /// Adds a method that was just proven, in the place of another if it replaces one.
    pub(super) fn with(self, kind: MethodKind, replaces: Option<MethodKind>) -> Self {
        let preferred = if replaces == Some(self.preferred) {
            kind
        } else {
            self.preferred
        };
        let mut kinds: Vec<MethodKind> = self
            .kinds
            .into_iter()
            .filter(|k| Some(*k) != replaces && *k != kind)
            .collect();
        kinds.push(kind);
        kinds.sort_unstable();
        Self { kinds, preferred }
    }
}

#[cfg(test)]
mod tests {
    use super::MethodKind::{Authenticator, Email, Sms};
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for kind in MethodKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
        assert!("SMS".parse::<MethodKind>().is_err());
    }

    #[test]
    fn there_is_never_no_method_and_always_a_preferred_one() {
        assert_eq!(Proven::kept(&[], Some(Sms)), None);
        let both = Proven::kept(&[Sms, Authenticator, Sms], Some(Sms)).unwrap();
        assert_eq!(both.kinds(), [Authenticator, Sms]);
        assert_eq!(both.preferred(), Sms);
        let left = both.clone().without(Sms).unwrap();
        assert_eq!(left.preferred(), Authenticator);
        assert_eq!(
            left.clone().without(Authenticator),
            Err(NotAllowed::OnlyMethod)
        );
        assert_eq!(left.clone().without(Email), Err(NotAllowed::NoSuchMethod));
        assert_eq!(left.prefer(Sms), Err(NotAllowed::NoSuchMethod));
        let lost = Proven::kept(&[Email, Sms], Some(Authenticator)).unwrap();
        assert_eq!(lost.preferred(), Email);
    }
}
