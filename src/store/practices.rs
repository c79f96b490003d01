//! Practices and their rules.

use jiff::tz::TimeZone;

use super::{Fault, Tx, at, at_maybe, ms, parse};
use crate::domain::{Channel, PracticeId, Rule, Timestamp, UserId};

/// A practice.
#[derive(Clone, Debug)]
pub struct PracticeRow {
    /// The practice.
    pub id: PracticeId,
    /// Its name.
    pub name: String,
    /// Its IANA time zone.
    pub time_zone: String,
}

impl PracticeRow {
    /// Its time zone, with its rules.
    ///
    /// # Errors
    ///
    /// [`Fault::Damaged`] for one that this program does not know.
    pub fn zone(&self) -> Result<TimeZone, Fault> {
        TimeZone::get(&self.time_zone).map_err(|error| Fault::Damaged(error.to_string()))
    }
}

/// A practice with what only its recovery key opens.
#[derive(Clone, Debug)]
pub struct SealedPractice {
    /// The practice.
    pub practice: PracticeRow,
    /// The data key and pepper, wrapped under the practice recovery key.
    pub wrapped_keys: Vec<u8>,
    /// Which data key seals the database.
    pub key_id: String,
}

/// A rule of a practice, as it was or is in force.
#[derive(Clone, Debug)]
pub struct RuleRow {
    /// The rule.
    pub rule: Rule,
    /// Since when.
    pub from: Timestamp,
    /// Who set it, by name.
    pub by: Option<String>,
}

/// A rule to be set.
#[derive(Clone, Debug)]
pub struct NewRule<'a> {
    /// The row's id.
    pub id: &'a str,
    /// The practice.
    pub practice: &'a PracticeId,
    /// The rule.
    pub rule: Rule,
    /// Who sets it; none at the founding.
    pub by: Option<&'a UserId>,
    /// Now.
    pub now: Timestamp,
}

pub(super) fn rule(kind: &str, bites: Option<i64>) -> Result<Rule, Fault> {
    match (kind, at_maybe(bites)?) {
        ("optional", _) => Ok(Rule::Optional),
        ("prompt", _) => Ok(Rule::Prompt),
        ("mandatory", Some(bites)) => Ok(Rule::Mandatory { bites }),
        _ => Err(Fault::Damaged("a rule".into())),
    }
}

fn kind(rule: Rule) -> (&'static str, Option<i64>) {
    match rule {
        Rule::Optional => ("optional", None),
        Rule::Prompt => ("prompt", None),
        Rule::Mandatory { bites } => ("mandatory", Some(ms(bites))),
    }
}

fn practice((id, name, time_zone): (String, String, String)) -> Result<PracticeRow, Fault> {
    Ok(PracticeRow {
        id: parse(&id)?,
        name,
        time_zone,
    })
}

impl Tx {
    /// The practice that was here first: the only one where the backend is embedded.
    pub async fn first_practice(&mut self) -> Result<Option<SealedPractice>, Fault> {
        let row: Option<(String, String, String, Vec<u8>, String)> = sqlx::query_as(
            "SELECT id, name, time_zone, wrapped_keys, key_id FROM practices
             ORDER BY COALESCE(came_at, made_at), id LIMIT 1",
        )
        .fetch_optional(&mut *self.inner)
        .await?;
        row.map(|(id, name, time_zone, wrapped_keys, key_id)| {
            Ok(SealedPractice {
                practice: practice((id, name, time_zone))?,
                wrapped_keys,
                key_id,
            })
        })
        .transpose()
    }

    /// The practice that was here first of those that have said how to send on a way.
    pub async fn first_that_sends(
        &mut self,
        channel: Channel,
    ) -> Result<Option<PracticeRow>, Fault> {
        let row: Option<(String, String, String)> = sqlx::query_as(
            "SELECT id, name, time_zone FROM practices
             WHERE EXISTS (SELECT 1 FROM deliveries WHERE deliveries.practice_id = practices.id
                           AND deliveries.channel = $1 AND deliveries.until_at IS NULL)
             ORDER BY COALESCE(came_at, made_at), id LIMIT 1",
        )
        .bind(channel.as_str())
        .fetch_optional(&mut *self.inner)
        .await?;
        row.map(practice).transpose()
    }

