//! What is written down in Activity, the audit log of a practice.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{MethodKind, words};

/// Years that a practice keeps its entries. Health records are kept for seven years from the last
/// entry in New South Wales, Victoria and the Australian Capital Territory (Health Records and
/// Information Privacy Act 2002 (NSW), s 25); who could read them is kept as long.
pub const ACTIVITY_YEARS: i32 = 7;

/// The kinds of entries, in one list: a new one costs a line here, a sentence in the Fluent file
/// and the line that joins the two.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident => $word:literal in $group:ident),+ $(,)?) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum EventKind { $($(#[doc = $doc])+ $kind),+ }

        words!(EventKind { $($kind => $word),+ });

        impl EventKind {
            /// The group that it is filtered by.
            #[must_use]
            pub const fn group(self) -> EventGroup {
                match self { $(Self::$kind => EventGroup::$group),+ }
            }
        }
    };
}

kinds! {
    /// A sign-in was completed, by the factor that the entry names or by the password alone.
    SignedIn => "signed_in" in SignIns,
    /// A session was ended by its owner.
    SignedOut => "signed_out" in SignIns,
    /// A session was locked.
    Locked => "locked" in SignIns,
    /// A session was unlocked.
    Unlocked => "unlocked" in SignIns,
    /// A session ended because too many unlocks were wrong.
    EndedByUnlocks => "ended_by_unlocks" in Failures,
    /// The oldest session ended, since there were too many.
    OldestSessionEnded => "oldest_session_ended" in SignIns,
    /// Somebody ended sessions of their own.
    OwnSessionsEnded => "own_sessions_ended" in SignIns,
    /// Full access ended somebody's sessions.
    SessionsEnded => "sessions_ended" in SignIns,
    /// Somebody proved afresh who sits there.
    SteppedUp => "stepped_up" in SignIns,
    /// Full access let somebody in at the desk.
    LetInAtDesk => "let_in_at_desk" in SignIns,
    /// A code was made that lets another person in at the desk.
    DeskCodeMade => "desk_code_made" in SignIns,
    /// Somebody went on in another practice.
    PracticeLeft => "practice_left" in SignIns,
    /// Somebody came from another practice.
    PracticeEntered => "practice_entered" in SignIns,
    /// A computer that the person was not known on.
    ComputerAdded => "computer_added" in SignIns,
    /// A computer is remembered from now on.
    ComputerRemembered => "computer_remembered" in SignIns,
    /// Somebody ended a remembered computer of their own.
    RememberedEnded => "remembered_ended" in SignIns,

    /// A set-up was started.
    SetUpStarted => "set_up_started" in TwoFactor,
    /// A set-up was left.
    SetUpCancelled => "set_up_cancelled" in TwoFactor,
    /// A method was proven.
    MethodProven => "method_proven" in TwoFactor,
    /// Another method is asked first.
    MethodPreferred => "method_preferred" in TwoFactor,
    /// One of several methods was removed.
    MethodRemoved => "method_removed" in TwoFactor,
    /// Two-factor was turned on.
    TurnedOn => "turned_on" in TwoFactor,
    /// Two-factor was turned off.
    TurnedOff => "turned_off" in TwoFactor,
    /// Full access closed somebody's methods.
    Reset => "reset" in TwoFactor,
    /// Full access allowed tries again.
    TriesAllowed => "tries_allowed" in TwoFactor,
    /// A new set of recovery codes was shown.
    RecoveryCodesShown => "recovery_codes_shown" in TwoFactor,
    /// A new set of recovery codes counts.
    RecoveryCodesMade => "recovery_codes_made" in TwoFactor,
    /// The rest of a set of which a code was used ended with the method that was replaced.
    RecoveryCodesVoided => "recovery_codes_voided" in TwoFactor,
    /// A recovery code was used.
    RecoveryCodeUsed => "recovery_code_used" in TwoFactor,
    /// The clock had stood ahead, and somebody has to set up again.
    SetUpAgain => "set_up_again" in TwoFactor,

    /// A person was added.
    PersonAdded => "person_added" in People,
    /// A new invitation was made.
    InvitedAgain => "invited_again" in People,
    /// An invitation was sent to an address.
    InvitationSent => "invitation_sent" in People,
    /// Somebody who has an account was offered a place.
    PlaceOffered => "place_offered" in People,
    /// A place was accepted.
    PlaceAccepted => "place_accepted" in People,
    /// An invitation was redeemed.
    InvitationRedeemed => "invitation_redeemed" in People,
    /// An act was asked for that another practice has to ask for too.
    Agreed => "agreed" in People,
    /// Somebody's name was corrected.
    Renamed => "renamed" in People,
    /// Somebody was given another role.
    RoleSet => "role_set" in People,
    /// Somebody's first or last day was set.
    DatesSet => "dates_set" in People,
    /// Somebody's place in the practice was ended.
    Deactivated => "deactivated" in People,
    /// Somebody's place was given back.
    Reactivated => "reactivated" in People,
    /// A code was made with which a forgotten password is chosen anew.
    HandOverCodeMade => "hand_over_code_made" in People,
    /// A letter was asked for by which a forgotten password is chosen anew.
    ResetAsked => "reset_asked" in People,
    /// A password was chosen anew by a code.
    PasswordReset => "password_reset" in People,
    /// Another address was asked for.
    NewAddressAsked => "new_address_asked" in People,
    /// Another address was given up.
    NewAddressGivenUp => "new_address_given_up" in People,
    /// An account has another address.
    AddressChanged => "address_changed" in People,
    /// A password was changed by its owner.
    PasswordChanged => "password_changed" in People,
    /// The account's address was proven.
    AddressProven => "address_proven" in People,
    /// The practice recovery key gave somebody a new password.
    Recovered => "recovered" in People,
    /// Whoever runs the server gave somebody with full access a new password.
    GlassBroken => "glass_broken" in People,

    /// The practice was made.
    PracticeFounded => "practice_founded" in Rules,
    /// The two-factor rule was changed.
    RuleChanged => "rule_changed" in Rules,
    /// The methods that the practice allows were changed.
    AllowedMethodsChanged => "allowed_methods_changed" in Rules,
    /// Test messages were sent to addresses on file.
    TestsSent => "tests_sent" in Rules,
    /// Reminders were sent to those who must set up two-factor.
    RemindersSent => "reminders_sent" in Rules,
    /// Messages to many that had not gone out were taken back.
    RoundTakenBack => "round_taken_back" in Rules,
    /// How long sessions last was changed.
    SessionRuleChanged => "session_rule_changed" in Rules,
    /// What computers may do was changed.
    ComputerRuleChanged => "computer_rule_changed" in Rules,
    /// The mail server or the SMS gateway was set.
    DeliverySet => "delivery_set" in Rules,
    /// The mail server or the SMS gateway was cleared.
    DeliveryCleared => "delivery_cleared" in Rules,
    /// A test message was sent.
    DeliveryTested => "delivery_tested" in Rules,
    /// A new practice recovery key was made.
    RecoveryKeyMade => "recovery_key_made" in Rules,
    /// Everything is sealed with another data key from now on.
    KeyRotated => "key_rotated" in Rules,
    /// The practice left this backend, for a server.
    PracticeExported => "practice_exported" in Rules,
    /// The practice came from another backend.
    PracticeImported => "practice_imported" in Rules,
    /// A clock that stands before what was recorded was taken for the present time.
    ClockAccepted => "clock_accepted" in Rules,
    /// A backup was put back.
    Restored => "restored" in Rules,
    /// Entries of Activity were saved as a file.
    ActivitySaved => "activity_saved" in Rules,
    /// A statement was saved as a file.
    StatementSaved => "statement_saved" in Rules,

    /// A password was wrong at the sign-in.
    PasswordWrong => "password_wrong" in Failures,
    /// A password was wrong at the lock.
    UnlockPasswordWrong => "unlock_password_wrong" in Failures,
    /// A password was wrong where one is asked for afresh.
    StepUpPasswordWrong => "step_up_password_wrong" in Failures,
    /// A password was wrong where a colleague lets somebody in.
    DeskPasswordWrong => "desk_password_wrong" in Failures,
    /// A code was wrong.
    CodeWrong => "code_wrong" in Failures,
    /// A code had been used.
    CodeUsed => "code_used" in Failures,
    /// A code had ended.
    CodeEnded => "code_ended" in Failures,
    /// What a remembered computer had used was shown again, and ended it.
    RememberedReplayed => "remembered_replayed" in Failures,
    /// A recovery code was wrong.
    RecoveryCodeWrong => "recovery_code_wrong" in Failures,
    /// An invitation code was wrong.
    InvitationWrong => "invitation_wrong" in Failures,
    /// A try was refused, since the wait after the ones before had not ended.
    TriesWait => "tries_wait" in Failures,
    /// A try was refused, since the tries were used up.
    TriesStopped => "tries_stopped" in Failures,
    /// So much failed from one address within a minute that more is refused for now.
    AddressLimited => "address_limited" in Failures,
    /// An SMS was held back, since too many within a day were not used.
    SmsBudgetSpent => "sms_budget_spent" in Failures,
    /// A letter was held back, since too many within a day were not used.
    EmailBudgetSpent => "email_budget_spent" in Failures,
}

