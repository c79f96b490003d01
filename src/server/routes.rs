//! What is served: one line for each call.
//!
//! Left out are the calls of whoever runs the backend (a practice is made on the machine itself)
//! and those of the embedded one: the first run, which here would be anybody's who comes first, and
//! the practice recovery key, a copy of keys that are the server's.

use axum::Router;
use axum::routing::post;

use super::answer::{Served, answer};
use super::document::Document;
use crate::api::{self, Call};

macro_rules! routes {
    ($($call:ident)+) => {
        pub(super) fn router() -> Router<Served> {
            Router::new()
                $(.route(&path(<api::$call as Call>::NAME), post(answer::<api::$call>)))+
        }

        /// Describes every call.
        pub(super) fn describe(document: &mut Document) {
            $(document.describe::<api::$call>(stringify!($call));)+
        }
    };
}

/// Where a call is served.
pub(super) fn path(name: &str) -> String {
    format!("/v1/{name}")
}

routes! {
    AcceptPlace
    Active
    Activity
    AddPerson
    AddressNow
    AllowTriesAgain
    AskAtDesk
    AtDesk
    CancelRound
    CancelSetUp
    ChallengeNow
    ChangeEmail
    ChangeEmailOf
    ChangePassword
    CheckImport
    Choices
    ClearDelivery
    ComputerRule
    Deactivate
    Deliveries
    DryRun
    EditPerson
    EndMySession
    EndRemembered
    EndSessions
    ForgotPassword
    GiveUpNewEmail
    Greet
    ImportPeople
    InviteAgain
    KeepRecoveryCodes
    KnowComputer
    Lasts
    LetIn
    Lock
    MakeDeskCode
    MakeHandOverCode
    MakeRecoveryCodes
    MyAccount
    MyMethods
    NewEmailNow
    People
    PracticeRule
    Prefer
    ProveAddress
    ProveMethod
    ProveNewEmail
    Reactivate
    ReadNotices
    Redeem
    RemoveMethod
    Reset
    RollOut
    RoundNow
    SaveActivity
    SendAgain
    SendSetUpAgain
    SendStepUp
    SessionRule
    SetAllowed
    SetComputerRule
    SetDates
    SetMail
    SetRole
    SetRule
    SetSessionRule
    SetSms
    SetUpNow
    SignIn
    SignOut
    StartAuthenticator
    StartRound
    StartSent
    Statement
    StepUp
    StepUpNow
    SubmitAddressCode
    SubmitCode
    SubmitDeskCode
    SubmitNewEmailCode
    SubmitRecoveryCode
    SwitchPractice
    TestDelivery
    TestNow
    TryAnother
    TurnOff
    TurnOn
    TurnOnFor
    Unlock
    UnreadNotices
    VerifyActivity
    ViewPerson
    WhoAmI
}
