//! What the clocks say once codes of an authenticator are wrong: the likeliest reason is a phone
//! whose time is off.

use jiff::SignedDuration;

use super::door::Door;
use super::faults;
use super::words::t;
use crate::domain::Timestamp;

/// Wrong codes of an authenticator after which the clocks are spoken of (SECURITY.md, fault 15).
const AFTER: u32 = 2;

/// Clocks that differ by less agree: a code is taken one time step of 30 seconds around its own.
const AGREE: SignedDuration = SignedDuration::from_secs(30);

/// What is known of wrong codes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wrong {
    /// How many there were.
    codes: u32,
    /// When the last was looked at, by the clock that decides.
    at: Timestamp,
    /// By how much that clock is ahead of this computer's, where it is another one.
    ahead: Option<SignedDuration>,
}

impl Wrong {
    /// One more was wrong just now.
    pub fn one_more(&mut self, door: &Door) {
        *self = Self {
            codes: self.codes + 1,
            at: door.now(),
            ahead: door.ahead(),
        };
    }
}

/// What to do about a wrong code of an authenticator.
pub fn help(wrong: Wrong) -> String {
    if wrong.codes < AFTER {
        return t("code-wrong-help");
    }
    let time = faults::clock(wrong.at);
    let Some(ahead) = wrong.ahead else {
        return t!("clock-doctor", time = time);
    };
    let seconds = ahead.as_secs();
    let minutes = (seconds.unsigned_abs() + 30) / 60;
    match seconds {
        _ if ahead.abs() < AGREE => t!("clock-doctor-agree", time = time),
        1.. => t!("clock-doctor-behind", time = time, minutes = minutes.max(1)),
        _ => t!("clock-doctor-ahead", time = time, minutes = minutes.max(1)),
    }
}
