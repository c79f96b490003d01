//! The outbox: every message, each sending a row. What is in it is sealed until its code ends.

mod carrying;

use super::codes::Bond;
use super::memberships::stands_sql;
use super::{Fault, Tx, at, at_maybe, ms, parse};
use crate::domain::{Budget, Channel, NotDelivered, NotSent, PracticeId, Timestamp, UserId};

pub use carrying::Taken;

/// What a message is for. Each kind is counted by itself: what anybody may ask for spends nothing
/// of what the owner's codes need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// A code of a second step or of a set-up; also what a manager sends to try the way.
    Code,
    /// The code of an invitation.
    Invitation,
    /// The code of a forgotten password.
    Reset,
    /// What has happened to somebody's own account. No limit holds it.
    Notice,
    /// One of a round that tries the addresses on file.
    Test,
    /// One of a round that reminds of two-factor.
    Reminder,
}

impl MessageKind {
    /// As it is kept.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Invitation => "invitation",
            Self::Reset => "reset",
            Self::Notice => "notice",
            Self::Test => "test",
            Self::Reminder => "reminder",
        }
    }
}

/// A message to be sent.
#[derive(Clone, Debug)]
pub struct NewMessage<'a> {
    /// The row's id.
    pub id: &'a str,
    /// By which practice it is sent.
    pub practice: &'a PracticeId,
    /// To whom.
    pub user: &'a UserId,
    /// What it is for.
    pub kind: MessageKind,
    /// The way it is sent.
    pub channel: Channel,
    /// Where to and what, sealed to this row.
    pub sealed: Vec<u8>,
    /// Now.
    pub made: Timestamp,
    /// From when on it is not sent any more.
    pub ends: Timestamp,
}

/// What a message counts as.
#[derive(Clone, Copy, Debug)]
pub struct Counted<'a> {
    /// A keyed hash of where to.
    pub destination: &'a str,
    /// The code in it, if it is one of a challenge, and how many of its sendings were seen.
    pub code: Option<(&'a str, u32)>,
    /// What may stand in its way.
    pub limits: Limits,
}

/// How many unused messages there may be, and since when they count.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// So many.
    pub most: u32,
    /// Since then.
    pub since: Timestamp,
}

/// The limits on a message.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// To the same place, within an hour.
    pub hour: Limit,
    /// To the same place, within a day.
    pub day: Limit,
    /// Of the same account, within an hour.
    pub account: Limit,
    /// Of the same practice, channel and kind, within the day that `day` says.
    pub budget: Budget,
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendingState {
    /// It waits for the worker, or is in its hands.
    Queued,
    /// The provider has taken it.
    HandedOver,
    /// The provider says that it has arrived.
    Delivered,
    /// The provider says that it has not arrived, and will not.
    NotDelivered(NotDelivered),
    /// It could not be sent, and is tried again.
    Again(NotSent),
    /// It could not be sent.
    Failed(NotSent),
    /// It ended before it could be sent.
    Dropped,
}

/// One sending of a message.
#[derive(Clone, Debug)]
pub struct SendingRow {
    /// The row's id.
    pub id: String,
    /// How far it has come.
    pub state: SendingState,
    /// When it was made.
    pub made: Timestamp,
    /// Since when it is in this state.
    pub changed: Timestamp,
    /// When it is tried next.
    pub next: Timestamp,
    /// Where to and what, sealed to this row, until it ends.
    pub sealed: Option<Vec<u8>>,
}

#[derive(sqlx::FromRow)]
pub(super) struct SendingColumns {
    pub id: String,
    pub state: String,
    pub why: Option<String>,
    pub made_at: i64,
    pub changed_at: i64,
    pub next_at: i64,
    pub sealed: Option<Vec<u8>>,
}

pub(super) fn sending(row: SendingColumns) -> Result<SendingRow, Fault> {
    Ok(SendingRow {
        state: state_of(&row.state, row.why.as_deref())?,
        id: row.id,
        made: at(row.made_at)?,
        changed: at(row.changed_at)?,
        next: at(row.next_at)?,
        sealed: row.sealed,
    })
}

/// How far a message has come, by its columns `state` and `why`.
pub(super) fn state_of(state: &str, why: Option<&str>) -> Result<SendingState, Fault> {
    Ok(match (state, why) {
        ("queued" | "sending", None) => SendingState::Queued,
        ("queued" | "sending", Some(why)) => SendingState::Again(parse(why)?),
        ("handed_over", _) => SendingState::HandedOver,
        ("delivered", _) => SendingState::Delivered,
        ("not_delivered", Some(why)) => SendingState::NotDelivered(parse(why)?),
        ("failed", Some(why)) => SendingState::Failed(parse(why)?),
        ("dropped", _) => SendingState::Dropped,
        _ => return Err(Fault::Damaged("the state of a message".into())),
    })
}

