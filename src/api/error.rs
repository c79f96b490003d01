//! The one error type of the contract.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::{
    DeliveryFault, EmailFault, MobileFault, NameFault, NotACode, NotAllowed, PasswordFault,
    StartFault, Timestamp,
};

/// Why a call was not done, in terms a screen can act on.
///
/// What went wrong inside is logged once under an incident number and answered as
/// [`Error::Internal`]: no detail of the inside ever reaches a screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Error {
    /// No token, or one that has ended: the full sign-in is due.
    #[error("not signed in")]
    NotSignedIn,
    /// The session is locked; the password unlocks it.
    #[error("locked")]
    Locked,
    /// The owner must finish the set-up of two-factor before anything else.
    #[error("the set-up of two-factor is due")]
    SetUpDue,
    /// A fresh password is needed, and a code if a method is proven.
    #[error("a step-up is needed")]
    StepUpNeeded,
    /// The caller's role does not reach this.
    #[error("not allowed for this role")]
    Forbidden,
    /// There is no such thing, or it is not the caller's to see.
    #[error("not found")]
    NotFound,
    /// The e-mail address or the password is not right. Never says which.
    #[error("the email or the password is not right")]
    WrongCredentials,
    /// Too many failures in a row: nothing was checked, try from this time on.
    #[error("wait until {until}")]
    Wait {
        /// The time of the next try.
        #[schemars(with = "crate::domain::schema::Time")]
        until: Timestamp,
    },
    /// 50 consecutive failures: codes are not looked at any more (RFC 6238 asks for throttling,
    /// NIST SP 800-63B-4 3.2.2 for a limit of at most 100).
    #[error("stopped")]
    Stopped,
    /// The code was looked at and is not right.
    #[error("the code is not right")]
    CodeWrong {
        /// Tries left in this challenge, or at this code where it is sent for a step-up or to prove
        /// an address. A step-up by the app or a recovery code, held by the account's counter alone,
        /// always says five.
        tries_left: u32,
    },
    /// A right code that was already used once.
    #[error("the code was already used")]
    CodeUsed {
        /// Tries left in this challenge.
        tries_left: u32,
    },
    /// A right code that has ended, or that a newer one has replaced.
    #[error("the code has ended")]
    CodeEnded {
        /// Tries left in this challenge.
        tries_left: u32,
    },
    /// The code may not be sent again before this time.
    #[error("not again before {until}")]
    TooSoon {
        /// From when it may.
        #[schemars(with = "crate::domain::schema::Time")]
        until: Timestamp,
    },
    /// The sign-in or set-up that the code belongs to has ended, by time or by tries.
    #[error("this sign-in has ended")]
    ChallengeEnded,
    /// The invitation is unknown, used, replaced by a newer one or more than 24 hours old.
    #[error("the invitation is not valid")]
    InvitationNotValid,
    /// Something that was typed cannot be taken; nothing was changed.
    #[error("{field:?} cannot be taken: {fault:?}")]
    Invalid {
        /// Which field.
        field: Field,
        /// What is wrong with it.
        fault: Fault,
    },
    /// The rules of two-factor do not allow this step.
    #[error("not allowed: {why}")]
    NotAllowed {
        /// The rule that stands in the way.
        why: NotAllowed,
    },
    /// The practice has been set up already.
    #[error("there is a practice already")]
    PracticeExists,
    /// The last person with full access, or the last Enabled one, must stay.
    #[error("the last one with full access")]
    LastFullAccess,
    /// Somebody changed the same thing in the meantime; look again.
    #[error("out of date")]
    Stale,
    /// This computer's clock stands before what has already been recorded (SECURITY.md, fault 17).
    #[error("the clock stands before the newest record")]
    ClockBehind {
        /// What the clock says.
        #[schemars(with = "crate::domain::schema::Time")]
        now: Timestamp,
        /// The newest recorded time.
        #[schemars(with = "crate::domain::schema::Time")]
        newest: Timestamp,
    },
    /// Too much at once; nothing was checked, and no try was counted.
    #[error("busy")]
    Busy {
        /// Seconds to wait before the next try.
        retry_after: u32,
    },
    /// Too many failures came from the caller's address: nothing was checked (ASVS 6.3.1).
    #[error("too many failures from one address")]
    TooManyFailures {
        /// Seconds to wait before the next try.
        retry_after: u32,
    },
    /// The practice moved from this computer to a server: only there it goes on.
    #[error("the practice moved to a server")]
    Moved {
        /// The server's address, where it was told.
        to: Option<String>,
    },
    /// Something that the backend needs does not work. Nothing was checked.
    #[error("{what:?} is not available")]
    Unavailable {
        /// What does not work.
        what: Dependency,
    },
    /// The server was not reached, or is not one to speak to. A failure to reach it costs no try.
    #[error("the server was not reached: {why}")]
    Unreached {
        /// What stands in the way.
        why: Unreached,
    },
    /// More was sent than any form holds (`wire::MOST_BYTES`). Nothing was looked at.
    #[error("too long")]
    TooLong,
    /// The request is none that the server knows: the two are of different makes.
    #[error("the request cannot be read")]
    NotUnderstood,
    /// A fault of ours. The log has the details under this number.
    #[error("internal fault {incident}")]
    Internal {
        /// The number under which the log has the details.
        incident: String,
    },
}

