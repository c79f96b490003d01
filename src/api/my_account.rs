//! One's own account: password, address, sessions, notices.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Ack, Secret, SentCode, ToSend, call};
use crate::domain::{NoticeKind, SessionId, Timestamp, UserId};

/// Asks for one's own account.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct MyAccount {}
call!(MyAccount => Account, "my-account", Reads);

/// One's own account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Account {
    /// Since when the address is proven by a code; none if it is not.
    #[schemars(with = "Option<crate::domain::schema::Time>")]
    pub email_proven: Option<Timestamp>,
    /// Whether a code can be sent to it.
    pub can_prove: bool,
    /// The address that is to take its place, and waits for the code from its mailbox.
    pub new_email: Option<NewEmail>,
    /// Places in other practices that wait for the code that was handed over.
    pub offered: Vec<super::Offered>,
    /// The sessions that have not ended, this one first.
    pub sessions: Vec<MySession>,
    /// The computers that skip the second step, the newest first.
    pub remembered: Vec<MyRemembered>,
    /// The notices, the newest first: all that were not read, and some that were.
    pub notices: Vec<Notice>,
}

/// An address that waits for the code from its mailbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NewEmail {
    /// The address.
    pub email: String,
    /// Who asked for it, by name, if it was somebody else.
    pub by: Option<String>,
    /// When it is given up.
    #[schemars(with = "crate::domain::schema::Time")]
    pub ends: Timestamp,
}

/// A session that has not ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MySession {
    /// Which.
    pub id: SessionId,
    /// When the sign-in was completed.
    #[schemars(with = "crate::domain::schema::Time")]
    pub made: Timestamp,
    /// When the person last did something in it.
    #[schemars(with = "crate::domain::schema::Time")]
    pub active: Timestamp,
    /// Whether it is locked.
    pub locked: bool,
    /// Whether it is the one that asks.
    pub this: bool,
}

/// A computer on which the second step is skipped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MyRemembered {
    /// Which.
    pub id: String,
    /// When the code was given on it.
    #[schemars(with = "crate::domain::schema::Time")]
    pub made: Timestamp,
    /// When the second step was last skipped, or the code given.
    #[schemars(with = "crate::domain::schema::Time")]
    pub used: Timestamp,
    /// When it asks for a code again.
    #[schemars(with = "crate::domain::schema::Time")]
    pub ends: Timestamp,
    /// Whether the session that asks is used on it.
    pub this: bool,
}

/// Something that the owner of an account is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Notice {
    /// When.
    #[schemars(with = "crate::domain::schema::Time")]
    pub at: Timestamp,
    /// What.
    pub kind: NoticeKind,
    /// Who did it, by name, if it was somebody else.
    pub by: Option<String>,
    /// At which practice, by name, where it was done in a session.
    pub practice: Option<String>,
    /// Whether it was read.
    pub read: bool,
}

/// How many notices have not been read, without those of what one did oneself in this session.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct UnreadNotices {}
call!(UnreadNotices => u32, "unread-notices", Reads);

/// Marks every notice up to this time as read.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ReadNotices {
    /// The newest that was seen.
    #[schemars(with = "crate::domain::schema::Time")]
    pub until: Timestamp,
}
call!(ReadNotices => Ack, "read-notices");

/// Changes one's own password, after a step-up. Ends all other sessions.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ChangePassword {
    /// The new password, as typed.
    pub password: Secret,
}
call!(ChangePassword => Ack, "change-password");

/// Ends one of one's own sessions, or all others; with all others, every remembered computer too.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct EndMySession {
    /// Which; all but this one if it is not said.
    pub session: Option<SessionId>,
}
call!(EndMySession => Ack, "end-my-session");

/// Ends one of one's own remembered computers: its next sign-in asks for a code.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndRemembered {
    /// Which.
    pub id: String,
}
call!(EndRemembered => Ack, "end-remembered");

/// **Prove this address**: sends a code to the account's own address, without making it a method.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ProveAddress {
    /// What is to be sent.
    pub send: ToSend,
}
call!(ProveAddress => SentCode, "prove-address");

/// How the code to the account's own address stands. The screen asks it every second.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AddressNow {}
call!(AddressNow => SentCode, "address-now", Reads);

/// Proves the account's address by the code that was sent to it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SubmitAddressCode {
    /// As typed.
    pub code: Secret,
}
call!(SubmitAddressCode => Ack, "submit-address-code", Guesses);

/// Asks for another address of one's own account. It is taken once a code from its mailbox is
/// given ([`SubmitNewEmailCode`]); until then the old one stands.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeEmail {
    /// The new address, as typed.
    pub email: String,
}
call!(ChangeEmail => Ack, "change-email");

/// As [`ChangeEmail`], for another person, who gives the code. Needs full access wherever the
/// person belongs, by somebody Enabled.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeEmailOf {
    /// Whose.
    pub user: UserId,
    /// The new address, as typed.
    pub email: String,
    /// Why.
    pub reason: String,
}
call!(ChangeEmailOf => Ack, "change-email-of");

/// Gives up the new address of one's own account.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveUpNewEmail {}
call!(GiveUpNewEmail => Ack, "give-up-new-email");

/// Sends a code to the new address of one's own account.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProveNewEmail {
    /// What is to be sent.
    pub send: ToSend,
}
call!(ProveNewEmail => SentCode, "prove-new-email");

/// How the code to the new address stands. The screen asks it every second.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct NewEmailNow {}
call!(NewEmailNow => SentCode, "new-email-now", Reads);

/// Takes the new address by the code that was sent to it. Ends all other sessions; the address of
/// before is told.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmitNewEmailCode {
    /// The code, as typed.
    pub code: Secret,
}
call!(SubmitNewEmailCode => Ack, "submit-new-email-code", Guesses);
