//! Messages to many people at once.

use super::dry_run::{Plan, must_act_sql, planned_sql, values};
use super::memberships::stands_sql;
use super::outbox::{MessageKind, SendingColumns, SendingRow, sending};
use super::people::sql::asked_sql;
use super::{Fault, NewMessage, Tx, at, ms, parse};
use crate::domain::{EmailAddress, PracticeId, Timestamp, UserId};

/// Whom a round reaches.
#[derive(Clone, Debug)]
pub struct TargetRow {
    /// Who.
    pub user: UserId,
    /// The address on file.
    pub email: EmailAddress,
}

/// A round of messages.
#[derive(Clone, Debug)]
pub struct RoundRow {
    /// Its id, which begins with its kind.
    pub id: String,
    /// When it was asked for.
    pub at: Timestamp,
    /// How many messages it has, whatever became of them.
    pub all: u64,
    /// How many have not gone out yet.
    pub waiting: u64,
    /// How many the provider has taken.
    pub handed_over: u64,
    /// How many did not arrive.
    pub failed: u64,
    /// How many were taken back.
    pub dropped: u64,
}

/// The message to one person.
#[derive(Clone, Debug)]
pub struct ReachedRow {
    /// Who.
    pub user: UserId,
    /// The name.
    pub name: String,
    /// The address on file.
    pub email: String,
    /// The message.
    pub sending: SendingRow,
}

impl Tx {
    /// Whom a plan would stop; only those who must act and can, or everyone.
    pub async fn round_targets(
        &mut self,
        plan: &Plan<'_>,
        must_act: bool,
    ) -> Result<Vec<TargetRow>, Fault> {
        let values = values(plan.planned);
        let rows: Vec<(String, String)> = sqlx::query_as(concat!(
            "SELECT users.id, users.email",
            planned_sql!(here),
            " AND ($7 = 0 OR ",
            must_act_sql!(),
            ") ORDER BY users.folded_name, users.id"
        ))
        .bind(ms(plan.now))
        .bind(plan.practice.to_string())
        .bind(values.what)
        .bind(values.users)
        .bind(values.for_full_access)
        .bind(values.kinds)
        .bind(i64::from(must_act))
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter()
            .map(|(user, email)| {
                Ok(TargetRow {
                    user: parse(&user)?,
                    email: parse(&email)?,
                })
            })
            .collect()
    }

