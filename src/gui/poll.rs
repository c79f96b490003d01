//! What is asked again each second, while something is awaited.

use jiff::SignedDuration;

use crate::domain::Timestamp;

/// One that was not answered by then was lost on the way to a screen that had gone: longer than the
/// client waits for a server.
const LOST: SignedDuration = SignedDuration::from_secs(10);

/// Asks the next time once the last was answered: a server that does not answer would be asked nine
/// times at once.
#[derive(Debug, Default)]
pub struct Poll {
    since: Option<Timestamp>,
}

impl Poll {
    /// Whether it is to be asked now; it is under way then.
    pub fn begin(&mut self, now: Timestamp) -> bool {
        let waits = self
            .since
            .is_some_and(|since| now.duration_since(since).abs() < LOST);
        if !waits {
            self.since = Some(now);
        }
        !waits
    }

    /// It was answered, whatever was said.
    pub fn answered(&mut self) {
        self.since = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_next_is_asked_once_the_last_was_answered_or_is_lost() {
        let mut poll = Poll::default();
        assert!(poll.begin(at(100)));
        assert!(!poll.begin(at(101)) && !poll.begin(at(109)));
        poll.answered();
        assert!(poll.begin(at(110)));
        assert!(!poll.begin(at(119)));
        assert!(poll.begin(at(120)));
        // A clock that was set back holds nothing up for long.
        assert!(poll.begin(at(50)));
    }
}