/// What the kinds are filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EventGroup {
    /// Sign-ins, locks, and what follows from them.
    SignIns,
    /// What changes somebody's two-factor.
    TwoFactor,
    /// People and their accounts.
    People,
    /// The rules and settings of the practice.
    Rules,
    /// What was refused.
    Failures,
}

words!(EventGroup {
    SignIns => "sign_ins",
    TwoFactor => "two_factor",
    People => "people",
    Rules => "rules",
    Failures => "failures",
});

impl EventGroup {
    /// The kinds of the group.
    pub fn kinds(self) -> impl Iterator<Item = EventKind> {
        let all = EventKind::ALL.iter().copied();
        all.filter(move |kind| kind.group() == self)
    }
}

/// What an entry says it was done by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Factor {
    /// A code of Google Authenticator.
    Authenticator,
    /// A code by SMS.
    Sms,
    /// A code by e-mail.
    Email,
    /// A recovery code.
    RecoveryCode,
    /// A computer that the practice lets be remembered.
    RememberedComputer,
    /// A colleague with full access, at the desk.
    DeskCode,
}

words!(Factor {
    Authenticator => "authenticator",
    Sms => "sms",
    Email => "email",
    RecoveryCode => "recovery_code",
    RememberedComputer => "remembered_computer",
    DeskCode => "desk_code",
});

impl From<MethodKind> for Factor {
    fn from(kind: MethodKind) -> Self {
        match kind {
            MethodKind::Authenticator => Self::Authenticator,
            MethodKind::Sms => Self::Sms,
            MethodKind::Email => Self::Email,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_kind_has_a_word_of_its_own_and_a_group() {
        let words: HashSet<_> = EventKind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(words.len(), EventKind::ALL.len());
        for kind in EventKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
        let grouped: usize = EventGroup::ALL
            .iter()
            .map(|group| group.kinds().count())
            .sum();
        assert_eq!(grouped, EventKind::ALL.len());
    }
}