/// What is kept in the columns `state` and `why`.
fn kept(state: SendingState) -> (&'static str, Option<&'static str>) {
    match state {
        SendingState::Queued => ("queued", None),
        SendingState::HandedOver => ("handed_over", None),
        SendingState::Delivered => ("delivered", None),
        SendingState::NotDelivered(why) => ("not_delivered", Some(why.as_str())),
        SendingState::Again(why) => ("queued", Some(why.as_str())),
        SendingState::Failed(why) => ("failed", Some(why.as_str())),
        SendingState::Dropped => ("dropped", None),
    }
}

/// Counts unused messages of a kind: one whose code was used gives its place back.
macro_rules! unused {
    ($which:literal) => {
        concat!(
            "(SELECT COUNT(*) FROM outbox sent LEFT JOIN codes ON codes.id = sent.code_id
              WHERE codes.used_at IS NULL AND ",
            $which,
            ")"
        )
    };
}

/// How many people work in a practice.
macro_rules! people {
    ($practice:literal, $now:literal) => {
        concat!(
            "(SELECT COUNT(*) FROM memberships WHERE memberships.practice_id = ",
            $practice,
            " AND ",
            stands_sql!("memberships", $now),
            ")"
        )
    };
}

impl Tx {
    /// Queues a message, unless a limit stands in the way or another sending of the same code
    /// came before. False if it was not queued, as for somebody who is not there.
    pub async fn queue(
        &mut self,
        new: NewMessage<'_>,
        counted: Counted<'_>,
    ) -> Result<bool, Fault> {
        let limits = counted.limits;
        let (code, before) = counted.code.unzip();
        let queued = sqlx::query(concat!(
            "INSERT INTO outbox (id, practice_id, user_id, kind, code_id, channel, destination,
                                 sealed, state, tried, next_at, made_at, changed_at, ends_at)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, 'queued', 0, $9, $9, $9, $10
             WHERE EXISTS (SELECT 1 FROM users WHERE id = $3)
               AND (SELECT COUNT(*) FROM outbox WHERE code_id = $5) = $11
               AND ",
            unused!("sent.kind = $4 AND sent.destination = $7 AND sent.made_at > $12"),
            " < $13 AND ",
            unused!("sent.kind = $4 AND sent.destination = $7 AND sent.made_at > $14"),
            " < $15 AND ",
            // Whatever it is itself: the codes of an account alone.
            unused!("sent.kind = 'code' AND sent.user_id = $3 AND sent.made_at > $16"),
            " < $17 AND ",
            unused!(
                "sent.kind = $4 AND sent.practice_id = $2 AND sent.channel = $6
                 AND sent.made_at > $14"
            ),
            " < $18 + $19 * ",
            people!("$2", "$9"),
        ))
        .bind(new.id.to_owned())
        .bind(new.practice.to_string())
        .bind(new.user.to_string())
        .bind(new.kind.as_str())
        .bind(code.map(str::to_owned))
        .bind(new.channel.as_str())
        .bind(counted.destination.to_owned())
        .bind(new.sealed)
        .bind(ms(new.made))
        .bind(ms(new.ends))
        .bind(i64::from(before.unwrap_or_default()))
        .bind(ms(limits.hour.since))
        .bind(i64::from(limits.hour.most))
        .bind(ms(limits.day.since))
        .bind(i64::from(limits.day.most))
        .bind(ms(limits.account.since))
        .bind(i64::from(limits.account.most))
        .bind(i64::from(limits.budget.at_least))
        .bind(i64::from(limits.budget.for_each))
        .execute(&mut *self.inner)
        .await?;
        Ok(queued.rows_affected() == 1)
    }

    /// Queues a notice, which no limit holds.
    pub async fn queue_notice(&mut self, new: NewMessage<'_>) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO outbox (id, practice_id, user_id, kind, channel, destination, sealed,
                                 state, tried, next_at, made_at, changed_at, ends_at)
             VALUES ($1, $2, $3, $4, $5, '', $6, 'queued', 0, $7, $7, $7, $8)",
        )
        .bind(new.id.to_owned())
        .bind(new.practice.to_string())
        .bind(new.user.to_string())
        .bind(new.kind.as_str())
        .bind(new.channel.as_str())
        .bind(new.sealed)
        .bind(ms(new.made))
        .bind(ms(new.ends))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// When the oldest of the newest `limit.most` unused messages of a kind to a place was made: a
    /// place opens when it no longer counts. None while there is room.
    pub async fn oldest_to(
        &mut self,
        destination: &str,
        kind: MessageKind,
        limit: Limit,
    ) -> Result<Option<Timestamp>, Fault> {
        let row: Option<(i64,)> = sqlx::query_as(
            "SELECT sent.made_at FROM outbox sent LEFT JOIN codes ON codes.id = sent.code_id
             WHERE codes.used_at IS NULL AND sent.destination = $1 AND sent.kind = $2
               AND sent.made_at > $3
             ORDER BY sent.made_at DESC LIMIT 1 OFFSET $4",
        )
        .bind(destination.to_owned())
        .bind(kind.as_str())
        .bind(ms(limit.since))
        .bind(i64::from(limit.most.saturating_sub(1)))
        .fetch_optional(&mut *self.inner)
        .await?;
        at_maybe(row.map(|(made,)| made))
    }

    /// As [`Tx::oldest_to`], of the codes of an account.
    pub async fn oldest_code_of(
        &mut self,
        user: &UserId,
        limit: Limit,
    ) -> Result<Option<Timestamp>, Fault> {
        let row: Option<(i64,)> = sqlx::query_as(
            "SELECT sent.made_at FROM outbox sent LEFT JOIN codes ON codes.id = sent.code_id
             WHERE codes.used_at IS NULL AND sent.kind = 'code' AND sent.user_id = $1
               AND sent.made_at > $2
             ORDER BY sent.made_at DESC LIMIT 1 OFFSET $3",
        )
        .bind(user.to_string())
        .bind(ms(limit.since))
        .bind(i64::from(limit.most.saturating_sub(1)))
        .fetch_optional(&mut *self.inner)
        .await?;
        at_maybe(row.map(|(made,)| made))
    }

    /// As [`Tx::oldest_to`], of the budget of a practice: of its messages of a kind on a channel.
    pub async fn oldest_of_budget(
        &mut self,
        practice: &PracticeId,
        kind: MessageKind,
        channel: Channel,
        budget: Budget,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Fault> {
        let row: Option<(i64,)> = sqlx::query_as(concat!(
            "SELECT sent.made_at FROM outbox sent LEFT JOIN codes ON codes.id = sent.code_id
             WHERE codes.used_at IS NULL AND sent.kind = $2 AND sent.practice_id = $1
               AND sent.channel = $3 AND sent.made_at > $4
             ORDER BY sent.made_at DESC LIMIT 1 OFFSET $5 + $6 * ",
            people!("$1", "$7"),
        ))
        .bind(practice.to_string())
        .bind(kind.as_str())
        .bind(channel.as_str())
        .bind(ms(since))
        .bind(i64::from(budget.at_least) - 1)
        .bind(i64::from(budget.for_each))
        .bind(ms(now))
        .fetch_optional(&mut *self.inner)
        .await?;
        at_maybe(row.map(|(made,)| made))
    }

    /// The sendings of a challenge's codes, the newest first.
    pub async fn sendings(&mut self, bond: Bond<'_>) -> Result<Vec<SendingRow>, Fault> {
        let rows: Vec<SendingColumns> = sqlx::query_as(
            "SELECT outbox.id, outbox.state, outbox.why, outbox.made_at, outbox.changed_at,
                    outbox.next_at, outbox.sealed
             FROM outbox JOIN codes ON codes.id = outbox.code_id
             WHERE codes.purpose = $1 AND codes.challenge = $2 AND codes.channel = $3
             ORDER BY outbox.made_at DESC, outbox.id DESC",
        )
        .bind(bond.purpose.as_str())
        .bind(bond.challenge.to_owned())
        .bind(bond.channel.as_str())
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter().map(sending).collect()
    }

    /// One message of a person, by its id.
    pub async fn sending(&mut self, id: &str, user: &UserId) -> Result<Option<SendingRow>, Fault> {
        let row: Option<SendingColumns> = sqlx::query_as(
            "SELECT id, state, why, made_at, changed_at, next_at, sealed
             FROM outbox WHERE id = $1 AND user_id = $2",
        )
        .bind(id.to_owned())
        .bind(user.to_string())
        .fetch_optional(&mut *self.inner)
        .await?;
        row.map(sending).transpose()
    }

    /// How often a code was sent.
    pub async fn count_sendings(&mut self, code: &str) -> Result<u32, Fault> {
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM outbox WHERE code_id = $1")
            .bind(code.to_owned())
            .fetch_one(&mut *self.inner)
            .await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }
}