/// A field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The practice's name.
    PracticeName,
    /// A person's name.
    Name,
    /// An e-mail address.
    Email,
    /// A password.
    Password,
    /// A one-time code.
    Code,
    /// An invitation code.
    Invitation,
    /// A recovery code.
    RecoveryCode,
    /// A mobile number.
    Mobile,
    /// How to send.
    Delivery,
    /// A reason that is asked for.
    Reason,
    /// A time or a date.
    When,
    /// Whom something is for.
    People,
    /// The first day of somebody in a practice.
    FirstDay,
    /// The last day of somebody in a practice.
    LastDay,
    /// The idle limit of sessions.
    IdleMinutes,
    /// The absolute limit of sessions.
    AbsoluteHours,
    /// The days for which a computer may be remembered.
    RememberDays,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// A name.
    Name(NameFault),
    /// An e-mail address.
    Email(EmailFault),
    /// A password.
    Password(PasswordFault),
    /// Not exactly one run of six digits.
    Code(NotACode),
    /// A mobile number.
    Mobile(MobileFault),
    /// How to send, by its own field.
    Delivery(DeliveryFault),
    /// Nothing was entered.
    Missing,
    /// Cannot be read as what it should be.
    NotUnderstood,
    /// There is one already.
    Taken,
    /// A day that has passed.
    Past,
    /// A time from which something bites.
    Start(StartFault),
    /// A number outside its bounds.
    OutOfBounds,
    /// A day that has not come yet.
    NotYet,
    /// A day before the practice was made.
    TooEarly,
}

/// Something the backend depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dependency {
    /// The database does not answer.
    Database,
    /// The disk is full.
    DiskSpace,
    /// The disk cannot be written.
    DiskReadOnly,
    /// The disk does not read or write as it should.
    Disk,
}

/// Why a server was not reached, or was not spoken to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, thiserror::Error,
)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Unreached {
    /// Nothing came back: no network, no such server, or it is down.
    #[error("no answer")]
    NoAnswer,
    /// What answers does not prove to be the server: nothing was sent.
    #[error("its certificate cannot be trusted")]
    Certificate {
        /// What is wrong with its certificate.
        fault: CertificateFault,
    },
    /// What answers does not encrypt as it should: nothing was sent.
    #[error("it does not encrypt")]
    NotEncrypted,
    /// What answers is no Vestibule: another program, or a page that stands before the network.
    #[error("what answers is another program")]
    NotVestibule,
    /// The server speaks a newer version of the contract: this program has to be updated.
    #[error("this program has to be updated")]
    AppTooOld,
    /// The server speaks an older version of the contract: it has to be updated.
    #[error("the server has to be updated")]
    ServerTooOld,
    /// The certificates that this computer trusts cannot be read: nobody can be trusted.
    #[error("this computer trusts nobody")]
    NoTrust,
}

/// What is wrong with a server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CertificateFault {
    /// Nobody whom this computer trusts has signed it.
    UnknownIssuer,
    /// It is another server's.
    OtherName,
    /// It has ended.
    Expired,
    /// It begins later, or this computer's clock is behind.
    NotYet,
    /// It was withdrawn.
    Revoked,
    /// It, or one above it, is signed in a way that is not accepted, such as SHA-1.
    Signature,
    /// Anything else.
    Other,
}

impl From<Unreached> for Error {
    fn from(why: Unreached) -> Self {
        Self::Unreached { why }
    }
}

macro_rules! field_fault {
    ($($fault:ty => $variant:ident),* $(,)?) => {$(
        impl From<$fault> for Fault {
            fn from(fault: $fault) -> Self {
                Self::$variant(fault)
            }
        }
    )*};
}
field_fault!(
    NameFault => Name,
    EmailFault => Email,
    PasswordFault => Password,
    NotACode => Code,
    MobileFault => Mobile,
    DeliveryFault => Delivery,
    StartFault => Start,
);

impl Field {
    /// The error for this field.
    pub fn cannot_be(self, fault: impl Into<Fault>) -> Error {
        Error::Invalid {
            field: self,
            fault: fault.into(),
        }
    }
}

impl From<NotAllowed> for Error {
    fn from(why: NotAllowed) -> Self {
        Self::NotAllowed { why }
    }
}
