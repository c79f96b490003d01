//! Profile > Users: the people of a practice, and what full access may do for them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Ack, Line, Secret, StatusFacts, call};
use crate::domain::{MethodKind, Role, Starts, Status, Term, Timestamp, UserId};

/// Asks for a page of the Users table. Without full access it holds one's own row only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct People {
    /// Beginnings of words of the name or the e-mail address; empty for all.
    pub search: String,
    /// Only people in this status.
    pub status: Option<Status>,
    /// Those who were deactivated, have not begun or are over, instead of those who work there
    /// now. For full access; others have their own row.
    pub away: bool,
    /// The order.
    pub sort: Sort,
    /// The page after this cursor; none for the first.
    pub after: Option<String>,
    /// Whether to count too, which looks at everyone: a page that is only turned needs it not.
    pub count: bool,
}
call!(People => PeoplePage, "people", Reads);

/// An order of the Users table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sort {
    /// By which column.
    pub by: SortBy,
    /// Z to A, newest first.
    pub descending: bool,
}

/// A column that sorts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SortBy {
    /// The person's name.
    Name,
    /// The e-mail address.
    Email,
    /// The role.
    Role,
    /// The status, from Not setup to Enabled: whoever is not protected stands first.
    Status,
    /// The preferred method.
    Method,
    /// The last sign-in.
    LastSignIn,
}

/// A page of the Users table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PeoplePage {
    /// At most [`PeoplePage::SIZE`] people.
    pub people: Vec<Person>,
    /// The cursor of the next page, if there is one.
    pub next: Option<String>,
    /// What was counted, if that was asked for.
    pub counted: Option<Counted>,
}

impl PeoplePage {
    /// People on one page.
    pub const SIZE: usize = 50;
}

/// What stands around a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counted {
    /// How many are in each status, whatever the search and the filter; for full access only.
    pub statuses: Option<Counts>,
    /// How many fit the search and the filter.
    pub matching: u64,
}

/// How many people are in each status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Enabled.
    pub enabled: u64,
    /// Pending.
    pub pending: u64,
    /// Activated.
    pub activated: u64,
    /// Not setup.
    pub not_setup: u64,
}

impl Counts {
    /// Everyone.
    pub fn all(&self) -> u64 {
        let each = [self.enabled, self.pending, self.activated, self.not_setup];
        each.into_iter().fold(0, u64::saturating_add)
    }
}

/// A row of the Users table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Person {
    /// The person.
    pub user: UserId,
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// The role in this practice.
    pub role: Role,
    /// The derived status.
    pub status: Status,
    /// Since when it has been turned on, by a person or by a Mandatory rule, for Activated.
    #[schemars(with = "Option<crate::domain::schema::Time>")]
    pub since: Option<Timestamp>,
    /// Who turned it on, or set the rule, by name, for Activated.
    pub turned_on_by: Option<String>,
    /// The preferred method, or the one being set up.
    pub method: Option<MethodKind>,
    /// The last completed sign-in.
    #[schemars(with = "Option<crate::domain::schema::Time>")]
    pub last_sign_in: Option<Timestamp>,
    /// Whether the account has no password yet: its invitation waits, or has ended and a new
    /// one is needed.
    pub invited: bool,
    /// Whether the tries at codes are used up: nobody signs in before *Allow tries again*.
    pub stopped: bool,
    /// The dates in this practice.
    pub term: Term,
}

/// Asks for what the cog dialog shows of another person. Full access.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ViewPerson {
    /// The person.
    pub user: UserId,
}
call!(ViewPerson => PersonDetails, "view-person", Reads);

/// What the cog dialog shows of another person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PersonDetails {
    /// The row.
    pub person: Person,
    /// The status and what it rests on.
    pub facts: StatusFacts,
    /// Whether the person's tries are used up or waiting.
    pub tries: super::TryState,
    /// Open or locked sessions.
    pub sessions: u32,
    /// Computers that skip the second step; they end with the sessions.
    pub remembered: usize,
    /// Whether this is the last Enabled person with full access.
    pub last_enabled: bool,
    /// Whether this is the last person with full access who has a password and no last day.
    pub last_full_access: bool,
}

/// Adds a person and answers an invitation to hand over. Full access with a step-up.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AddPerson {
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// The role.
    pub role: Role,
    /// Whether the invitation is also sent to the address, where the practice has mail.
    #[serde(default)]
    pub send: bool,
}
call!(AddPerson => Invitation, "add-person");

/// A new invitation for a person who has no password yet; the old one is void.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct InviteAgain {
    /// The person.
    pub user: UserId,
    /// Whether it is also sent to the person's address, where the practice has mail.
    #[serde(default)]
    pub send: bool,
}
call!(InviteAgain => Invitation, "invite-again");

/// A code to hand over to somebody who forgot the password, with which a new one is chosen. It
/// changes no factor and signs nobody in; the code of before is void. Needs full access wherever
/// the person belongs, by somebody Enabled.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeHandOverCode {
    /// For whom.
    pub user: UserId,
    /// Why.
    pub reason: String,
}
call!(MakeHandOverCode => Invitation, "make-hand-over-code");

/// An invitation or a hand-over code, shown once to whoever hands it over.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Invitation {
    /// The code: 60 random bits in groups of four.
    pub code: Secret,
    /// The end: 24 hours after it was made.
    #[schemars(with = "crate::domain::schema::Time")]
    pub ends: Timestamp,
    /// How far its letter has come, if it was asked for: queued, or why there is none.
    #[serde(default)]
    pub letter: Option<Line>,
}

/// Turns two-factor on: for oneself, or by full access for another. A start that stands is moved
/// to an earlier time only.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TurnOn {
    /// For whom.
    pub user: UserId,
    /// From when it must be set up; for oneself it never must.
    pub from: Starts,
}
call!(TurnOn => Ack, "turn-on");

/// As [`TurnOn`], for several others at once; [`super::Planned::MOST`] at most. Full access.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TurnOnFor {
    /// For whom.
    pub users: Vec<UserId>,
    /// From when it must be set up.
    pub from: Starts,
}
call!(TurnOnFor => TurnedOnFor, "turn-on-for");

/// For whom two-factor was turned on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TurnedOnFor {
    /// For how many it is on from this start, or was on before it.
    pub on: u32,
    /// For whom not, and why.
    pub refused: Vec<(UserId, super::Error)>,
}

/// Turns two-factor off: ends the requirement made for the person and closes the methods.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct TurnOff {
    /// For whom.
    pub user: UserId,
    /// Why; needed for another person.
    pub reason: String,
}
call!(TurnOff => Ack, "turn-off");

/// Closes another person's methods and ends the person's sessions (a lost phone).
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Reset {
    /// For whom.
    pub user: UserId,
    /// Why.
    pub reason: String,
}
call!(Reset => Ack, "reset");

/// Lets a person whose tries are used up try again.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct AllowTriesAgain {
    /// For whom.
    pub user: UserId,
    /// Why.
    pub reason: String,
}
call!(AllowTriesAgain => Ack, "allow-tries-again");

/// Ends all sessions of another person.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct EndSessions {
    /// Whose.
    pub user: UserId,
    /// Why.
    pub reason: String,
}
call!(EndSessions => Ack, "end-sessions");
