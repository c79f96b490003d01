//! When a provider that does not work is left alone.
//!
//! Each message that such a provider is given waits ten seconds for nothing, in a place that the
//! messages of others need. After some failures in a row nothing is given to it for a while; then
//! one message goes ahead and shows whether it works again.

use crate::domain::{NotSent, Timestamp, seconds_after};

/// Failures in a row until a provider is left alone: ours. A lone message that is tried again
/// gets there after 37 seconds, a busy morning within the first ten.
pub const FAILURES_IN_A_ROW: u32 = 5;

/// Seconds for which it is left alone, the first time and after each message that failed to go
/// ahead: ours. The longest is as long as the longest wait of a message of its own, so that a
/// provider that works again is found as soon as by that.
pub const PAUSE_SECONDS: [i64; 3] = [10, 20, 30];

/// For how long the message that goes ahead is waited for, should its worker be gone: as long as
/// a worker may keep it.
const AHEAD_SECONDS: i64 = 60;

/// After how many seconds the others look again while it is under way.
const LOOK_AGAIN_SECONDS: i64 = 2;

/// How one provider of one practice has done lately.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Breaker {
    failures: u32,
    paused: Option<Pause>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pause {
    why: NotSent,
    until: Timestamp,
    /// How many there were before it.
    before: usize,
    /// Until when a message that goes ahead is waited for.
    ahead: Option<Timestamp>,
}

impl Breaker {
    /// Whether a message may be given to the provider now. That it did not work is then told by
    /// [`Breaker::failed`]; after an answer of any kind a new breaker takes this one's place.
    ///
    /// # Errors
    ///
    /// Why not, and when to ask again.
    pub fn may_try(&mut self, now: Timestamp) -> Result<(), (NotSent, Timestamp)> {
        let Some(pause) = &mut self.paused else {
            return Ok(());
        };
        if now < pause.until {
            return Err((pause.why, pause.until));
        }
        if pause.ahead.is_some_and(|until| now < until) {
            return Err((pause.why, seconds_after(now, LOOK_AGAIN_SECONDS)));
        }
        pause.ahead = Some(seconds_after(now, AHEAD_SECONDS));
        Ok(())
    }

    /// The provider did not work; whether it is left alone from now on.
    pub fn failed(&mut self, why: NotSent, now: Timestamp) -> bool {
        self.failures = self.failures.saturating_add(1);
        let before = match &self.paused {
            None if self.failures < FAILURES_IN_A_ROW => return false,
            None => 0,
            // One of those that were under way when it began.
            Some(pause) if pause.ahead.is_none() => return false,
            Some(pause) => pause.before + 1,
        };
        let seconds = PAUSE_SECONDS[before.min(PAUSE_SECONDS.len() - 1)];
        self.paused = Some(Pause {
            why,
            until: seconds_after(now, seconds),
            before,
            ahead: None,
        });
        before == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHY: NotSent = NotSent::NoAnswer;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    /// Left alone at second 0.
    fn paused() -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 1..FAILURES_IN_A_ROW {
            assert!(!breaker.failed(WHY, at(0)));
            assert_eq!(breaker.may_try(at(0)), Ok(()));
        }
        assert!(breaker.failed(WHY, at(0)));
        breaker
    }

    #[test]
    fn a_few_failures_in_a_row_are_enough() {
        let mut breaker = paused();
        assert_eq!(breaker.may_try(at(0)), Err((WHY, at(10))));
        assert_eq!(breaker.may_try(at(9)), Err((WHY, at(10))));
    }

    #[test]
    fn one_message_goes_ahead_and_the_others_wait_for_it() {
        let mut breaker = paused();
        assert_eq!(breaker.may_try(at(10)), Ok(()));
        for second in [10, 19] {
            let again = at(second + LOOK_AGAIN_SECONDS);
            assert_eq!(breaker.may_try(at(second)), Err((WHY, again)));
        }
    }

    #[test]
    fn the_pause_grows_to_its_longest_and_says_the_newest_reason() {
        let mut breaker = paused();
        let mut now = 10;
        for seconds in [20, 30, 30, 30] {
            assert_eq!(breaker.may_try(at(now)), Ok(()));
            assert!(!breaker.failed(NotSent::Unreachable, at(now)));
            now += seconds;
            let wait = Err((NotSent::Unreachable, at(now)));
            assert_eq!(breaker.may_try(at(now - 1)), wait);
        }
    }

    #[test]
    fn those_that_were_under_way_when_it_began_do_not_lengthen_it() {
        let mut breaker = paused();
        for second in 1..9 {
            assert!(!breaker.failed(WHY, at(second)));
        }
        assert_eq!(breaker.may_try(at(9)), Err((WHY, at(10))));
        assert_eq!(breaker.may_try(at(10)), Ok(()));
    }

    #[test]
    fn a_message_that_went_ahead_and_is_lost_is_not_waited_for_for_ever() {
        let mut breaker = paused();
        assert_eq!(breaker.may_try(at(10)), Ok(()));
        assert!(breaker.may_try(at(69)).is_err());
        assert_eq!(breaker.may_try(at(70)), Ok(()));
        assert!(breaker.may_try(at(70)).is_err());
    }
}
