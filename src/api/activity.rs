//! Activity, the audit log of a practice.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call;
use crate::domain::{EventGroup, EventKind, Factor, Timestamp, UserId};

/// Checks the seals of every entry of the practice.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyActivity {}
call!(VerifyActivity => ActivityVerified, "verify-activity"; super::WHOLE);

/// What the seals say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActivityVerified {
    /// How many entries are sealed.
    pub entries: u64,
    /// How many were removed before them, after they had been kept for long enough.
    pub removed: u64,
    /// The first that does not fit; none if all do.
    pub misfit: Option<Misfit>,
}

/// The first place at which the entries do not fit their seals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Misfit {
    /// The number of the entry.
    pub number: u64,
    /// When that entry says it was written, if it is there.
    #[schemars(with = "Option<crate::domain::schema::Time>")]
    pub at: Option<Timestamp>,
    /// What is wrong.
    pub how: MisfitKind,
}

/// How entries do not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MisfitKind {
    /// The entry was changed, put in or moved.
    Changed,
    /// The entry is missing.
    Missing,
    /// The record of how far the entries reach was changed or removed.
    Head,
    /// The record of what was removed in its time was changed or removed.
    Segment,
}

/// Which entries are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivityFilter {
    /// Beginnings of words of the name or the address of whoever did it or whom it was done to.
    pub search: String,
    /// Of this group only.
    pub group: Option<EventGroup>,
    /// From this day on, as `2026-11-24` in the practice's time zone.
    #[schemars(with = "Option<crate::domain::schema::Day>")]
    pub from: Option<jiff::civil::Date>,
    /// Up to this day, which is included.
    #[schemars(with = "Option<crate::domain::schema::Day>")]
    pub to: Option<jiff::civil::Date>,
}

/// A page of Activity, the newest entry first.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// Which.
    pub filter: ActivityFilter,
    /// The cursor that the page before answered.
    pub after: Option<String>,
}
call!(Activity => ActivityPage, "activity", Reads);

/// The same entries, more at once, to be saved as a file: that is written down itself.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveActivity {
    /// Which.
    pub filter: ActivityFilter,
    /// The cursor that the part before answered.
    pub after: Option<String>,
}
call!(SaveActivity => ActivityPage, "save-activity", Changes, super::LONGEST_FILE);

/// Some entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ActivityPage {
    /// The entries, the newest first.
    pub entries: Vec<Entry>,
    /// The cursor of the next page; none if this is the last.
    pub next: Option<String>,
}

impl ActivityPage {
    /// Entries on a page.
    pub const SIZE: usize = 50;
    /// Entries in a part of what is saved.
    pub const SAVED: usize = 2_000;
}

/// An entry of Activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// The row's id.
    pub id: String,
    /// When.
    #[schemars(with = "crate::domain::schema::Time")]
    pub at: Timestamp,
    /// What; none for a word that this version does not know.
    pub kind: Option<EventKind>,
    /// Who did it.
    pub actor: Option<Who>,
    /// To whom; none for something that somebody did to themself.
    pub subject: Option<Who>,
    /// Why; or from what to what.
    pub reason: Option<String>,
    /// By which factor.
    pub factor: Option<Factor>,
    /// From which computer: a short label.
    pub computer: Option<String>,
    /// Its number in the chain of seals; none in the seconds before it is sealed.
    pub number: Option<u64>,
}

/// A person that an entry names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Who {
    /// The person.
    pub user: UserId,
    /// The name, as it is now.
    pub name: String,
}
