//! How often a secret may be guessed: waits that grow, and a stop.
//!
//! The caller counts a try, and commits it, before the secret is looked at (guarantee G3); only a
//! completed sign-in or *Allow tries again* puts [`Tries`] back to its default, and at passwords a
//! month without a try.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{seconds_after, words};

/// Guesses that one challenge takes, right or wrong.
///
/// NIST SP 800-63B-4, 3.2.2 asks for at most 100 on the account; ours is stricter.
pub const TRIES_PER_CHALLENGE: u32 = 5;

/// Consecutive failures after which codes are stopped: the 50th guess is still checked, the 51st
/// is not. NIST SP 800-63B-4, 3.2.2 (at most 100).
pub const STOPPED_AT: u32 = 50;

/// Wrong unlocks that end the session. OWASP ASVS 5.0, 6.3.1.
pub const UNLOCKS_PER_SESSION: u32 = 10;

/// The failure from which waits begin. OWASP ASVS 5.0, 6.3.1.
const WAITS_FROM: u32 = 5;
/// The first wait, in seconds; each further one is double the last.
const FIRST_WAIT_SECONDS: i64 = 30;
/// The longest wait between codes, in seconds: 1 hour. NIST SP 800-63B-4, 3.2.2.
const LONGEST_CODE_WAIT_SECONDS: i64 = 60 * 60;
/// The longest wait between passwords, in seconds: 15 minutes, so that an outsider can slow a
/// clinician down but never stop one (attack 6). OWASP ASVS 5.0, 6.3.1.
const LONGEST_PASSWORD_WAIT_SECONDS: i64 = 15 * 60;

/// What is being guessed at; each kind is counted on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Counter {
    /// One-time codes of every method and of every challenge of the account.
    Codes,
    /// Recovery codes: the same figures, counted apart, open while codes are stopped.
    RecoveryCodes,
    /// Passwords: never stopped, or a stranger could stop anybody (guarantee G4).
    Passwords,
    /// Unlocks of one session, beside the account's passwords: the 10th wrong one ends it.
    Unlock,
}

words!(Counter {
    Codes => "codes",
    RecoveryCodes => "recovery_codes",
    Passwords => "passwords",
    Unlock => "unlock",
});

impl Counter {
    /// The count at which no further try is checked, if this kind has one.
    #[must_use]
    pub const fn stopped_at(self) -> Option<u32> {
        match self {
            Self::Codes | Self::RecoveryCodes => Some(STOPPED_AT),
            Self::Unlock => Some(UNLOCKS_PER_SESSION),
            Self::Passwords => None,
        }
    }

    /// Whether no further try is checked after this many consecutive failures.
    #[must_use]
    pub fn is_stopped_at(self, failures: u32) -> bool {
        self.stopped_at()
            .is_some_and(|stopped_at| failures >= stopped_at)
    }

    const fn longest_wait(self) -> i64 {
        match self {
            Self::Codes | Self::RecoveryCodes => LONGEST_CODE_WAIT_SECONDS,
            Self::Passwords | Self::Unlock => LONGEST_PASSWORD_WAIT_SECONDS,
        }
    }

    /// Seconds to wait after this many consecutive failures.
    fn wait_after(self, failures: u32) -> Option<i64> {
        let doublings = failures.checked_sub(WAITS_FROM)?;
        let wait = 1_i64
            .checked_shl(doublings)
            .filter(|factor| *factor > 0)
            .and_then(|factor| FIRST_WAIT_SECONDS.checked_mul(factor))
            .unwrap_or(i64::MAX);
        Some(wait.min(self.longest_wait()))
    }
}

/// Consecutive failures, as kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tries {
    /// Consecutive failures since the last completed sign-in.
    pub failures: u32,
    /// When the next try is taken, if a wait was set.
    pub next_at: Option<Timestamp>,
}