    /// Queues a message of a round, to go out at `due`; false if the person has had one of its
    /// kind from the practice since then, unless that could not be sent.
    pub async fn queue_in_round(
        &mut self,
        new: NewMessage<'_>,
        round: &str,
        due: Timestamp,
        since: Timestamp,
    ) -> Result<bool, Fault> {
        let queued = sqlx::query(
            "INSERT INTO outbox (id, practice_id, user_id, kind, channel, destination, sealed,
                                 state, tried, next_at, made_at, changed_at, ends_at, round)
             SELECT $1, $2, $3, $4, $5, '', $6, 'queued', 0, $7, $8, $8, $9, $10
             WHERE NOT EXISTS (SELECT 1 FROM outbox earlier
                 WHERE earlier.practice_id = $2 AND earlier.user_id = $3 AND earlier.kind = $4
                   AND earlier.made_at > $11
                   AND earlier.state NOT IN ('failed', 'not_delivered', 'dropped'))",
        )
        .bind(new.id.to_owned())
        .bind(new.practice.to_string())
        .bind(new.user.to_string())
        .bind(new.kind.as_str())
        .bind(new.channel.as_str())
        .bind(new.sealed)
        .bind(ms(due))
        .bind(ms(new.made))
        .bind(ms(new.ends))
        .bind(round.to_owned())
        .bind(ms(since))
        .execute(&mut *self.inner)
        .await?;
        Ok(queued.rows_affected() == 1)
    }

    /// The newest round of a kind.
    pub async fn newest_round(
        &mut self,
        practice: &PracticeId,
        kind: MessageKind,
    ) -> Result<Option<RoundRow>, Fault> {
        let newest: Option<(String, i64)> = sqlx::query_as(
            "SELECT round, made_at FROM outbox
             WHERE practice_id = $1 AND kind = $2
             ORDER BY made_at DESC, round DESC LIMIT 1",
        )
        .bind(practice.to_string())
        .bind(kind.as_str())
        .fetch_optional(&mut *self.inner)
        .await?;
        let Some((id, made)) = newest else {
            return Ok(None);
        };
        let states: Vec<(String, i64)> =
            sqlx::query_as("SELECT state, COUNT(*) FROM outbox WHERE round = $1 GROUP BY state")
                .bind(id.clone())
                .fetch_all(&mut *self.inner)
                .await?;
        let mut round = RoundRow {
            id,
            at: at(made)?,
            all: 0,
            waiting: 0,
            handed_over: 0,
            failed: 0,
            dropped: 0,
        };
        for (state, count) in states {
            let count = u64::try_from(count).unwrap_or_default();
            round.all += count;
            *match state.as_str() {
                "queued" | "sending" => &mut round.waiting,
                "handed_over" | "delivered" => &mut round.handed_over,
                "failed" | "not_delivered" => &mut round.failed,
                "dropped" => &mut round.dropped,
                // A later version's.
                _ => continue,
            } += count;
        }
        Ok(Some(round))
    }

    /// What became of the messages of a round, failures first.
    pub async fn reached(&mut self, round: &str, most: u32) -> Result<Vec<ReachedRow>, Fault> {
        #[derive(sqlx::FromRow)]
        struct Columns {
            user_id: String,
            name: String,
            email: String,
            id: String,
            state: String,
            why: Option<String>,
            made_at: i64,
            changed_at: i64,
            next_at: i64,
        }
        let rows: Vec<Columns> = sqlx::query_as(
            "SELECT users.id AS user_id, users.name, users.email, outbox.id, outbox.state,
                    outbox.why, outbox.made_at, outbox.changed_at, outbox.next_at
             FROM outbox JOIN users ON users.id = outbox.user_id
             WHERE outbox.round = $1
             ORDER BY CASE WHEN outbox.state IN ('failed', 'not_delivered') THEN 0
                           WHEN outbox.state = 'dropped' THEN 1
                           WHEN outbox.state IN ('handed_over', 'delivered') THEN 3
                           ELSE 2 END,
                      users.folded_name, users.id LIMIT $2",
        )
        .bind(round.to_owned())
        .bind(i64::from(most))
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(ReachedRow {
                    user: parse(&row.user_id)?,
                    name: row.name,
                    email: row.email,
                    sending: sending(SendingColumns {
                        id: row.id,
                        state: row.state,
                        why: row.why,
                        made_at: row.made_at,
                        changed_at: row.changed_at,
                        next_at: row.next_at,
                        sealed: None,
                    })?,
                })
            })
            .collect()
    }

    /// Whether a round was taken back, as far as it was queued by then.
    pub async fn is_taken_back(&mut self, round: &str) -> Result<bool, Fault> {
        let dropped: Option<(String,)> =
            sqlx::query_as("SELECT id FROM outbox WHERE round = $1 AND state = 'dropped' LIMIT 1")
                .bind(round.to_owned())
                .fetch_optional(&mut *self.inner)
                .await?;
        Ok(dropped.is_some())
    }

    /// Takes back the messages of a round that no worker has taken yet.
    pub async fn cancel_round(&mut self, round: &str, now: Timestamp) -> Result<u64, Fault> {
        let dropped = sqlx::query(
            "UPDATE outbox SET state = 'dropped', sealed = NULL, changed_at = $2
             WHERE round = $1 AND state = 'queued'",
        )
        .bind(round.to_owned())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(dropped.rows_affected())
    }
}