    /// Every practice, the oldest first.
    pub async fn practices(&mut self) -> Result<Vec<PracticeRow>, Fault> {
        let rows: Vec<(String, String, String)> =
            sqlx::query_as("SELECT id, name, time_zone FROM practices ORDER BY made_at, id")
                .fetch_all(&mut *self.inner)
                .await?;
        rows.into_iter().map(practice).collect()
    }

    /// Whether there is more than one practice.
    pub async fn has_several_practices(&mut self) -> Result<bool, Fault> {
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM practices")
            .fetch_one(&mut *self.inner)
            .await?;
        Ok(count > 1)
    }

    /// The data key and pepper of a practice, as they are wrapped.
    pub async fn wrapped_keys(&mut self, practice: &PracticeId) -> Result<Vec<u8>, Fault> {
        let (wrapped,): (Vec<u8>,) =
            sqlx::query_as("SELECT wrapped_keys FROM practices WHERE id = $1")
                .bind(practice.to_string())
                .fetch_one(&mut *self.inner)
                .await?;
        Ok(wrapped)
    }

    /// Makes a practice; false if it was to be the first, and there is one already.
    pub async fn add_practice(
        &mut self,
        sealed: &SealedPractice,
        first: bool,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let practice = &sealed.practice;
        let made = sqlx::query(
            "INSERT INTO practices (id, name, time_zone, made_at, wrapped_keys, key_id)
             SELECT $1, $2, $3, $4, $5, $6
             WHERE $7 = 0 OR NOT EXISTS (SELECT 1 FROM practices)",
        )
        .bind(practice.id.to_string())
        .bind(practice.name.clone())
        .bind(practice.time_zone.clone())
        .bind(ms(now))
        .bind(sealed.wrapped_keys.clone())
        .bind(sealed.key_id.clone())
        .bind(i64::from(first))
        .execute(&mut *self.inner)
        .await?;
        Ok(made.rows_affected() == 1)
    }

    /// Puts a rule in force; the one before it is closed.
    pub async fn set_rule(&mut self, new: NewRule<'_>) -> Result<(), Fault> {
        let (kind, bites) = kind(new.rule);
        sqlx::query("UPDATE rules SET until_at = $2 WHERE practice_id = $1 AND until_at IS NULL")
            .bind(new.practice.to_string())
            .bind(ms(new.now))
            .execute(&mut *self.inner)
            .await?;
        sqlx::query(
            "INSERT INTO rules (id, practice_id, kind, bites_at, from_at, by_user)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(new.id.to_owned())
        .bind(new.practice.to_string())
        .bind(kind)
        .bind(bites)
        .bind(ms(new.now))
        .bind(new.by.map(ToString::to_string))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// The rules of a practice, the one in force first.
    pub async fn rules(&mut self, practice: &PracticeId, most: u32) -> Result<Vec<RuleRow>, Fault> {
        let rows: Vec<(String, Option<i64>, i64, Option<String>)> = sqlx::query_as(
            "SELECT rules.kind, rules.bites_at, rules.from_at, users.name
             FROM rules LEFT JOIN users ON users.id = rules.by_user
             WHERE rules.practice_id = $1
             ORDER BY CASE WHEN rules.until_at IS NULL THEN 0 ELSE 1 END,
                      rules.from_at DESC, rules.id DESC LIMIT $2",
        )
        .bind(practice.to_string())
        .bind(i64::from(most))
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter()
            .map(|(kind, bites, from, by)| {
                Ok(RuleRow {
                    rule: rule(&kind, bites)?,
                    from: at(from)?,
                    by,
                })
            })
            .collect()
    }
}