/// Whether a try is taken now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Throttle {
    /// The try may be counted, and then checked.
    Allowed,
    /// Nothing is checked until then.
    Wait {
        /// The first moment at which a try is taken again.
        #[schemars(with = "crate::domain::schema::Time")]
        until: Timestamp,
    },
    /// Nothing is checked any more. For an unlock, the session ends.
    Stopped,
}

impl Tries {
    /// Whether a try is taken at `now`.
    ///
    /// The answer does not depend on what is guessed, so that a stopped account cannot tell a
    /// right code from a wrong one (attack 24).
    #[must_use]
    pub fn allows(&self, counter: Counter, now: Timestamp) -> Throttle {
        if counter.is_stopped_at(self.failures) {
            return Throttle::Stopped;
        }
        match self.next_at {
            Some(until) if now < until => Throttle::Wait { until },
            _ => Throttle::Allowed,
        }
    }

    /// The tries after one more failure at `now`.
    #[must_use]
    pub fn after_failure(&self, counter: Counter, now: Timestamp) -> Self {
        let failures = self.failures.saturating_add(1);
        Self {
            failures,
            next_at: counter
                .wait_after(failures)
                .map(|seconds| seconds_after(now, seconds)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn waits(counter: Counter, count: usize) -> Vec<i64> {
        let now = at(1_000);
        let mut tries = Tries::default();
        (0..count)
            .map(|_| {
                tries = tries.after_failure(counter, now);
                tries.next_at.map_or(0, |t| t.as_second() - 1_000)
            })
            .collect()
    }

    #[test]
    fn waits_double_from_the_fifth_failure() {
        let codes = [0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600];
        assert_eq!(waits(Counter::Codes, 13), codes);
        assert_eq!(waits(Counter::RecoveryCodes, 13), codes);
        let passwords = [0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900];
        assert_eq!(waits(Counter::Passwords, 11), passwords);
        assert_eq!(waits(Counter::Unlock, 11), passwords);
    }

    #[test]
    fn the_fiftieth_code_is_checked_and_the_next_is_not() {
        let never = at(i64::from(u32::MAX));
        for (counter, checked) in [
            (Counter::Codes, Some(50)),
            (Counter::RecoveryCodes, Some(50)),
            (Counter::Unlock, Some(10)),
            (Counter::Passwords, None),
        ] {
            let mut tries = Tries::default();
            let mut taken = 0;
            while taken < 10_000 && tries.allows(counter, never) == Throttle::Allowed {
                tries = tries.after_failure(counter, at(0));
                taken += 1;
            }
            assert_eq!(taken, checked.unwrap_or(10_000), "{counter:?}");
        }
    }

    #[test]
    fn a_wait_ends_at_its_moment() {
        let tries = Tries {
            failures: 5,
            next_at: Some(at(130)),
        };
        let until = at(130);
        assert_eq!(
            tries.allows(Counter::Codes, at(129)),
            Throttle::Wait { until }
        );
        assert_eq!(tries.allows(Counter::Codes, at(130)), Throttle::Allowed);
    }

    #[test]
    fn a_stop_outlasts_every_wait() {
        let tries = Tries {
            failures: 50,
            next_at: None,
        };
        assert_eq!(
            tries.allows(Counter::Codes, Timestamp::MAX),
            Throttle::Stopped
        );
        assert_eq!(
            tries.allows(Counter::Passwords, Timestamp::MAX),
            Throttle::Allowed
        );
    }

    proptest! {
        #[test]
        fn waits_never_shrink_and_never_overflow(failures in any::<u32>(), second in 0_i64..250_000_000_000) {
            let now = at(second);
            for counter in [Counter::Codes, Counter::RecoveryCodes, Counter::Passwords, Counter::Unlock] {
                let tries = Tries { failures, next_at: None };
                let once = tries.after_failure(counter, now);
                let twice = once.after_failure(counter, now);
                prop_assert!(once.failures >= failures && twice.next_at >= once.next_at);
                prop_assert!(once.next_at.is_none_or(|next| next > now && next <= seconds_after(now, 3_600)));
                prop_assert_eq!(once.next_at.is_some(), once.failures >= 5);
            }
        }
    }
}
