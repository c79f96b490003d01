//! What owners are told: kept until it is read, and after.

use super::{Fault, Tx, at, ms, parse};
use crate::domain::{NoticeKind, Timestamp, UserId};

/// A notice.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: NoticeKind,
    /// Who did it, by name.
    pub by: Option<String>,
    /// At which practice, by name, where it was done in a session.
    pub practice: Option<String>,
    /// Whether it was read.
    pub read: bool,
}

/// A notice to be left.
#[derive(Clone, Debug)]
pub struct NewNotice<'a> {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub user: &'a UserId,
    /// What.
    pub kind: NoticeKind,
    /// Who did it, by name.
    pub by: Option<&'a str>,
    /// At which practice, by name.
    pub practice: Option<&'a str>,
    /// Now.
    pub now: Timestamp,
}

#[derive(sqlx::FromRow)]
struct NoticeColumns {
    at: i64,
    kind: String,
    by_name: Option<String>,
    practice_name: Option<String>,
    read_at: Option<i64>,
}

impl Tx {
    /// Leaves a notice for the owner of an account.
    pub async fn notify(&mut self, new: NewNotice<'_>) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO notices (id, user_id, at, kind, by_name, practice_name)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(new.id)
        .bind(new.user.to_string())
        .bind(ms(new.now))
        .bind(new.kind.as_str())
        .bind(new.by.map(str::to_owned))
        .bind(new.practice.map(str::to_owned))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// The notices of a person, those that were not read first, then the newest.
    pub async fn notices(&mut self, user: &UserId, most: u32) -> Result<Vec<NoticeRow>, Fault> {
        let rows: Vec<NoticeColumns> = sqlx::query_as(
            "SELECT at, kind, by_name, practice_name, read_at FROM notices WHERE user_id = $1
             ORDER BY CASE WHEN read_at IS NULL THEN 0 ELSE 1 END, at DESC, id DESC LIMIT $2",
        )
        .bind(user.to_string())
        .bind(i64::from(most))
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(NoticeRow {
                    at: at(row.at)?,
                    kind: parse(&row.kind)?,
                    by: row.by_name,
                    practice: row.practice_name,
                    read: row.read_at.is_some(),
                })
            })
            .collect()
    }

    /// How many notices of a person have not been read, without those of what the person did
    /// oneself since then, but with those of `also`.
    pub async fn unread_notices(
        &mut self,
        user: &UserId,
        since: Timestamp,
        also: NoticeKind,
    ) -> Result<u32, Fault> {
        let (count,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM notices
             WHERE user_id = $1 AND read_at IS NULL
               AND (at < $2 OR by_name IS NOT NULL OR kind = $3)",
        )
        .bind(user.to_string())
        .bind(ms(since))
        .bind(also.as_str())
        .fetch_one(&mut *self.inner)
        .await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// Marks the notices of a person up to a time as read.
    pub async fn read_notices(
        &mut self,
        user: &UserId,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE notices SET read_at = $3 WHERE user_id = $1 AND at <= $2 AND read_at IS NULL",
        )
        .bind(user.to_string())
        .bind(ms(until))
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }
}
