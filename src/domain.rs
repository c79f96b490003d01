//! Nouns and rules of two-step sign-in: people, methods, requirement, status, tries, codes.
//!
//! It knows no I/O, no database, no async and no widget, and it reads neither the clock nor the
//! system's randomness: `now` and [`Random`] are arguments, so that every rule here can be tested
//! at any time of day. A value that exists is valid: the newtypes parse, and do not merely wrap.

pub mod allowed;
mod clock;
pub mod code;
pub mod computer;
mod countries;
mod crockford;
pub mod day;
pub mod delivery;
pub mod desk;
pub mod email;
pub mod enrolment;
pub mod event;
pub mod history;
pub mod id;
pub mod invitation;
pub mod method;
pub mod mobile;
pub mod name;
pub mod not_allowed;
pub mod notice;
pub mod password;
pub mod random;
pub mod reason;
pub mod recovery_code;
pub mod recovery_key;
pub mod requirement;
pub mod role;
pub mod roster;
pub(crate) mod schema;
pub mod sending;
pub mod session;
pub mod sign_in;
pub mod start;
pub mod status;
pub mod term;
pub mod throttle;
pub mod totp;

pub use allowed::{Allowance, Allowed, AllowedMethods};
pub use clock::Clock;
pub use code::{Code, NotACode};
pub use computer::{ComputerRule, REMEMBERED_PER_PERSON, RememberDays};
pub use countries::Countries;
pub use crockford::Mistyped;
pub use day::{beginning_of, end_of, typed_day};
pub use delivery::{
    Channel, DeliveryFault, GatewayContent, GatewayMethod, HttpGateway, Kannel, MailSecurity,
    MailServer, NotDelivered, NotSent, SenderAdvice, SmsGateway, Template, Twilio, sender_advice,
};
pub use desk::{DESK_CODE_MINUTES, DeskCode};
pub use email::{EmailAddress, EmailFault};
pub use enrolment::{Enrolment, SET_UP_MINUTES, Started};
pub use event::{ACTIVITY_YEARS, EventGroup, EventKind, Factor};
pub use history::{Past, PastMethod, Span};
pub use id::{MembershipId, MethodId, NotAnId, PracticeId, SessionId, UserId, row_id};
pub use invitation::{
    INVITATION_HOURS, InvitationCode, InvitationKind, RESET_MINUTES, ResetCode, TypedInvitation,
};
/// A moment in UTC. The caller's clock makes it; the domain never asks for one.
pub use jiff::Timestamp;
pub use method::{MethodKind, Proven};
pub use mobile::{CountryCode, Mobile, MobileFault};
pub(crate) use name::tamed;
pub use name::{ComputerName, LONGEST_NAME, NameFault, PersonName, PracticeName};
pub use not_allowed::NotAllowed;
pub use notice::NoticeKind;
pub use password::{
    LONGEST_PASSWORD, LONGEST_PASSWORD_BYTES, Password, PasswordFault, SHORTEST_PASSWORD,
};
pub use random::Random;
pub use reason::{LONGEST_REASON, Reason};
pub use recovery_code::{RECOVERY_CODES_FEW, RECOVERY_CODES_PER_SET, RecoveryCode};
pub use recovery_key::RecoveryKey;
pub use requirement::{Due, Requirement, Rule, TurnedOnBy};
pub use role::Role;
pub use roster::{
    LONGEST_ROSTER, LONGEST_ROSTER_BYTES, LineFault, Newcomer, RosterFault, RosterLine, read_roster,
};
pub use sending::{
    Budget, Destination, LETTER_BUDGET, NEW_ADDRESS_DAYS, Purpose, SMS_BUDGET, UNUSED_PER_DAY,
    UNUSED_PER_HOUR, UNUSED_PER_HOUR_AND_ACCOUNT, again_from,
};
pub use session::{
    AbsoluteHours, COMPUTERS_PER_PERSON, DESK_SESSIONS_PER_DAY, IdleMinutes, OutOfBounds,
    SESSIONS_PER_PERSON, STEP_UP_MINUTES, SessionLimits, SessionState, SessionTimes, stepped_up,
};
pub use sign_in::{Next, after_factors, may_sign_in, set_up_due};
pub use start::{START_DAYS_AHEAD, StartFault, Starts};
pub use status::Status;
pub use term::{Standing, Term, TermFault};
pub use throttle::{
    Counter, STOPPED_AT, TRIES_PER_CHALLENGE, Throttle, Tries, UNLOCKS_PER_SESSION,
};
pub use totp::{STEP_SECONDS, TotpSecret, step_at};

use jiff::SignedDuration;

/// So many seconds after a time, or before it; held at the ends of time instead of overflowing: a
/// wait that cannot be written down must not become no wait.
#[must_use]
pub fn seconds_after(at: Timestamp, seconds: i64) -> Timestamp {
    let end = if seconds < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    };
    at.checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(end)
}

/// The same in minutes.
#[must_use]
pub fn minutes_after(at: Timestamp, minutes: i64) -> Timestamp {
    seconds_after(at, minutes.saturating_mul(60))
}

/// A word that is none of those a stored or sent value may hold; the value itself is not kept,
/// because it may be hostile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of the known words")]
pub struct UnknownWord;

/// `as_str`, `FromStr` and `Display` of an enum from one list of words, so that the word that is
/// written and the word that is read cannot drift apart.
macro_rules! words {
    ($name:ident { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl $name {
            /// Every value, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable word kept in the database and sent on the wire; not for people to read.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::domain::UnknownWord),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use words;
