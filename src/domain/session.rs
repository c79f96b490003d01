//! When a session locks, when it ends, and how long a step-up lasts.
//!
//! The times are judged on the backend at every call: a lock is a fact there, not only a curtain
//! (attack 71).

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::seconds_after;

/// Minutes that a step-up, or a completed sign-in in its place, lasts. OWASP ASVS 5.0, 7.5.
pub const STEP_UP_MINUTES: i64 = 5;

/// Sessions that one person may have; the oldest locked one ends first. OWASP ASVS 5.0, 7.1.2.
pub const SESSIONS_PER_PERSON: usize = 5;

/// Sessions that full access may open at the desk for one person in a day, by a desk code: ours.
pub const DESK_SESSIONS_PER_DAY: u32 = 3;

/// Computers that one person is known on; beyond them the oldest is forgotten. Our choice: each
/// has wrong passwords of its own, and a person uses a few.
pub const COMPUTERS_PER_PERSON: u32 = 20;

/// How far two replicas' clocks may differ, in seconds, before a step-up that seems to lie ahead
/// is not believed: twice the second by which two measures of the database's clock may differ.
const CLOCK_SLACK_SECONDS: i64 = 2;

/// How far ahead the last activity of a session may lie, in seconds: what a clock may stand
/// behind (SECURITY.md, fault 17).
const AHEAD_SECONDS: i64 = 5 * 60;

/// A number outside its bounds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error, JsonSchema,
)]
#[error("the time-out is out of bounds")]
pub struct OutOfBounds;

/// A newtype per time-out, with its bounds and its default.
macro_rules! time_out {
    ($(#[$doc:meta])* $name:ident: $shortest:literal to $longest:literal, default $default:literal, seconds $unit:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "u32", into = "u32")]
        pub struct $name(u32);

        impl $name {
            /// The shortest that a practice may set.
            pub const SHORTEST: Self = Self($shortest);
            /// The longest that a practice may set.
            pub const LONGEST: Self = Self($longest);

            /// # Errors
            ///
            /// [`OutOfBounds`] outside [`Self::SHORTEST`] to [`Self::LONGEST`].
            pub const fn new(number: u32) -> Result<Self, OutOfBounds> {
                if number >= $shortest && number <= $longest {
                    Ok(Self(number))
                } else {
                    Err(OutOfBounds)
                }
            }

            /// The number, in the unit that the type's name says.
            #[must_use]
            pub const fn get(self) -> u32 {
                self.0
            }

            fn seconds(self) -> i64 {
                i64::from(self.0) * $unit
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self($default)
            }
        }

        impl TryFrom<u32> for $name {
            type Error = OutOfBounds;

            fn try_from(number: u32) -> Result<Self, OutOfBounds> {
                Self::new(number)
            }
        }

        impl From<$name> for u32 {
            fn from(time_out: $name) -> Self {
                time_out.0
            }
        }
    };
}

time_out! {
    /// Minutes without activity after which a session locks: 5 to 60, 15 by default
    /// (NIST SP 800-63B-4, 2.2.3; OWASP ASVS 5.0, 7.3.1). Of several practices the shortest holds.
    IdleMinutes: 5 to 60, default 15, seconds 60
}

time_out! {
    /// Hours after which a session ends whatever is done in it: 1 to 24, 12 by default
    /// (NIST SP 800-63B-4, 2.2.3; OWASP ASVS 5.0, 7.3.2). Of several practices the shortest holds.
    AbsoluteHours: 1 to 24, default 12, seconds 3_600
}

/// The limits of sessions: what a practice sets, and of several practices the shortest of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SessionLimits {
    /// The idle limit.
    pub idle: IdleMinutes,
    /// The absolute limit.
    pub absolute: AbsoluteHours,
}

impl SessionLimits {
    /// The shorter of each.
    #[must_use]
    pub fn shortest(self, other: Self) -> Self {
        Self {
            idle: self.idle.min(other.idle),
            absolute: self.absolute.min(other.absolute),
        }
    }
}

/// The times of one session and the limits that hold for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimes {
    /// When the sign-in was completed.
    pub made: Timestamp,
    /// The last thing that the person did; polling is not activity.
    pub last_active: Timestamp,
    /// When it was locked, if it is.
    pub locked_at: Option<Timestamp>,
    /// The limits that hold for it.
    pub limits: SessionLimits,
    /// When it ends before its absolute limit: with the day, for one that was opened at the desk.
    pub until: Option<Timestamp>,
}

