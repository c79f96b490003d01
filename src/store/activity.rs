//! The Activity page: entries by time, searched, filtered and paged in SQL.

use super::people::{LAST, searched};
use super::{Fault, Tx, at, ms, parse};
use crate::api::{Entry, Who};
use crate::domain::{EventGroup, PracticeId, Timestamp};

/// Which entries are asked for.
#[derive(Clone, Debug)]
pub struct EntryFilter<'a> {
    /// Of this practice.
    pub practice: &'a PracticeId,
    /// Beginnings of words of people's names and addresses.
    pub search: &'a str,
    /// Of this group.
    pub group: Option<EventGroup>,
    /// From this time on.
    pub from: Timestamp,
    /// Before this time.
    pub until: Timestamp,
}

/// An entry and what stands after it: the cursor.
#[derive(Clone, Debug)]
pub struct EntryRow {
    /// The entry.
    pub entry: Entry,
    /// The number of writing.
    pub n: i64,
}

#[derive(sqlx::FromRow)]
struct Columns {
    n: i64,
    id: String,
    at: i64,
    kind: String,
    actor: Option<String>,
    actor_name: Option<String>,
    subject: Option<String>,
    subject_name: Option<String>,
    reason: Option<String>,
    factor: Option<String>,
    computer: Option<String>,
    seq: Option<i64>,
}

/// Whether a word of the actor or of the subject begins so.
macro_rules! names {
    ($word:literal) => {
        concat!(
            " AND (",
            $word,
            " = '' OR EXISTS (SELECT 1 FROM words
                WHERE words.user_id IN (events.actor, events.subject)
                AND words.word >= ",
            $word,
            " AND words.word < ",
            $word,
            " || $6))"
        )
    };
}

impl Tx {
    /// The newest entries before a place (a time and a number of writing), at most some.
    pub async fn entries(
        &mut self,
        filter: &EntryFilter<'_>,
        before: Option<(Timestamp, i64)>,
        most: usize,
    ) -> Result<Vec<EntryRow>, Fault> {
        let [first, second, third, fourth] = searched(filter.search);
        let kinds = filter.group.map(|group| {
            let words: Vec<_> = group.kinds().map(|kind| format!("|{kind}|")).collect();
            words.concat()
        });
        let (until, n) = before.map_or((ms(filter.until), 0), |(time, n)| (ms(time), n));
        let rows: Vec<Columns> = sqlx::query_as(concat!(
            "SELECT events.n, events.id, events.at, events.kind, events.actor,
                    actors.name AS actor_name, events.subject, subjects.name AS subject_name,
                    events.reason, events.factor, events.computer, events.seq
             FROM events
             LEFT JOIN users actors ON actors.id = events.actor
             LEFT JOIN users subjects ON subjects.id = events.subject
             WHERE events.practice_id = $1 AND events.at >= $2
               AND (events.at, events.n) < ($3, $4)
               AND ($5 = '' OR $5 LIKE '%|' || events.kind || '|%')",
            names!("$7"),
            names!("$8"),
            names!("$9"),
            names!("$10"),
            " ORDER BY events.at DESC, events.n DESC LIMIT $11"
        ))
        .bind(filter.practice.to_string())
        .bind(ms(filter.from))
        .bind(until)
        .bind(n)
        .bind(kinds.unwrap_or_default())
        .bind(LAST)
        .bind(first)
        .bind(second)
        .bind(third)
        .bind(fourth)
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter().map(entry).collect()
    }
}

fn entry(row: Columns) -> Result<EntryRow, Fault> {
    Ok(EntryRow {
        n: row.n,
        entry: Entry {
            id: row.id,
            at: at(row.at)?,
            // Whatever another hand wrote there: the page still shows that there is an entry.
            kind: row.kind.parse().ok(),
            actor: who(row.actor, row.actor_name)?,
            subject: who(row.subject, row.subject_name)?,
            reason: row.reason,
            factor: row.factor.and_then(|factor| factor.parse().ok()),
            computer: row.computer,
            number: row.seq.and_then(|seq| u64::try_from(seq).ok()),
        },
    })
}

fn who(id: Option<String>, name: Option<String>) -> Result<Option<Who>, Fault> {
    let Some((id, name)) = id.zip(name) else {
        return Ok(None);
    };
    Ok(Some(Who {
        user: parse(&id)?,
        name,
    }))
}
