//! Rows of what has ended, removed when nobody asks for them any more.

use super::{Fault, Tx, ms};
use crate::domain::Timestamp;

/// What is removed some time after it has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leftover {
    /// Sign-ins and set-ups that waited.
    Waiting,
    /// Sessions: none lasts for as long as one is kept.
    Sessions,
    /// Messages, but for the newest of each person and practice, of which the dry run tells.
    Messages,
    /// One-time codes of which no message tells any more.
    Codes,
    /// Requests and what they were answered.
    Requests,
    /// Codes that let a password be chosen.
    Invitations,
    /// Notices that were read.
    Notices,
    /// Failures at passwords, of accounts and of addresses without one alike, and at unlocks. Those
    /// at codes stand until somebody allows tries again.
    Passwords,
}

/// The age of a row and what it is known by: where a walk from the oldest on has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walked(i64, String);

impl Walked {
    /// Before every row.
    pub const START: Self = Self(i64::MIN, String::new());
}

/// Where the next rows end, and what is removed up to there.
macro_rules! steps {
    ($table:literal, $age:literal, $id:literal, $gone:literal) => {
        [
            concat!(
                "SELECT age, id FROM (SELECT ",
                $age,
                " AS age, ",
                $id,
                " AS id FROM ",
                $table,
                " WHERE ",
                $age,
                " < $1 AND (",
                $age,
                ", ",
                $id,
                ") > ($2, $3) ORDER BY ",
                $age,
                ", ",
                $id,
                " LIMIT $4) step ORDER BY age DESC, id DESC LIMIT 1"
            ),
            concat!(
                "DELETE FROM ",
                $table,
                " AS old WHERE (",
                $age,
                ", ",
                $id,
                ") > ($1, $2) AND (",
                $age,
                ", ",
                $id,
                ") <= ($3, $4)",
                $gone
            ),
        ]
    };
}

impl Leftover {
    const fn steps(self) -> [&'static str; 2] {
        match self {
            Self::Waiting => steps!("waiting", "ends_at", "token_hash", ""),
            Self::Sessions => steps!("sessions", "made_at", "id", ""),
            Self::Messages => steps!(
                "outbox",
                "made_at",
                "id",
                " AND EXISTS (SELECT 1 FROM outbox newer
                     WHERE newer.user_id = old.user_id AND newer.practice_id = old.practice_id
                       AND newer.made_at > old.made_at)"
            ),
            Self::Codes => steps!(
                "codes",
                "made_at",
                "id",
                " AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.code_id = old.id)"
            ),
            Self::Requests => steps!("requests", "made_at", "id", ""),
            Self::Invitations => steps!("invitations", "ends_at", "code_hash", ""),
            Self::Notices => steps!("notices", "at", "id", " AND read_at IS NOT NULL"),
            Self::Passwords => steps!(
                "tries",
                "changed_at",
                "subject",
                " AND counter IN ('passwords', 'unlock')"
            ),
        }
    }
}

impl Tx {
    /// Where the next so many rows end that ended, or were made, before a time; none if there are
    /// no more.
    pub async fn next_leftovers(
        &mut self,
        what: Leftover,
        from: &Walked,
        before: Timestamp,
        most: u32,
    ) -> Result<Option<Walked>, Fault> {
        let [next, _] = what.steps();
        let end: Option<(i64, String)> = sqlx::query_as(next)
            .bind(ms(before))
            .bind(from.0)
            .bind(from.1.clone())
            .bind(i64::from(most))
            .fetch_optional(&mut *self.inner)
            .await?;
        Ok(end.map(|(age, id)| Walked(age, id)))
    }

    /// Removes of the rows in between what nobody asks for any more.
    pub async fn remove_leftovers(
        &mut self,
        what: Leftover,
        from: &Walked,
        to: &Walked,
    ) -> Result<(), Fault> {
        let [_, remove] = what.steps();
        sqlx::query(remove)
            .bind(from.0)
            .bind(from.1.clone())
            .bind(to.0)
            .bind(to.1.clone())
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }
}
