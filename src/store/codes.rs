//! One-time codes that are sent. Each is bound to what it opens, and opens it once.

use super::{Fault, Tx, at, at_maybe, ms};
use crate::domain::{Channel, PracticeId, Purpose, TRIES_PER_CHALLENGE, Timestamp, UserId};

/// What a code is bound to: there is one live code of each at a time.
#[derive(Clone, Copy, Debug)]
pub struct Bond<'a> {
    /// What it opens.
    pub purpose: Purpose,
    /// The hash of a waiting token, a method that is set up, or a session.
    pub challenge: &'a str,
    /// The way it is sent.
    pub channel: Channel,
}

/// The newest code of a bond.
#[derive(Clone, Debug)]
pub struct CodeRow {
    /// The row's id.
    pub id: String,
    /// Keyed, over the code and the row's id.
    pub mac: Vec<u8>,
    /// When it is good no longer.
    pub ends: Timestamp,
    /// When it was used.
    pub used: Option<Timestamp>,
    /// When another took its place, or what it opened was gone.
    pub ended: Option<Timestamp>,
    /// How many tries were taken at it, where no sign-in and no set-up counts them.
    pub tries: u32,
}

/// A code to be sent.
#[derive(Clone, Debug)]
pub struct NewCode<'a> {
    /// The row's id.
    pub id: &'a str,
    /// Whose it is.
    pub user: &'a UserId,
    /// By which practice it is sent.
    pub practice: &'a PracticeId,
    /// What it is bound to.
    pub bond: Bond<'a>,
    /// Keyed, over the code and the row's id.
    pub mac: Vec<u8>,
    /// Now.
    pub made: Timestamp,
    /// When it is good no longer.
    pub ends: Timestamp,
}

#[derive(sqlx::FromRow)]
struct CodeColumns {
    id: String,
    mac: Vec<u8>,
    ends_at: i64,
    used_at: Option<i64>,
    ended_at: Option<i64>,
    tries: i64,
}

fn code(row: CodeColumns) -> Result<CodeRow, Fault> {
    Ok(CodeRow {
        id: row.id,
        mac: row.mac,
        ends: at(row.ends_at)?,
        used: at_maybe(row.used_at)?,
        ended: at_maybe(row.ended_at)?,
        tries: u32::try_from(row.tries).unwrap_or(u32::MAX),
    })
}

impl CodeRow {
    /// Whether it may be spent, now or by the next try.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.used.is_none()
            && self.ended.is_none()
            && now < self.ends
            && self.tries < TRIES_PER_CHALLENGE
    }
}

impl Tx {
    /// The codes of a bond, the newest first, live or not.
    pub async fn codes(&mut self, bond: Bond<'_>) -> Result<Vec<CodeRow>, Fault> {
        let rows: Vec<CodeColumns> = sqlx::query_as(
            "SELECT id, mac, ends_at, used_at, ended_at, tries FROM codes
             WHERE purpose = $1 AND challenge = $2 AND channel = $3
             ORDER BY made_at DESC, id DESC",
        )
        .bind(bond.purpose.as_str())
        .bind(bond.challenge.to_owned())
        .bind(bond.channel.as_str())
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter().map(code).collect()
    }

    /// The newest code of a bond, live or not.
    pub async fn newest_code(&mut self, bond: Bond<'_>) -> Result<Option<CodeRow>, Fault> {
        Ok(self.codes(bond).await?.into_iter().next())
    }

    /// Makes a code. The live one of the same bond has to be ended before.
    pub async fn add_code(&mut self, new: NewCode<'_>) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO codes
                 (id, user_id, practice_id, purpose, challenge, channel, mac, made_at, ends_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(new.id.to_owned())
        .bind(new.user.to_string())
        .bind(new.practice.to_string())
        .bind(new.bond.purpose.as_str())
        .bind(new.bond.challenge.to_owned())
        .bind(new.bond.channel.as_str())
        .bind(new.mac)
        .bind(ms(new.made))
        .bind(ms(new.ends))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Takes back a code that no message was queued for.
    pub async fn forget_code(&mut self, id: &str) -> Result<(), Fault> {
        sqlx::query("DELETE FROM codes WHERE id = $1")
            .bind(id.to_owned())
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Takes one of the tries at the live code of a bond; the number taken, or none if none is left.
    pub async fn take_code_try(
        &mut self,
        bond: Bond<'_>,
        now: Timestamp,
    ) -> Result<Option<u32>, Fault> {
        let taken: Option<(i64,)> = sqlx::query_as(
            "UPDATE codes SET tries = tries + 1
             WHERE purpose = $1 AND challenge = $2 AND channel = $3
               AND used_at IS NULL AND ended_at IS NULL AND ends_at > $4 AND tries < $5
             RETURNING tries",
        )
        .bind(bond.purpose.as_str())
        .bind(bond.challenge.to_owned())
        .bind(bond.channel.as_str())
        .bind(ms(now))
        .bind(i64::from(TRIES_PER_CHALLENGE))
        .fetch_optional(&mut *self.inner)
        .await?;
        Ok(taken.and_then(|(tries,)| u32::try_from(tries).ok()))
    }

    /// Gives a try at the live code of a bond back, which was not looked at.
    pub async fn give_code_try_back(&mut self, bond: Bond<'_>) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE codes SET tries = tries - 1
             WHERE purpose = $1 AND challenge = $2 AND channel = $3
               AND used_at IS NULL AND ended_at IS NULL AND tries > 0",
        )
        .bind(bond.purpose.as_str())
        .bind(bond.challenge.to_owned())
        .bind(bond.channel.as_str())
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Spends a code; false if it was spent, ended or is over.
    pub async fn spend_code(&mut self, id: &str, now: Timestamp) -> Result<bool, Fault> {
        let spent = sqlx::query(
            "UPDATE codes SET used_at = $2
             WHERE id = $1 AND used_at IS NULL AND ended_at IS NULL AND ends_at > $2",
        )
        .bind(id.to_owned())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        self.erase_messages_of_code(id, now).await?;
        Ok(spent.rows_affected() == 1)
    }

    /// Ends the code of a bond that may be live.
    pub async fn end_code(&mut self, bond: Bond<'_>, now: Timestamp) -> Result<(), Fault> {
        let ended: Option<(String,)> = sqlx::query_as(
            "UPDATE codes SET ended_at = $4
             WHERE purpose = $1 AND challenge = $2 AND channel = $3
               AND used_at IS NULL AND ended_at IS NULL
             RETURNING id",
        )
        .bind(bond.purpose.as_str())
        .bind(bond.challenge.to_owned())
        .bind(bond.channel.as_str())
        .bind(ms(now))
        .fetch_optional(&mut *self.inner)
        .await?;
        match ended {
            Some((id,)) => self.erase_messages_of_code(&id, now).await,
            None => Ok(()),
        }
    }

    /// Ends every code of a person: what they open is gone.
    pub async fn end_codes_of(&mut self, user: &UserId, now: Timestamp) -> Result<(), Fault> {
        let ended: Vec<(String,)> = sqlx::query_as(
            "UPDATE codes SET ended_at = $2
             WHERE user_id = $1 AND used_at IS NULL AND ended_at IS NULL
             RETURNING id",
        )
        .bind(user.to_string())
        .bind(ms(now))
        .fetch_all(&mut *self.inner)
        .await?;
        for (id,) in ended {
            self.erase_messages_of_code(&id, now).await?;
        }
        Ok(())
    }
}
