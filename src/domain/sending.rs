//! One-time codes that are sent: how long they live, how often they are sent, what stands in the
//! way.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Channel, EmailAddress, MethodKind, Mobile, seconds_after, words};

/// Days that a new address waits for the code from its mailbox: ours.
pub const NEW_ADDRESS_DAYS: i64 = 7;

/// Messages to one address or number that were not used, within an hour, over all accounts.
/// OWASP ASVS 5.0, 6.6; NIST SP 800-63B-4, 3.1.3.2.
pub const UNUSED_PER_HOUR: u32 = 10;
/// As [`UNUSED_PER_HOUR`], within a day.
pub const UNUSED_PER_DAY: u32 = 20;
/// Messages of one account that were not used, within an hour.
pub const UNUSED_PER_HOUR_AND_ACCOUNT: u32 = 5;

/// How many messages of one kind a practice may send within a day that are not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// However small it is.
    pub at_least: u32,
    /// For each person who works there.
    pub for_each: u32,
}

/// Codes by SMS: ours. A used code gives its place back, so this is what a morning may waste on
/// which everybody asks three times over; somebody who has numbers of their own called up by
/// the thousand (attack 60) spends no more of the practice's money than that.
pub const SMS_BUDGET: Budget = Budget {
    at_least: 100,
    for_each: 2,
};
/// Letters with a code: ours. They cost nothing, but a mail server that is taken for one that
/// floods mailboxes is believed by nobody the next day. Those with codes, for forgotten passwords
/// and with invitations are counted apart: anybody may ask for the second.
pub const LETTER_BUDGET: Budget = Budget {
    at_least: 200,
    for_each: 5,
};

impl Budget {
    /// What a practice may send on a channel.
    #[must_use]
    pub const fn of(channel: Channel) -> Self {
        match channel {
            Channel::Email => LETTER_BUDGET,
            Channel::Sms => SMS_BUDGET,
        }
    }
}

/// Seconds between a sending and the next of the same challenge: they double twice.
const AGAIN_AFTER_SECONDS: [i64; 3] = [30, 60, 120];

/// What a code opens. It opens nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The second step of a sign-in.
    SignIn,
    /// Proves a method that is being set up.
    SetUp,
    /// Proves afresh who sits here.
    StepUp,
    /// Proves the address of an account, without making it a method.
    Address,
    /// Proves an address that is to become an account's.
    NewAddress,
}

words!(Purpose {
    SignIn => "sign_in",
    SetUp => "set_up",
    StepUp => "step_up",
    Address => "address",
    NewAddress => "new_address",
});

impl Channel {
    /// Minutes for which a code is good: NIST SP 800-63B-4, 3.1.3.2 asks for 10 at most.
    #[must_use]
    pub const fn code_minutes(self) -> i64 {
        match self {
            Self::Email => 10,
            Self::Sms => 5,
        }
    }

    /// The method whose codes take this way.
    #[must_use]
    pub const fn method(self) -> MethodKind {
        match self {
            Self::Email => MethodKind::Email,
            Self::Sms => MethodKind::Sms,
        }
    }
}

impl MethodKind {
    /// The way on which codes of this method are sent, if they are.
    #[must_use]
    pub const fn channel(self) -> Option<Channel> {
        match self {
            Self::Authenticator => None,
            Self::Email => Some(Channel::Email),
            Self::Sms => Some(Channel::Sms),
        }
    }
}

/// Where a code is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// To a mailbox.
    Email(EmailAddress),
    /// To a phone.
    Sms(Mobile),
}

impl Destination {
    /// The way to it.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Email(_) => Channel::Email,
            Self::Sms(_) => Channel::Sms,
        }
    }

    /// The canonical text: what is kept and sent to.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(address) => address.as_str(),
            Self::Sms(mobile) => mobile.e164(),
        }
    }

    /// What a sign-in that waits for its code may show of it (attack 65).
    #[must_use]
    pub fn masked(&self) -> String {
        match self {
            Self::Email(address) => address.masked(),
            Self::Sms(mobile) => mobile.masked(),
        }
    }

    /// As it was kept.
    #[must_use]
    pub fn kept(channel: Channel, text: &str) -> Option<Self> {
        match channel {
            Channel::Email => EmailAddress::parse(text).ok().map(Self::Email),
            Channel::Sms => Mobile::from_e164(text).ok().map(Self::Sms),
        }
    }
}

/// From when a challenge's code may be sent again, after so many sendings, the last one at `last`.
#[must_use]
pub fn again_from(sendings: u32, last: Timestamp) -> Timestamp {
    let Some(before) = sendings.checked_sub(1) else {
        return last;
    };
    let longest = AGAIN_AFTER_SECONDS.len() - 1;
    let at = usize::try_from(before).map_or(longest, |before| before.min(longest));
    seconds_after(last, AGAIN_AFTER_SECONDS[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_waits_between_sendings_grow_and_then_stay() {
        let waits: Vec<i64> = (0..6)
            .map(|sendings| again_from(sendings, at(100)).as_second() - 100)
            .collect();
        assert_eq!(waits, [0, 30, 60, 120, 120, 120]);
        assert_eq!(again_from(u32::MAX, Timestamp::MAX), Timestamp::MAX);
    }

    #[test]
    fn a_destination_is_read_as_it_is_kept_and_shows_its_mask_alone() {
        for (channel, text, masked) in [
            (Channel::Email, "sam@hills.example", "s•••@h•••"),
            (Channel::Sms, "+61491570156", "•••• 156"),
        ] {
            let kept = Destination::kept(channel, text).unwrap();
            assert_eq!((kept.as_str(), kept.channel()), (text, channel));
            assert_eq!(kept.masked(), masked);
        }
        assert_eq!(Destination::kept(Channel::Sms, "sam@hills.example"), None);
    }

    #[test]
    fn words_are_read_as_they_are_written() {
        for purpose in Purpose::ALL {
            assert_eq!(purpose.as_str().parse(), Ok(*purpose));
        }
        for channel in Channel::ALL {
            assert_eq!(channel.method().channel(), Some(*channel));
        }
        assert_eq!(MethodKind::Authenticator.channel(), None);
    }
}
