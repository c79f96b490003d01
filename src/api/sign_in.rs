//! Getting in: the practice, the password, the code, the invitation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Ack, Me, RecoveryDue, Secret, SentCode, Token, call};
use crate::domain::{MethodKind, RememberDays, Timestamp};

/// Asks what stands on the sign-in screen. For anyone.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Greet {}
call!(Greet => Greeting, "greet", Reads);

/// What anyone may know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Greeting {
    /// The practice's name; none before the first run, nor where there are several: who else is here
    /// is nobody's to know.
    pub practice: Option<String>,
    /// Whether a forgotten password can be replaced by a code that is sent by e-mail, in any practice.
    pub resets: bool,
    /// Whether a computer may keep the names of who has been there, for its sign-in screen.
    pub keeps_names: bool,
}

/// Makes the practice and its first person, who has full access. Only where there is none.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Found {
    /// The practice's name.
    pub practice: String,
    /// The person's name.
    pub name: String,
    /// The person's e-mail address.
    pub email: String,
    /// The chosen password.
    pub password: Secret,
    /// The practice's IANA time zone.
    pub time_zone: String,
}
call!(Found => Founded, "found");

/// The practice is made, its first person signed in.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Founded {
    /// The first person's session.
    pub admitted: Admitted,
    /// The practice recovery key, shown once.
    pub recovery_key: Secret,
}

/// The first step: e-mail address and password. For anyone.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SignIn {
    /// As typed.
    pub email: String,
    /// As typed.
    pub password: Secret,
    /// What a session on this computer was given by [`super::KnowComputer`], if it was kept. One
    /// that is not this person's is as none.
    pub computer: Option<Secret>,
    /// What makes this computer a remembered one for the person, if it was kept. It is good once:
    /// either it skips the second step, and another takes its place, or it is good no more.
    pub remembered: Option<Secret>,
}
call!(SignIn => Outcome, "sign-in", Guesses);

/// Redeems a code that lets a password be chosen. An invitation sets the first password and signs
/// in; a hand-over code, or one that was sent by e-mail, replaces a forgotten one and signs nobody
/// in: [`Outcome::PasswordSet`].
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Redeem {
    /// The code, as typed.
    pub code: Secret,
    /// The chosen password.
    pub password: Secret,
}
call!(Redeem => Outcome, "redeem", Guesses);

/// Asks for a code by e-mail with which a forgotten password is replaced. Whether there is such an
/// account, and whether its address is proven, the answer does not tell. For anyone.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgotPassword {
    /// The account's address, as typed.
    pub email: String,
}
call!(ForgotPassword => Ack, "forgot-password", Asks);

/// The second step: a one-time code, as typed. For a sign-in that waits for one.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SubmitCode {
    /// As typed; exactly one run of six digits is looked for.
    pub code: Secret,
    /// Whether this computer is to be remembered; of no effect where it cannot be
    /// ([`Challenge::remember`]).
    pub remember: bool,
}
call!(SubmitCode => Outcome, "submit-code", Guesses);

/// How a step of the sign-in ended.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "next", rename_all = "snake_case")]
pub enum Outcome {
    /// A code is due.
    Code(CodeDue),
    /// Two-factor must be set up before anything else.
    SetUp(SetUpDue),
    /// Signed in.
    In(Admitted),
    /// A forgotten password is replaced: the full sign-in is next, with every factor of before.
    PasswordSet {
        /// Whether by a letter: then no code that is sent to the account's address is a second
        /// factor at that sign-in.
        by_email: bool,
    },
}

/// A sign-in that waits for its code. The token reaches what belongs to this second
/// step and sign-out, and nothing else.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CodeDue {
    /// The waiting token.
    pub token: Token,
    /// What is asked.
    pub challenge: Challenge,
}

/// What the code screen has to say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Challenge {
    /// The method that is asked for.
    pub method: MethodKind,
    /// The time the sign-in ends.
    #[schemars(with = "crate::domain::schema::Time")]
    pub ends: Timestamp,
    /// Whether a try is open now.
    pub tries: TryState,
    /// The code that was sent, where the method sends one.
    pub sent: Option<SentCode>,
    /// Whether codes of this method do not count at this sign-in, and none is sent: the password
    /// was chosen by a letter to the same address.
    pub barred: bool,
    /// The other methods that may be asked for instead.
    pub ways: Vec<MethodKind>,
    /// Whether a recovery code may be used instead.
    pub recovery: bool,
    /// For how many days this computer may be remembered, if it may be.
    pub remember: Option<RememberDays>,
}

/// Whether another try is open. Shown on the code screen alone: the password was right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum TryState {
    /// Open.
    Open,
    /// From this time on.
    From {
        /// The time of the next try.
        #[schemars(with = "crate::domain::schema::Time")]
        until: Timestamp,
    },
    /// The account's tries are used up.
    Stopped,
}

/// A sign-in that must finish set-up. The token reaches set-up and sign-out and nothing else.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SetUpDue {
    /// The waiting token.
    pub token: Token,
    /// Whose it is.
    pub name: String,
    /// The person's e-mail address, for the set-up screen.
    pub email: String,
    /// The time the token ends.
    #[schemars(with = "crate::domain::schema::Time")]
    pub ends: Timestamp,
    /// Whether the person has a method that is not allowed any more, rather than none.
    pub narrowed: bool,
}

/// A completed sign-in.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Admitted {
    /// The session's token.
    pub token: Token,
    /// Who is signed in.
    pub me: Me,
    /// Whether set-up is offered now (*Set up later* closes it).
    pub offer: Option<Offer>,
    /// What is to be done about recovery codes.
    pub recovery: Option<RecoveryDue>,
    /// What makes this computer a remembered one from now on, 256 bits as text, to be kept on it;
    /// in place of what was shown.
    pub remembered: Option<Secret>,
}

/// Set-up is offered at this sign-in, and may be left for later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Offer {
    /// From when it can no longer be left for later, if it bites at all.
    #[schemars(with = "Option<crate::domain::schema::Time>")]
    pub until: Option<Timestamp>,
    /// Whether the person has a method that will not be allowed any more, rather than none.
    pub narrowed: bool,
}
