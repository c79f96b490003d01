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

/// Counts a message.
pub(crate) fn message(channel: Channel, became: Became) {
    let result = match became {
        Became::HandedOver => "handed_over",
        Became::Again => "again",
        Became::Failed => "failed",
        Became::Dropped => "dropped",
        Became::LeftAlone => "left_alone",
        Became::Delivered => "delivered",
        Became::NotDelivered => "not_delivered",
    };
    count("vestibule_messages_total", channel, Some(result));
}

/// Counts a code that its provider took.
pub(crate) fn code_sent(channel: Channel) {
    count("vestibule_codes_sent_total", channel, None);
}

/// Counts a code that was right.
pub(crate) fn code_used(channel: Channel) {
    count("vestibule_codes_used_total", channel, None);
}

#[cfg(feature = "server")]
fn count(name: &'static str, channel: Channel, result: Option<&'static str>) {
    let channel = channel.as_str();
    match result {
        Some(result) => ::metrics::counter!(name, "channel" => channel, "result" => result),
        None => ::metrics::counter!(name, "channel" => channel),
    }
    .increment(1);
}

#[cfg(not(feature = "server"))]
fn count(_: &'static str, _: Channel, _: Option<&'static str>) {}