/// What a session is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// Calls are answered.
    Open,
    /// Only the same person's unlock, and signing out.
    Locked,
    /// Nothing; the full sign-in.
    Ended,
}

impl SessionTimes {
    /// The state at `now`. An edge belongs to the stricter side: a session of 12 hours has ended
    /// at 12:00:00. Activity that lies more than 5 minutes ahead locks: a clock that was
    /// set back would stretch the idle limit by as much.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> SessionState {
        if now >= self.ends_at() {
            SessionState::Ended
        } else if self.locked_at.is_some()
            || now >= self.locks_at()
            || self.last_active > seconds_after(now, AHEAD_SECONDS)
        {
            SessionState::Locked
        } else {
            SessionState::Open
        }
    }

    /// When the session locks if nothing more is done: for the countdown.
    #[must_use]
    pub fn locks_at(&self) -> Timestamp {
        seconds_after(self.last_active, self.limits.idle.seconds())
    }

    /// When the session ends, whatever is done.
    #[must_use]
    pub fn ends_at(&self) -> Timestamp {
        let absolute = seconds_after(self.made, self.limits.absolute.seconds());
        self.until.map_or(absolute, |until| absolute.min(until))
    }
}

/// Whether a step-up, or a completed sign-in, made at `at` still counts at `now`: for less than
/// [`STEP_UP_MINUTES`]. The caller forgets `at` when the session locks.
///
/// One that lies ahead does not count, or a clock that was set back would stretch it.
#[must_use]
pub fn stepped_up(at: Option<Timestamp>, now: Timestamp) -> bool {
    at.is_some_and(|at| {
        at <= seconds_after(now, CLOCK_SLACK_SECONDS)
            && now < seconds_after(at, STEP_UP_MINUTES * 60)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn session(last_active: i64, locked_at: Option<i64>) -> SessionTimes {
        SessionTimes {
            made: at(0),
            last_active: at(last_active),
            locked_at: locked_at.map(at),
            limits: SessionLimits::default(),
            until: None,
        }
    }

    #[test]
    fn a_session_of_the_desk_ends_with_the_day() {
        let desk = SessionTimes {
            until: Some(at(500)),
            ..session(400, None)
        };
        assert_eq!(desk.state(at(499)), SessionState::Open);
        assert_eq!(desk.state(at(500)), SessionState::Ended);
        let late = SessionTimes {
            until: Some(at(99 * 3_600)),
            ..desk
        };
        assert_eq!(late.ends_at(), at(12 * 3_600));
    }

    #[test]
    fn sessions_lock_and_end_on_the_second() {
        use SessionState::{Ended, Locked, Open};
        const HOUR: i64 = 3_600;
        for (last_active, locked_at, now, state) in [
            (0, None, 0, Open),
            (0, None, 899, Open),
            (0, None, 900, Locked),
            (0, Some(10), 11, Locked),
            (1_000, Some(1_001), 1_002, Locked),
            (12 * HOUR - 1, None, 12 * HOUR - 1, Open),
            (12 * HOUR - 1, None, 12 * HOUR, Ended),
            (0, None, 12 * HOUR - 1, Locked),
            (0, Some(10), 12 * HOUR, Ended),
        ] {
            let session = session(last_active, locked_at);
            assert_eq!(session.state(at(now)), state, "{session:?} {now}");
        }
    }

    #[test]
    fn time_outs_keep_their_bounds() {
        for (minutes, fits) in [(4, false), (5, true), (60, true), (61, false), (0, false)] {
            assert_eq!(IdleMinutes::new(minutes).is_ok(), fits);
        }
        for (hours, fits) in [(0, false), (1, true), (24, true), (25, false)] {
            assert_eq!(AbsoluteHours::try_from(hours).is_ok(), fits);
        }
        assert_eq!(IdleMinutes::default().get(), 15);
        assert_eq!(AbsoluteHours::default().get(), 12);
    }

    #[test]
    fn a_step_up_lasts_five_minutes_and_never_lies_ahead() {
        for (made, now, counts) in [
            (Some(100), 100, true),
            (Some(100), 399, true),
            (Some(100), 400, false),
            (Some(102), 100, true),
            (Some(103), 100, false),
            (None, 100, false),
        ] {
            assert_eq!(stepped_up(made.map(at), at(now)), counts, "{made:?} {now}");
        }
    }
}
