//! The chain of a practice's entries: what is numbered and sealed, and what was closed.
//!
//! Everything is read as it stands, word for word: what was changed by another hand must reach
//! whoever checks the seals.

use super::{Fault, Tx, ms};
use crate::domain::Timestamp;

/// An entry as it stands in the database.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EntryAsKept {
    /// The number that tells the order of writing.
    pub n: i64,
    /// The row's id.
    pub id: String,
    /// When, in epoch milliseconds.
    pub at: i64,
    /// What.
    pub kind: String,
    /// Who did it.
    pub actor: Option<String>,
    /// To whom.
    pub subject: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// By which factor.
    pub factor: Option<String>,
    /// From which computer.
    pub computer: Option<String>,
    /// The MAC of the entry by itself.
    pub stamp: Option<Vec<u8>>,
    /// Its number in the chain, once it is sealed.
    pub seq: Option<i64>,
    /// The MAC over it and the seal before it.
    pub seal: Option<Vec<u8>>,
}

/// How far a chain reaches, and the MAC over that.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Head {
    /// Entries up to this number of writing have no stamp.
    pub old_through: i64,
    /// The number of the last sealed entry.
    pub last_seq: i64,
    /// Its seal.
    pub last_seal: Vec<u8>,
    /// The MAC over this head.
    pub mac: Vec<u8>,
}

/// A part of a chain whose entries were removed, and the MAC over that.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Segment {
    /// The number of its first entry.
    pub first_seq: i64,
    /// The number of its last entry.
    pub last_seq: i64,
    /// That entry's seal.
    pub last_seal: Vec<u8>,
    /// When it was closed, in epoch milliseconds.
    pub closed_at: i64,
    /// The MAC over this segment.
    pub mac: Vec<u8>,
}

macro_rules! entry_sql {
    ($rest:literal) => {
        concat!(
            "SELECT n, id, at, kind, actor, subject, reason, factor, computer, stamp, seq, seal
             FROM events WHERE practice_id = $1 AND ",
            $rest
        )
    };
}

impl Tx {
    /// The chains that have entries without a seal.
    pub async fn unsealed_chains(&mut self) -> Result<Vec<String>, Fault> {
        let rows: Vec<(String,)> =
            sqlx::query_as("SELECT DISTINCT practice_id FROM events WHERE seq IS NULL")
                .fetch_all(&mut *self.inner)
                .await?;
        Ok(rows.into_iter().map(|(chain,)| chain).collect())
    }

    /// The number of the newest entry, of whichever chain, or 0.
    pub async fn newest_entry(&mut self) -> Result<i64, Fault> {
        let (newest,): (i64,) = sqlx::query_as("SELECT COALESCE(MAX(n), 0) FROM events")
            .fetch_one(&mut *self.inner)
            .await?;
        Ok(newest)
    }

    /// Entries without a seal, in the order of writing, beyond a number of writing.
    pub async fn unsealed(
        &mut self,
        chain: &str,
        beyond: i64,
        most: i64,
    ) -> Result<Vec<EntryAsKept>, Fault> {
        let sql = entry_sql!("seq IS NULL AND n > $2 ORDER BY n LIMIT $3");
        self.entries_as_kept(sql, chain, beyond, most).await
    }

    /// Sealed entries in the order of the chain, beyond a number of the chain.
    pub async fn sealed(
        &mut self,
        chain: &str,
        beyond: i64,
        most: i64,
    ) -> Result<Vec<EntryAsKept>, Fault> {
        let sql = entry_sql!("seq IS NOT NULL AND seq > $2 ORDER BY seq LIMIT $3");
        self.entries_as_kept(sql, chain, beyond, most).await
    }

    async fn entries_as_kept(
        &mut self,
        sql: &'static str,
        chain: &str,
        beyond: i64,
        most: i64,
    ) -> Result<Vec<EntryAsKept>, Fault> {
        Ok(sqlx::query_as(sql)
            .bind(chain.to_owned())
            .bind(beyond)
            .bind(most)
            .fetch_all(&mut *self.inner)
            .await?)
    }

    /// The newest entry that has no stamp, or 0.
    pub async fn newest_unstamped(&mut self, chain: &str) -> Result<i64, Fault> {
        let (newest,): (i64,) = sqlx::query_as(
            "SELECT COALESCE(MAX(n), 0) FROM events WHERE practice_id = $1 AND stamp IS NULL",
        )
        .bind(chain.to_owned())
        .fetch_one(&mut *self.inner)
        .await?;
        Ok(newest)
    }

