//! Places in a practice that wait for somebody who has an account to accept them.

use super::memberships::stands_sql;
use super::{Fault, Tx, ms, parse};
use crate::domain::{PracticeId, Role, Timestamp, UserId};

/// A place to be offered.
#[derive(Clone, Debug)]
pub struct NewOffer<'a> {
    /// Keyed, over the letters of the code.
    pub code_hash: &'a str,
    /// To whom.
    pub user: &'a UserId,
    /// Under which address: one that is another's by then accepts nothing.
    pub email: &'a str,
    /// In which practice.
    pub practice: &'a PracticeId,
    /// In which role.
    pub role: Role,
    /// By whom; none for whoever runs the backend.
    pub by: Option<&'a UserId>,
    /// Now.
    pub made: Timestamp,
    /// When it is good no longer.
    pub ends: Timestamp,
}

/// A place that waits to be accepted.
#[derive(Clone, Debug)]
pub struct OfferedPlace {
    /// In which practice.
    pub practice: PracticeId,
    /// Its name.
    pub practice_name: String,
    /// In which role.
    pub role: Role,
    /// By whom; none for whoever runs the backend.
    pub by: Option<UserId>,
}

/// Whether whoever offered a place, unless that was the backend's own, still has full access there.
macro_rules! still_offered_sql {
    ($now:literal) => {
        concat!(
            "(offered_places.by_user IS NULL OR EXISTS (SELECT 1 FROM memberships
                WHERE memberships.user_id = offered_places.by_user
                  AND memberships.practice_id = offered_places.practice_id
                  AND memberships.role = 'full_access' AND ",
            stands_sql!("memberships", $now),
            "))"
        )
    };
}

type Columns = (String, String, String, Option<String>);

fn offered((practice, practice_name, role, by): Columns) -> Result<OfferedPlace, Fault> {
    Ok(OfferedPlace {
        practice: parse(&practice)?,
        practice_name,
        role: parse(&role)?,
        by: by.map(|by| parse(&by)).transpose()?,
    })
}

impl Tx {
    /// Offers a place; an earlier offer of the same one is void.
    pub async fn offer_place(&mut self, new: NewOffer<'_>) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE offered_places SET ended_at = $3
             WHERE user_id = $1 AND practice_id = $2 AND ended_at IS NULL",
        )
        .bind(new.user.to_string())
        .bind(new.practice.to_string())
        .bind(ms(new.made))
        .execute(&mut *self.inner)
        .await?;
        sqlx::query(
            "INSERT INTO offered_places (code_hash, user_id, practice_id, email, role, made_at,
                                         ends_at, by_user)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(new.code_hash.to_owned())
        .bind(new.user.to_string())
        .bind(new.practice.to_string())
        .bind(new.email.to_owned())
        .bind(new.role.as_str())
        .bind(ms(new.made))
        .bind(ms(new.ends))
        .bind(new.by.map(ToString::to_string))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// The places that wait for a person, the oldest first.
    pub async fn offered_places(
        &mut self,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Vec<OfferedPlace>, Fault> {
        let rows: Vec<Columns> = sqlx::query_as(concat!(
            "SELECT offered_places.practice_id, practices.name, offered_places.role,
                    offered_places.by_user
             FROM offered_places
             JOIN practices ON practices.id = offered_places.practice_id
             JOIN users ON users.id = offered_places.user_id
                  AND users.email = offered_places.email
             WHERE offered_places.user_id = $1 AND offered_places.ended_at IS NULL
               AND offered_places.ends_at > $2 AND ",
            still_offered_sql!("$2"),
            " ORDER BY offered_places.made_at, offered_places.practice_id",
        ))
        .bind(user.to_string())
        .bind(ms(now))
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter().map(offered).collect()
    }

    /// Takes the place with this code, if it is open and offered to this person under the address
    /// that is the account's, and proven, by somebody who still may; none otherwise.
    pub async fn take_place(
        &mut self,
        code_hash: &str,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Option<OfferedPlace>, Fault> {
        let row: Option<Columns> = sqlx::query_as(concat!(
            "UPDATE offered_places SET ended_at = $3
             WHERE code_hash = $1 AND user_id = $2 AND ended_at IS NULL AND ends_at > $3
               AND EXISTS (SELECT 1 FROM users WHERE users.id = $2
                           AND users.email = offered_places.email
                           AND users.email_proven_at IS NOT NULL)
               AND ",
            still_offered_sql!("$3"),
            " RETURNING practice_id,
                 (SELECT name FROM practices WHERE practices.id = offered_places.practice_id),
                 role, by_user",
        ))
        .bind(code_hash.to_owned())
        .bind(user.to_string())
        .bind(ms(now))
        .fetch_optional(&mut *self.inner)
        .await?;
        row.map(offered).transpose()
    }
}
