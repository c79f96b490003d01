//! The contract between the screens and the backend: a call is a value.
//!
//! Knows every request and every reply, and the one error type whose variants a screen can act
//! on. Must not know how any of it is done, nor whether it is done in this process or over HTTP.
//!
//! A new operation costs a struct here, an `impl Handle` in [`crate::service`] and, for the
//! server, a line in its route list.

mod account;
mod activity;
mod computer;
mod delivery;
mod desk;
mod error;
mod import;
mod keeping;
mod lock;
mod membership;
mod my_account;
mod people;
mod practice;
mod recovery;
mod roll_out;
mod round;
mod rule;
mod secret;
mod sending;
mod set_up;
mod sign_in;
mod statement;
pub mod wire;

use std::fmt::Debug;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use account::{
    Ack, Me, SendStepUp, SignOut, StepUp, StepUpAsked, StepUpNow, SteppedUp, Way, WhoAmI,
};
pub use activity::{
    Activity, ActivityFilter, ActivityPage, ActivityVerified, Entry, Misfit, MisfitKind,
    SaveActivity, VerifyActivity, Who,
};
pub use computer::{ComputerRule, Computers, SetComputerRule};
pub use delivery::{
    ClearDelivery, Configured, Deliveries, DeliverySettings, SetMail, SetSms, TestDelivery,
    TestNow, TestSent,
};
pub use desk::{AskAtDesk, AtDesk, DeskCodeMade, DeskScreen, LetIn, MakeDeskCode, SubmitDeskCode};
pub use error::{CertificateFault, Dependency, Error, Fault, Field, Unreached};
pub use import::{CheckImport, ImportPeople, Imported, PEOPLE_PER_IMPORT};
pub use keeping::{MakeRecoveryKey, RecoveryKeyMade};
pub use lock::{
    Active, KnowComputer, KnownComputer, Lasting, Lasts, Lock, SessionRule, SessionTimeOuts,
    SetSessionRule, Unlock, Unlocked,
};
pub use membership::{Deactivate, EditPerson, Reactivate, SetDates, SetRole};
pub use my_account::{
    Account, AddressNow, ChangeEmail, ChangeEmailOf, ChangePassword, EndMySession, EndRemembered,
    GiveUpNewEmail, MyAccount, MyRemembered, MySession, NewEmail, NewEmailNow, Notice,
    ProveAddress, ProveNewEmail, ReadNotices, SubmitAddressCode, SubmitNewEmailCode, UnreadNotices,
};
pub use people::{
    AddPerson, AllowTriesAgain, Counted, Counts, EndSessions, Invitation, InviteAgain,
    MakeHandOverCode, People, PeoplePage, Person, PersonDetails, Reset, Sort, SortBy, TurnOff,
    TurnOn, TurnOnFor, TurnedOnFor, ViewPerson,
};
pub use practice::{AcceptPlace, AddPractice, Offered, OwnPractice, PracticeAdded, SwitchPractice};
pub use recovery::{KeepRecoveryCodes, MakeRecoveryCodes, RecoveryCodes, RecoveryDue};
pub use roll_out::{RollOut, RollOutDay};
pub use round::{CancelRound, Reached, Round, RoundKind, RoundNow, RoundStarted, StartRound};
pub use rule::{
    Away, DryRun, Planned, PracticeRule, RuleAsked, RuleInForce, RuleSet, SetAllowed, SetRule,
    Stopped, WouldStop,
};
pub use secret::{Secret, Token};
pub use sending::{
    ChallengeNow, Line, SendAgain, SentCode, SubmitRecoveryCode, ToSend, TryAnother,
};
pub use set_up::{
    AuthenticatorKey, CancelSetUp, Choice, Choices, Hindrance, Method, MyMethods, Prefer,
    ProveMethod, Proven, RemoveMethod, SendSetUpAgain, SetUpNow, SetUpSent, StartAuthenticator,
    StartSent, StatusFacts,
};
pub use sign_in::{
    Admitted, Challenge, CodeDue, ForgotPassword, Found, Founded, Greet, Greeting, Offer, Outcome,
    Redeem, SetUpDue, SignIn, SubmitCode, TryState,
};
pub use statement::{Statement, StatementLine, StatementOf};

/// A request: a value that names its reply. The same value is handed to the service in this
/// process or serialised to `POST /v1/{NAME}`.
pub trait Call: Serialize + DeserializeOwned + Send + 'static {
    /// What a success answers.
    type Reply: Serialize + DeserializeOwned + Clone + Debug + Send + 'static;
    /// The stable name of the call on the wire.
    const NAME: &'static str;
    /// What it may do, as far as a server has to know.
    const KIND: Kind = Kind::Changes;
    /// The longest reply that is read, in bytes: a page of fifty people has a twentieth of it. What
    /// is longer freezes no window (attack 98).
    const LONGEST_REPLY: usize = 1024 * 1024;
    /// How long its answer is waited for: that a server is lost is told within 10 s (SECURITY.md,
    /// fault 10).
    const LONGEST_WAIT: Duration = Duration::from_secs(9);
}

/// What a call may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It asks, and changes nothing: it may be done again at will.
    Reads,
    /// It changes something: a request that comes twice is done once.
    Changes,
    /// It shows something that can be guessed as well: such tries are limited by the address that
    /// they come from (ASVS 6.3.1).
    Guesses,
    /// As [`Self::Guesses`], but its answer does not tell whether it was right: each is counted for
    /// its address, whatever comes of it.
    Asks,
}

impl Kind {
    /// Whether such calls are limited by the address that they come from.
    pub fn is_limited(self) -> bool {
        matches!(self, Self::Guesses | Self::Asks)
    }
}

/// How long the answer is waited for of what goes through all of Activity, or through everybody: as
/// long as a server works on a call.
const WHOLE: Duration = Duration::from_secs(60);

/// The longest reply that becomes a file, in bytes: a statement of 5,000 people has about one
/// million, a part of a saved Activity at most five.
const LONGEST_FILE: usize = 6 * 1024 * 1024;

macro_rules! call {
    ($call:ty => $reply:ty, $name:literal $(, $kind:ident $(, $longest:expr)?)? $(; $wait:expr)?) => {
        impl $crate::api::Call for $call {
            type Reply = $reply;
            const NAME: &'static str = $name;
            $(
                const KIND: $crate::api::Kind = $crate::api::Kind::$kind;
                $(const LONGEST_REPLY: usize = $longest;)?
            )?
            $(const LONGEST_WAIT: std::time::Duration = $wait;)?
        }
    };
}
use call;
