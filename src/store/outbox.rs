//! The outbox: every message, each sending a row. What is in it is sealed until its code ends.

mod carrying;

use super::codes::Bond;
use super::memberships::stands_sql;
use super::{Fault, Tx, at, at_maybe, ms, parse};
use crate::domain::{Budget, Channel, NotDelivered, NotSent, PracticeId, Timestamp, UserId};

pub use carrying::Taken;

/// A message to be sent.
#[derive(Clone, Debug)]
pub struct NewMessage<'a> {
    /// The row's id.
    pub id: &'a str,
    /// By which practice it is sent.
    pub practice: &'a PracticeId,
    /// To whom.
    pub user: &'a UserId,
    /// The code in it, if there is one.
    pub code: Option<&'a str>,
    /// The way it is sent.
    pub channel: Channel,
    /// A keyed hash of where to; empty for a notice, which no limit holds.
    pub destination: &'a str,
    /// Where to and what, sealed to this row.
    pub sealed: Vec<u8>,
    /// Now.
    pub made: Timestamp,
    /// From when on it is not sent any more.
    pub ends: Timestamp,
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

/// Counts unused messages: a message whose code was used gives its place back. Those of an account
/// are looked for among hashes alone (their letters end with f): anyone can have a letter about a
/// forgotten password sent, which must not use up the owner's codes.
macro_rules! unused {
    ($which:literal) => {
        concat!(
            "(SELECT COUNT(*) FROM outbox sent LEFT JOIN codes ON codes.id = sent.code_id
              WHERE codes.used_at IS NULL AND sent.destination <> '' AND ",
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

/// Between which destinations those of the same kind lie: codes and tests go to hashes, other
/// letters have their kind before the hash. A budget that anybody can spend is not that of codes.
fn kind(destination: &str) -> (&'static str, &'static str) {
    match destination.split_once(':') {
        None => ("0", "g"),
        Some(("invite", _)) => ("invite:", "invite;"),
        Some(_) => ("reset:", "reset;"),
    }
}

/// Which budget of a practice a message counts against, by where it goes.
pub fn budget_of(destination: &str) -> &'static str {
    kind(destination).0
}

impl Tx {
    /// Queues a message, unless a limit stands in the way or another sending of the same code
    /// came before: `before` are those that were seen. False if it was not queued, as for somebody
    /// who is not there.
    pub async fn queue(
        &mut self,
        new: NewMessage<'_>,
        before: u32,
        limits: Limits,
    ) -> Result<bool, Fault> {
        let (first, last) = kind(new.destination);
        let queued = sqlx::query(concat!(
            "INSERT INTO outbox (id, practice_id, user_id, code_id, channel, destination, sealed,
                                 state, tried, next_at, made_at, changed_at, ends_at)
             SELECT $1, $2, $3, $4, $5, $6, $7, 'queued', 0, $8, $8, $8, $9
             WHERE EXISTS (SELECT 1 FROM users WHERE id = $3)
               AND (SELECT COUNT(*) FROM outbox WHERE code_id = $4) = $10
               AND ",
            unused!("sent.destination = $6 AND sent.made_at > $11"),
            " < $12 AND ",
            unused!("sent.destination = $6 AND sent.made_at > $13"),
            " < $14 AND ",
            unused!("sent.user_id = $3 AND sent.destination < 'g' AND sent.made_at > $15"),
            " < $16 AND ",
            unused!(
                "sent.practice_id = $2 AND sent.channel = $5 AND sent.made_at > $13
                 AND sent.destination >= $17 AND sent.destination < $18"
            ),
            " < $19 + $20 * ",
            people!("$2", "$8"),
        ))
        .bind(new.id.to_owned())
        .bind(new.practice.to_string())
        .bind(new.user.to_string())
        .bind(new.code.map(str::to_owned))
        .bind(new.channel.as_str())
        .bind(new.destination.to_owned())
        .bind(new.sealed)
        .bind(ms(new.made))
        .bind(ms(new.ends))
        .bind(i64::from(before))
        .bind(ms(limits.hour.since))
        .bind(i64::from(limits.hour.most))
        .bind(ms(limits.day.since))
        .bind(i64::from(limits.day.most))
        .bind(ms(limits.account.since))
        .bind(i64::from(limits.account.most))
        .bind(first.to_owned())
        .bind(last.to_owned())
        .bind(i64::from(limits.budget.at_least))
        .bind(i64::from(limits.budget.for_each))
        .execute(&mut *self.inner)
        .await?;
        Ok(queued.rows_affected() == 1)
    }

    /// Queues a notice, which no limit holds.
    pub async fn queue_notice(&mut self, new: NewMessage<'_>) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO outbox (id, practice_id, user_id, channel, destination, sealed,
                                 state, tried, next_at, made_at, changed_at, ends_at)
             VALUES ($1, $2, $3, $4, '', $5, 'queued', 0, $6, $6, $6, $7)",
        )
        .bind(new.id.to_owned())
        .bind(new.practice.to_string())
        .bind(new.user.to_string())
        .bind(new.channel.as_str())
        .bind(new.sealed)
        .bind(ms(new.made))
        .bind(ms(new.ends))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// When the oldest of the newest `limit.most` unused messages was made: a place opens when
    /// it no longer counts. None while there is room.
    pub async fn oldest_in_the_way(
        &mut self,
        destination: Option<&str>,
        user: &UserId,
        limit: Limit,
    ) -> Result<Option<Timestamp>, Fault> {
        let row: Option<(i64,)> = sqlx::query_as(
            "SELECT sent.made_at FROM outbox sent LEFT JOIN codes ON codes.id = sent.code_id
             WHERE codes.used_at IS NULL AND sent.destination <> ''
               AND (sent.destination = $1
                    OR ($2 = 1 AND sent.user_id = $3 AND sent.destination < 'g'))
               AND sent.made_at > $4
             ORDER BY sent.made_at DESC LIMIT 1 OFFSET $5",
        )
        .bind(destination.unwrap_or_default().to_owned())
        .bind(i64::from(destination.is_none()))
        .bind(user.to_string())
        .bind(ms(limit.since))
        .bind(i64::from(limit.most.saturating_sub(1)))
        .fetch_optional(&mut *self.inner)
        .await?;
        at_maybe(row.map(|(made,)| made))
    }

    /// As [`Tx::oldest_in_the_way`], of the budget of a practice: of its codes on a channel.
    pub async fn budget_in_the_way(
        &mut self,
        practice: &PracticeId,
        channel: Channel,
        budget: Budget,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, Fault> {
        let (first, last) = kind("");
        let row: Option<(i64,)> = sqlx::query_as(concat!(
            "SELECT sent.made_at FROM outbox sent LEFT JOIN codes ON codes.id = sent.code_id
             WHERE codes.used_at IS NULL AND sent.practice_id = $1 AND sent.channel = $2
               AND sent.destination >= $3 AND sent.destination < $4 AND sent.made_at > $5
             ORDER BY sent.made_at DESC LIMIT 1 OFFSET $6 + $7 * ",
            people!("$1", "$8"),
        ))
        .bind(practice.to_string())
        .bind(channel.as_str())
        .bind(first.to_owned())
        .bind(last.to_owned())
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
