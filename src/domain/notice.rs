//! What the owner of an account is told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words;

/// What an owner is told: every change of a factor or of the password, and every act of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A method was proven.
    Enabled,
    /// A method was replaced by a new one.
    Replaced,
    /// One of several methods was removed.
    Removed,
    /// Two-factor was turned off.
    TurnedOff,
    /// Full access closed the person's methods.
    Reset,
    /// Full access turned two-factor on.
    TurnedOn,
    /// Full access ended the person's sessions.
    SessionsEnded,
    /// Full access allowed tries again.
    TriesAllowed,
    /// The oldest session ended, since there were too many.
    OldestSessionEnded,
    /// A recovery code was used.
    RecoveryCodeUsed,
    /// A new set of recovery codes counts.
    RecoveryCodesMade,
    /// The practice recovery key gave the person a new password and closed the methods.
    Recovered,
    /// The clock had stood ahead, and codes of the person's method could not open for long.
    ClockSetRight,
    /// The password was changed.
    PasswordChanged,
    /// Full access let the person in at the desk, without a code of theirs.
    LetIn,
    /// Full access made a code with which the person chooses a new password.
    HandOverCodeMade,
    /// A new password was chosen by such a code, or by one that was sent by e-mail.
    PasswordReset,
    /// Full access asked for another address of the account.
    NewAddressAsked,
    /// The account has another address.
    AddressChanged,
    /// Full access corrected the person's name.
    Renamed,
    /// Full access gave the person another role.
    RoleSet,
    /// Full access set the person's first or last day.
    DatesSet,
    /// Full access ended the person's place in the practice.
    Deactivated,
    /// Full access gave the place back.
    Reactivated,
    /// The person signed in on a computer that they were not known on.
    NewComputer,
    /// What a remembered computer had used was shown again, and ended it.
    RememberedReplayed,
}

impl NoticeKind {
    /// Whether it is about a place in one practice, and no other practice's to know or to tell.
    #[must_use]
    pub const fn is_of_one_practice(self) -> bool {
        matches!(
            self,
            Self::RoleSet | Self::DatesSet | Self::Deactivated | Self::Reactivated
        )
    }
}

words!(NoticeKind {
    Enabled => "enabled",
    Replaced => "replaced",
    Removed => "removed",
    TurnedOff => "turned_off",
    Reset => "reset",
    TurnedOn => "turned_on",
    SessionsEnded => "sessions_ended",
    TriesAllowed => "tries_allowed",
    OldestSessionEnded => "oldest_session_ended",
    RecoveryCodeUsed => "recovery_code_used",
    RecoveryCodesMade => "recovery_codes_made",
    Recovered => "recovered",
    ClockSetRight => "clock_set_right",
    PasswordChanged => "password_changed",
    LetIn => "let_in",
    HandOverCodeMade => "hand_over_code_made",
    PasswordReset => "password_reset",
    NewAddressAsked => "new_address_asked",
    AddressChanged => "address_changed",
    Renamed => "renamed",
    RoleSet => "role_set",
    DatesSet => "dates_set",
    Deactivated => "deactivated",
    Reactivated => "reactivated",
    NewComputer => "new_computer",
    RememberedReplayed => "remembered_replayed",
});
