//! Sign-ins that wait for a colleague to read out a desk code, and the code of each.

use super::{Fault, Tx, at, at_maybe, ms, parse};
use crate::domain::{ComputerName, Reason, Timestamp, UserId};

/// How many of a person's are told of: whoever has the password can begin any number.
const MOST: i64 = 20;

/// A sign-in that waits for a desk code.
#[derive(Clone, Debug)]
pub struct DeskScreen {
    /// By what it is picked.
    pub id: String,
    /// The computer that it is on.
    pub computer: ComputerName,
    /// Since when it waits for one.
    pub asked: Timestamp,
}

/// A code for one of them.
#[derive(Clone, Debug)]
pub struct NewDeskCode<'a> {
    /// The row's id.
    pub screen: &'a str,
    /// Who is to be let in.
    pub user: &'a UserId,
    /// Keyed, over the code and the row's id.
    pub mac: Vec<u8>,
    /// Who lets in.
    pub by: &'a UserId,
    /// Why.
    pub reason: &'a Reason,
    /// Now.
    pub made: Timestamp,
    /// When it is good no longer.
    pub ends: Timestamp,
}

/// The code that was made for a sign-in.
#[derive(Clone, Debug)]
pub struct DeskCodeRow {
    /// The row's id.
    pub screen: String,
    /// Keyed, over the code and the row's id.
    pub mac: Vec<u8>,
    /// Who lets in.
    pub by: UserId,
    /// Why.
    pub reason: Reason,
    /// When it is good no longer.
    pub ends: Timestamp,
}

impl Tx {
    /// A sign-in that waits for a code waits for a desk code too, from now on, on this computer.
    /// Asked again it goes on waiting as it did. False if the sign-in has ended.
    pub async fn ask_at_desk(
        &mut self,
        id: &str,
        waiting: &str,
        computer: &ComputerName,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let asked = sqlx::query(
            "INSERT INTO desk_screens (id, waiting, computer, asked_at)
             SELECT $1, token_hash, $3, $4 FROM waiting
             WHERE token_hash = $2 AND kind = 'code' AND ended_at IS NULL AND ends_at > $4
             ON CONFLICT (waiting) DO UPDATE SET computer = excluded.computer",
        )
        .bind(id.to_owned())
        .bind(waiting.to_owned())
        .bind(computer.to_string())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(asked.rows_affected() == 1)
    }

    /// The sign-ins of a person that wait for a desk code, the newest first.
    pub async fn desk_screens(
        &mut self,
        user: &UserId,
        now: Timestamp,
    ) -> Result<Vec<DeskScreen>, Fault> {
        let rows: Vec<(String, String, i64)> = sqlx::query_as(
            "SELECT desk_screens.id, desk_screens.computer, desk_screens.asked_at
             FROM waiting JOIN desk_screens ON desk_screens.waiting = waiting.token_hash
             WHERE waiting.user_id = $1 AND waiting.ended_at IS NULL AND waiting.ends_at > $2
             ORDER BY desk_screens.asked_at DESC, desk_screens.id LIMIT $3",
        )
        .bind(user.to_string())
        .bind(ms(now))
        .bind(MOST)
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter()
            .map(|(id, computer, asked)| {
                Ok(DeskScreen {
                    id,
                    computer: parse(&computer)?,
                    asked: at(asked)?,
                })
            })
            .collect()
    }

    /// Keeps the code of a sign-in, in the place of an earlier one; when it ends, which is with the
    /// sign-in at the latest, or none if that does not wait any more.
    pub async fn put_desk_code(
        &mut self,
        new: NewDeskCode<'_>,
    ) -> Result<Option<Timestamp>, Fault> {
        let put: Option<(i64,)> = sqlx::query_as(
            "UPDATE desk_screens SET mac = $3, by_user = $4, reason = $5,
                 ends_at = (SELECT CASE WHEN waiting.ends_at < $6 THEN waiting.ends_at ELSE $6 END
                            FROM waiting WHERE waiting.token_hash = desk_screens.waiting)
             WHERE id = $1 AND EXISTS (SELECT 1 FROM waiting
                 WHERE waiting.token_hash = desk_screens.waiting AND waiting.user_id = $2
                   AND waiting.ended_at IS NULL AND waiting.ends_at > $7)
             RETURNING ends_at",
        )
        .bind(new.screen.to_owned())
        .bind(new.user.to_string())
        .bind(new.mac)
        .bind(new.by.to_string())
        .bind(new.reason.as_str().to_owned())
        .bind(ms(new.ends))
        .bind(ms(new.made))
        .fetch_optional(&mut *self.inner)
        .await?;
        at_maybe(put.map(|(ends,)| ends))
    }

    /// The code that was made for a sign-in. It opens it once, since the sign-in ends by it.
    pub async fn desk_code(&mut self, waiting: &str) -> Result<Option<DeskCodeRow>, Fault> {
        #[derive(sqlx::FromRow)]
        struct Columns {
            id: String,
            mac: Option<Vec<u8>>,
            by_user: Option<String>,
            reason: Option<String>,
            ends_at: Option<i64>,
        }
        let row: Option<Columns> = sqlx::query_as(
            "SELECT id, mac, by_user, reason, ends_at FROM desk_screens WHERE waiting = $1",
        )
        .bind(waiting.to_owned())
        .fetch_optional(&mut *self.inner)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let (Some(mac), Some(by), Some(reason), Some(ends)) =
            (row.mac, row.by_user, row.reason, at_maybe(row.ends_at)?)
        else {
            return Ok(None);
        };
        Ok(Some(DeskCodeRow {
            screen: row.id,
            mac,
            by: parse(&by)?,
            reason: Reason::parse(&reason)
                .map_err(|_| Fault::Damaged("the reason of a desk code".into()))?,
            ends,
        }))
    }
}
