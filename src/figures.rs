//! What a server counts. Without the feature `server` nobody listens, and nothing is counted.
//!
//! | figure | labels | what it counts |
//! |---|---|---|
//! | `vestibule_messages_total` | `channel`, `result` | what became of a message that a worker took: `handed_over`, `again`, `failed`, `dropped`, `left_alone` (its provider does not work); and what its provider said later: `delivered`, `not_delivered` |
//! | `vestibule_codes_sent_total` | `channel` | codes that a provider took, each sending |
//! | `vestibule_codes_used_total` | `channel` | codes that were given and were right |
//!
//! No label names a person, a practice, a number or an address (SECURITY.md, attack 64).
//!
//! # The alarm
//!
//! Where twice as many codes go out as are used, somebody has them called up who does not read
//! them: SMS pumping (attack 60), or a provider that takes messages and delivers none. With at
//! least fifty in the hour, so that a quiet night does not ring:
//!
//! ```text
//! sum by (channel) (increase(vestibule_codes_sent_total[1h]))
//!   > 2 * sum by (channel) (increase(vestibule_codes_used_total[1h]))
//! and sum by (channel) (increase(vestibule_codes_sent_total[1h])) > 50
//! ```

use crate::domain::Channel;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Became {
    HandedOver,
    Again,
    Failed,
    Dropped,
    LeftAlone,
    Delivered,
    NotDelivered,
}

const MESSAGES: &str = "vestibule_messages_total";
const CODES_SENT: &str = "vestibule_codes_sent_total";
const CODES_USED: &str = "vestibule_codes_used_total";

impl Became {
    const ALL: [Self; 7] = [
        Self::HandedOver,
        Self::Again,
        Self::Failed,
        Self::Dropped,
        Self::LeftAlone,
        Self::Delivered,
        Self::NotDelivered,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::HandedOver => "handed_over",
            Self::Again => "again",
            Self::Failed => "failed",
            Self::Dropped => "dropped",
            Self::LeftAlone => "left_alone",
            Self::Delivered => "delivered",
            Self::NotDelivered => "not_delivered",
        }
    }
}

/// Shows every figure from the beginning on, at nought: one that is not there yet cannot be told
/// from one that nobody counts.
pub(crate) fn begin() {
    for channel in [Channel::Email, Channel::Sms] {
        for became in Became::ALL {
            count(MESSAGES, channel, Some(became.as_str()), 0);
        }
        count(CODES_SENT, channel, None, 0);
        count(CODES_USED, channel, None, 0);
    }
}

/// Counts a message.
pub(crate) fn message(channel: Channel, became: Became) {
    count(MESSAGES, channel, Some(became.as_str()), 1);
}

/// Counts a code that its provider took.
pub(crate) fn code_sent(channel: Channel) {
    count(CODES_SENT, channel, None, 1);
}

/// Counts a code that was right.
pub(crate) fn code_used(channel: Channel) {
    count(CODES_USED, channel, None, 1);
}

#[cfg(feature = "server")]
fn count(name: &'static str, channel: Channel, result: Option<&'static str>, more: u64) {
    let channel = channel.as_str();
    match result {
        Some(result) => ::metrics::counter!(name, "channel" => channel, "result" => result),
        None => ::metrics::counter!(name, "channel" => channel),
    }
    .increment(more);
}

#[cfg(not(feature = "server"))]
fn count(_: &'static str, _: Channel, _: Option<&'static str>, _: u64) {}
