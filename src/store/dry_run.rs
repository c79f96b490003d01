//! Who would be stopped by what is planned: looked at in SQL, since five thousand people cannot be
//! read to show fifty.

use super::memberships::{stands_sql, term};
use super::outbox::{SendingState, state_of};
use super::people::sql::{asked_sql, away_sql, status_sql};
use super::{Fault, Tx, at_maybe, ms, parse};
use crate::api::{Planned, WouldStop};
use crate::domain::{AllowedMethods, PracticeId, Role, Status, Term, Timestamp, UserId};

/// What is planned, for whose practice.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// The practice.
    pub practice: &'a PracticeId,
    /// What is planned.
    pub planned: &'a Planned,
    /// Now.
    pub now: Timestamp,
}

/// Somebody who would be stopped.
#[derive(Clone, Debug)]
pub struct StoppedRow {
    /// Who.
    pub user: UserId,
    /// The name.
    pub name: String,
    /// What the page is sorted by.
    pub key: String,
    /// The e-mail address.
    pub email: String,
    /// The role.
    pub role: Role,
    /// The status now.
    pub status: Status,
    /// Whether the account has no password yet.
    pub invited: bool,
    /// The last sign-in.
    pub last_sign_in: Option<Timestamp>,
    /// How far the last message has come, and since when.
    pub message: Option<(SendingState, Timestamp)>,
}

/// Somebody who does not work there now and would be stopped on coming back.
#[derive(Clone, Debug)]
pub struct AwayRow {
    /// Who.
    pub user: UserId,
    /// The name.
    pub name: String,
    /// The dates.
    pub term: Term,
}

/// How many would be stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StopCounts {
    /// Those who would be stopped.
    pub stopped: u64,
    /// Of these, whose last message did not get through.
    pub unreached: u64,
    /// Of these, who must act and can: a reminder goes to them.
    pub must_act: u64,
    /// Everyone who may sign in; where people are named, those of them.
    pub of: u64,
}

/// Whether a person would be stopped who works there, or on coming back, and the last message to
/// each; needs the plan's six values from $1 on.
macro_rules! planned_sql {
    (here) => {
        planned_sql!(stands_sql!("memberships", "$1"))
    };
    (away) => {
        planned_sql!(away_sql!())
    };
    ($which:expr) => {
        concat!(
            " FROM memberships JOIN users ON users.id = memberships.user_id
          LEFT JOIN outbox last ON last.id = (SELECT sent.id FROM outbox sent
              WHERE sent.user_id = users.id AND sent.practice_id = $2
              ORDER BY sent.made_at DESC, sent.id DESC LIMIT 1)
          WHERE memberships.practice_id = $2 AND ",
            $which,
            "
            AND (($3 <> 'narrowed' AND ($4 = '' OR $4 LIKE '%' || users.id || '%')
                  AND NOT EXISTS (SELECT 1 FROM methods WHERE methods.user_id = users.id
                      AND methods.until_at IS NULL AND methods.proven_at IS NOT NULL))
              OR ($3 = 'narrowed'
                  AND EXISTS (SELECT 1 FROM methods WHERE methods.user_id = users.id
                      AND methods.until_at IS NULL AND methods.proven_at IS NOT NULL)
                  AND NOT EXISTS (SELECT 1 FROM methods WHERE methods.user_id = users.id
                      AND methods.until_at IS NULL AND methods.proven_at IS NOT NULL
                      AND (methods.kind = 'authenticator'
                          OR ((memberships.role <> 'full_access' OR $5 = 1)
                              AND $6 LIKE '%' || methods.kind || '%')))))"
        )
    };
}

pub(super) use planned_sql;

/// Of somebody without a proven method, whether the person must act and can: two-factor is
/// required, and there is a password to sign in with.
macro_rules! must_act_sql {
    () => {
        concat!(
            "(users.password_hash IS NOT NULL AND ",
            asked_sql!(),
            " AND NOT EXISTS (SELECT 1 FROM methods WHERE methods.user_id = users.id
                AND methods.until_at IS NULL AND methods.proven_at IS NOT NULL))"
        )
    };
}
pub(super) use must_act_sql;

#[derive(sqlx::FromRow)]
struct StoppedColumns {
    id: String,
    name: String,
    folded_name: String,
    email: String,
    role: String,
    status: String,
    invited: i64,
    last_sign_in_at: Option<i64>,
    message_state: Option<String>,
    message_why: Option<String>,
    message_changed_at: Option<i64>,
}

fn stopped(row: StoppedColumns) -> Result<StoppedRow, Fault> {
    Ok(StoppedRow {
        user: parse(&row.id)?,
        name: row.name,
        key: row.folded_name,
        email: row.email,
        role: parse(&row.role)?,
        status: parse(&row.status)?,
        invited: row.invited != 0,
        last_sign_in: at_maybe(row.last_sign_in_at)?,
        message: match (row.message_state, at_maybe(row.message_changed_at)?) {
            (Some(state), Some(at)) => Some((state_of(&state, row.message_why.as_deref())?, at)),
            _ => None,
        },
    })
}

/// What is planned, as it is bound.
#[derive(Default)]
pub(super) struct PlanValues {
    /// What is planned.
    pub what: &'static str,
    /// The people it is planned for; empty for everyone.
    pub users: String,
    /// Whether those with full access may have the kinds too.
    pub for_full_access: i64,
    /// The kinds of methods that stay allowed.
    pub kinds: String,
}

