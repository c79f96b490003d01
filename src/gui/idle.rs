//! When a window that nobody touches has to lock.
//!
//! The backend decides; this keeps the window from showing anything after it has. Only what a
//! person does is told as activity: what a page asks by itself is not (SECURITY.md, attack 71).

use crate::api::Lasting;
use crate::domain::{Timestamp, seconds_after};

/// Seconds before the lock at which a countdown begins.
const COUNTDOWN: i64 = 30;
/// At most every so many seconds the backend is told of activity: a commit in 10 s is enough for
/// limits of minutes.
const TOLD_EVERY: i64 = 10;

/// What is known of an open session's time.
#[derive(Debug, Default)]
pub struct Idle {
    lasting: Option<Lasting>,
    /// The person did something that has not been told.
    moved: bool,
    told: Option<Timestamp>,
    /// The backend has been told and has not answered.
    waits: bool,
}

/// What is to be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Nothing.
    Nothing,
    /// Tell the backend that the person did something.
    Tell,
    /// Lock.
    Lock,
    /// The full sign-in.
    End,
}

impl Idle {
    /// The person did something.
    pub fn moved(&mut self) {
        self.moved = true;
    }

    /// What the backend answered; none if it could not.
    pub fn answered(&mut self, lasting: Option<Lasting>) {
        self.waits = false;
        match lasting {
            Some(_) => self.lasting = lasting,
            None => self.moved = true,
        }
    }

    /// What is due at `now`, by the backend's clock; what is to be told counts as told.
    pub fn due(&mut self, now: Timestamp) -> Due {
        match self.lasting {
            Some(lasting) if now >= lasting.ends => return Due::End,
            Some(lasting) if now >= lasting.locks => return Due::Lock,
            _ => {}
        }
        let long_ago = self
            .told
            .is_none_or(|told| now.duration_since(told).as_secs().abs() >= TOLD_EVERY);
        let hurry = self.seconds_left(now).is_some();
        if self.waits || !self.moved || !(long_ago || hurry) {
            return Due::Nothing;
        }
        self.moved = false;
        self.waits = true;
        self.told = Some(now);
        Due::Tell
    }

    /// The moment at which something is due or changes, if nothing happens before.
    pub fn next(&self, now: Timestamp) -> Option<Timestamp> {
        let telling = (self.moved && !self.waits).then(|| match self.told {
            Some(told) if told <= now => seconds_after(told, TOLD_EVERY),
            _ => now,
        });
        let changing = self.lasting.map(|Lasting { locks, ends }| {
            let shown = self.seconds_left(now).unwrap_or(COUNTDOWN + 1);
            seconds_after(locks, 1 - shown).min(ends)
        });
        telling.into_iter().chain(changing).min()
    }

    /// The seconds until the lock, in the last 30 of them.
    pub fn seconds_left(&self, now: Timestamp) -> Option<i64> {
        let left = self.lasting?.locks.duration_since(now);
        let seconds = left.as_secs() + i64::from(left.subsec_nanos() > 0);
        (1..=COUNTDOWN).contains(&seconds).then_some(seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn open(locks: i64, ends: i64) -> Idle {
        let (locks, ends) = (at(locks), at(ends));
        let mut idle = Idle::default();
        idle.answered(Some(Lasting { locks, ends }));
        idle
    }

    #[test]
    fn it_locks_and_ends_on_the_second() {
        let mut idle = open(900, 3_600);
        assert_eq!(idle.due(at(899)), Due::Nothing);
        // Whatever was done in the last moment and not told yet.
        idle.moved();
        assert_eq!(idle.due(at(900)), Due::Lock);
        assert_eq!(idle.due(at(3_600)), Due::End);
    }

    #[test]
    fn a_countdown_stands_for_the_last_thirty_seconds() {
        let idle = open(900, 3_600);
        for (now, left) in [
            (869, None),
            (870, Some(30)),
            (899, Some(1)),
            (900, None),
            (0, None),
        ] {
            assert_eq!(idle.seconds_left(at(now)), left, "{now}");
        }
        let between = Timestamp::from_millisecond(899_500).unwrap();
        assert_eq!(idle.seconds_left(between), Some(1));
    }

    #[test]
    fn nothing_wakes_it_before_something_changes() {
        let mut idle = open(900, 3_600);
        for (now, next) in [(0, 870), (869, 870), (870, 871), (885, 886), (899, 900)] {
            assert_eq!(idle.next(at(now)), Some(at(next)), "{now}");
        }
        // Nor is it ever late: what is due is at once.
        for now in [900, 901, 4_000] {
            assert!(idle.next(at(now)) <= Some(at(now)), "{now}");
        }
        assert_eq!(open(900, 600).next(at(0)), Some(at(600)));
        // What was done since the backend was told is told ten seconds after that.
        idle.moved();
        assert_eq!(idle.due(at(2)), Due::Tell);
        idle.moved();
        assert_eq!(idle.next(at(3)), Some(at(870)));
        idle.answered(None);
        assert_eq!(idle.next(at(3)), Some(at(12)));
        assert_eq!(idle.next(at(1)), Some(at(1)));
        assert_eq!(Idle::default().next(at(1)), None);
    }

    #[test]
    fn activity_is_told_now_and_then_and_at_once_in_the_countdown() {
        let mut idle = open(900, 3_600);
        assert_eq!(idle.due(at(1)), Due::Nothing);
        idle.moved();
        assert_eq!(idle.due(at(2)), Due::Tell);
        idle.moved();
        // Once at a time, and what comes in between is not forgotten.
        assert_eq!(idle.due(at(60)), Due::Nothing);
        idle.answered(Some(Lasting {
            locks: at(902),
            ends: at(3_600),
        }));
        assert_eq!(idle.due(at(60)), Due::Tell);
        idle.answered(None);
        assert_eq!(idle.due(at(61)), Due::Nothing);
        assert_eq!(idle.due(at(70)), Due::Tell);
        idle.answered(None);
        assert_eq!(idle.due(at(79)), Due::Nothing);
        // A clock that was set back does not silence it.
        assert_eq!(idle.due(at(10)), Due::Tell);

        let mut idle = open(100, 3_600);
        idle.moved();
        assert_eq!(idle.due(at(68)), Due::Tell);
        idle.answered(Some(Lasting {
            locks: at(100),
            ends: at(3_600),
        }));
        idle.moved();
        assert_eq!(idle.due(at(71)), Due::Tell);
    }
}