    /// Gives an entry its number and seal; false if it has one.
    pub async fn seal_entry(&mut self, n: i64, seq: i64, seal: &[u8]) -> Result<bool, Fault> {
        let sealed =
            sqlx::query("UPDATE events SET seq = $2, seal = $3 WHERE n = $1 AND seq IS NULL")
                .bind(n)
                .bind(seq)
                .bind(seal.to_vec())
                .execute(&mut *self.inner)
                .await?;
        Ok(sealed.rows_affected() == 1)
    }

    /// The head of a chain.
    pub async fn head(&mut self, chain: &str) -> Result<Option<Head>, Fault> {
        Ok(sqlx::query_as(
            "SELECT old_through, last_seq, last_seal, mac FROM chains WHERE practice_id = $1",
        )
        .bind(chain.to_owned())
        .fetch_optional(&mut *self.inner)
        .await?)
    }

    /// Moves the head of a chain on from the number that was seen; false if it is elsewhere.
    pub async fn put_head(&mut self, chain: &str, seen: i64, head: &Head) -> Result<bool, Fault> {
        let put = sqlx::query(
            "INSERT INTO chains (practice_id, old_through, last_seq, last_seal, mac)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (practice_id) DO UPDATE
             SET last_seq = excluded.last_seq, last_seal = excluded.last_seal, mac = excluded.mac
             WHERE chains.last_seq = $6",
        )
        .bind(chain.to_owned())
        .bind(head.old_through)
        .bind(head.last_seq)
        .bind(head.last_seal.clone())
        .bind(head.mac.clone())
        .bind(seen)
        .execute(&mut *self.inner)
        .await?;
        Ok(put.rows_affected() == 1)
    }

    /// The closed segments of a chain, the oldest first.
    pub async fn segments(&mut self, chain: &str) -> Result<Vec<Segment>, Fault> {
        Ok(sqlx::query_as(
            "SELECT first_seq, last_seq, last_seal, closed_at, mac FROM segments
             WHERE practice_id = $1 ORDER BY first_seq",
        )
        .bind(chain.to_owned())
        .fetch_all(&mut *self.inner)
        .await?)
    }

    /// The number of the last entry before the first that is to be kept, at most some after the
    /// last that was removed; none if nothing is to be removed. What a clock recorded that stood
    /// ahead is as old as its neighbours.
    pub async fn removable_through(
        &mut self,
        chain: &str,
        removed: i64,
        before: Timestamp,
        most: i64,
    ) -> Result<Option<(i64, Vec<u8>)>, Fault> {
        Ok(sqlx::query_as(
            "SELECT seq, seal FROM events
             WHERE practice_id = $1 AND seq IS NOT NULL AND seq > $2 AND seq <= $2 + $4
               AND seq < COALESCE(
                   (SELECT MIN(seq) FROM events WHERE practice_id = $1 AND seq IS NOT NULL
                    AND at >= $3 AND ahead = 0), 0)
             ORDER BY seq DESC LIMIT 1",
        )
        .bind(chain.to_owned())
        .bind(removed)
        .bind(ms(before))
        .bind(most)
        .fetch_optional(&mut *self.inner)
        .await?)
    }

    /// Closes a segment: its entries are removed, and what is needed to go on from it stays.
    pub async fn close_segment(&mut self, chain: &str, segment: &Segment) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO segments (practice_id, first_seq, last_seq, last_seal, closed_at, mac)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(chain.to_owned())
        .bind(segment.first_seq)
        .bind(segment.last_seq)
        .bind(segment.last_seal.clone())
        .bind(segment.closed_at)
        .bind(segment.mac.clone())
        .execute(&mut *self.inner)
        .await?;
        sqlx::query("DELETE FROM events WHERE practice_id = $1 AND seq >= $2 AND seq <= $3")
            .bind(chain.to_owned())
            .bind(segment.first_seq)
            .bind(segment.last_seq)
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// On how many days between two times something was written down.
    pub async fn days_with_entries(
        &mut self,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<i64, Fault> {
        let (days,): (i64,) = sqlx::query_as(
            "SELECT COUNT(DISTINCT at / 86400000) FROM events
             WHERE ahead = 0 AND at >= $1 AND at < $2",
        )
        .bind(ms(from))
        .bind(ms(until))
        .fetch_one(&mut *self.inner)
        .await?;
        Ok(days)
    }

    /// Every chain there is.
    pub async fn chains(&mut self) -> Result<Vec<String>, Fault> {
        let rows: Vec<(String,)> =
            sqlx::query_as("SELECT practice_id FROM chains ORDER BY practice_id")
                .fetch_all(&mut *self.inner)
                .await?;
        Ok(rows.into_iter().map(|(chain,)| chain).collect())
    }
}