/// The values of [`planned_sql`] after now and the practice, in their order.
pub(super) fn values(planned: &Planned) -> PlanValues {
    match planned {
        Planned::Mandatory => PlanValues {
            what: "mandatory",
            ..PlanValues::default()
        },
        Planned::TurnOn { users } => {
            let users: Vec<&str> = users.iter().map(UserId::as_str).collect();
            PlanValues {
                what: "turn_on",
                users: users.join(" "),
                ..PlanValues::default()
            }
        }
        Planned::Allowed { allowed } => {
            let AllowedMethods {
                email,
                sms,
                for_full_access,
            } = *allowed;
            let kinds = [(email, "email"), (sms, "sms")];
            let kinds = kinds.iter().filter(|(on, _)| *on).map(|(_, kind)| *kind);
            let kinds: Vec<&str> = kinds.collect();
            PlanValues {
                what: "narrowed",
                for_full_access: i64::from(for_full_access),
                kinds: kinds.join(" "),
                ..PlanValues::default()
            }
        }
    }
}

impl Tx {
    /// A page of those who would be stopped, by name, one more than fits.
    pub async fn would_stop(
        &mut self,
        plan: &Plan<'_>,
        after: Option<(&str, &str)>,
    ) -> Result<Vec<StoppedRow>, Fault> {
        let values = values(plan.planned);
        let (key, id) = after.unwrap_or_default();
        let rows: Vec<StoppedColumns> = sqlx::query_as(concat!(
            "SELECT users.id, users.name, users.folded_name, users.email, memberships.role, ",
            status_sql!(),
            " AS status, CASE WHEN users.password_hash IS NULL THEN 1 ELSE 0 END AS invited,
               users.last_sign_in_at, last.state AS message_state, last.why AS message_why,
               last.changed_at AS message_changed_at",
            planned_sql!(here),
            " AND (users.folded_name, users.id) > ($7, $8)
              ORDER BY users.folded_name, users.id LIMIT $9"
        ))
        .bind(ms(plan.now))
        .bind(plan.practice.to_string())
        .bind(values.what)
        .bind(values.users)
        .bind(values.for_full_access)
        .bind(values.kinds)
        .bind(key.to_owned())
        .bind(id.to_owned())
        .bind(WouldStop::SIZE as i64 + 1)
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter().map(stopped).collect()
    }

    /// Those who do not work there now and would be stopped on coming back, and how many they are:
    /// first who begins soonest, then who left last.
    pub async fn stopped_away(
        &mut self,
        plan: &Plan<'_>,
        most: u32,
    ) -> Result<(Vec<AwayRow>, u64), Fault> {
        #[derive(sqlx::FromRow)]
        struct Columns {
            id: String,
            name: String,
            starts_at: i64,
            ends_at: i64,
            until_at: Option<i64>,
            how_many: i64,
        }
        let values = values(plan.planned);
        let rows: Vec<Columns> = sqlx::query_as(concat!(
            "SELECT users.id, users.name, memberships.starts_at, memberships.ends_at,
                memberships.until_at, COUNT(*) OVER () AS how_many",
            planned_sql!(away),
            " ORDER BY CASE WHEN memberships.until_at IS NULL AND memberships.starts_at > $1
                    THEN memberships.starts_at ELSE 9007199254740991 END,
                COALESCE(memberships.until_at, memberships.ends_at) DESC, users.id LIMIT $7"
        ))
        .bind(ms(plan.now))
        .bind(plan.practice.to_string())
        .bind(values.what)
        .bind(values.users)
        .bind(values.for_full_access)
        .bind(values.kinds)
        .bind(i64::from(most))
        .fetch_all(&mut *self.inner)
        .await?;
        let all = rows.first().map_or(0, |row| row.how_many);
        let people = rows.into_iter().map(|row| {
            Ok(AwayRow {
                user: parse(&row.id)?,
                name: row.name,
                term: term(row.starts_at, row.ends_at, row.until_at)?,
            })
        });
        let people = people.collect::<Result<_, Fault>>()?;
        Ok((people, u64::try_from(all).unwrap_or_default()))
    }

    /// How many would be stopped.
    pub async fn count_stopped(&mut self, plan: &Plan<'_>) -> Result<StopCounts, Fault> {
        let values = values(plan.planned);
        let (stopped, unreached, must_act, of): (i64, i64, i64, i64) = sqlx::query_as(concat!(
            "SELECT COUNT(*),
                COALESCE(SUM(CASE WHEN last.state IN ('failed', 'not_delivered', 'dropped')
                    THEN 1 ELSE 0 END), 0),
                COALESCE(SUM(CASE WHEN ",
            must_act_sql!(),
            " THEN 1 ELSE 0 END), 0),
                (SELECT COUNT(*) FROM memberships
                 WHERE memberships.practice_id = $2 AND ",
            stands_sql!("memberships", "$1"),
            " AND ($4 = '' OR $4 LIKE '%' || memberships.user_id || '%'))",
            planned_sql!(here)
        ))
        .bind(ms(plan.now))
        .bind(plan.practice.to_string())
        .bind(values.what)
        .bind(values.users)
        .bind(values.for_full_access)
        .bind(values.kinds)
        .fetch_one(&mut *self.inner)
        .await?;
        let count = |count| u64::try_from(count).unwrap_or_default();
        Ok(StopCounts {
            stopped: count(stopped),
            unreached: count(unreached),
            must_act: count(must_act),
            of: count(of),
        })
    }
}
