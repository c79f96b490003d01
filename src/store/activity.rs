//! The Activity page: entries by time, searched, filtered and paged in SQL.

use std::cmp::Reverse;
use std::collections::BTreeSet;

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

/// The newest entries before a place, at most some.
macro_rules! entries_sql {
    ($whose:literal) => {
        concat!(
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
            $whose,
            " ORDER BY events.at DESC, events.n DESC LIMIT $11"
        )
    };
}

/// What a person did, and what was done to them; each has an index.
const OF_A_PERSON: [&str; 2] = [
    entries_sql!(" AND events.actor = $12"),
    entries_sql!(" AND events.subject = $12"),
];

/// Of so many people at most the entries are looked up one person after the other. Of more of them
/// there are entries everywhere, which are found on a walk through time.
const FEW: usize = 8;
/// Words that are looked at for that: a person can have several that begin alike. Not each of a
/// million is.
const MOST_WORDS: usize = 4 * FEW;

impl Tx {
    /// The newest entries before a place (a time and a number of writing), at most some.
    pub async fn entries(
        &mut self,
        filter: &EntryFilter<'_>,
        before: Option<(Timestamp, i64)>,
        most: usize,
    ) -> Result<Vec<EntryRow>, Fault> {
        let asked = Asked::of(filter, before, most);
        let Some(people) = self.few_named(&asked.words).await? else {
            return self.some_entries(entries_sql!(""), &asked, None).await;
        };
        let mut rows = Vec::new();
        for person in &people {
            for sql in OF_A_PERSON {
                rows.extend(self.some_entries(sql, &asked, Some(person)).await?);
            }
        }
        rows.sort_by_key(|row| Reverse((row.entry.at, row.n)));
        // Two of them were in it, or one on both sides.
        rows.dedup_by_key(|row| row.n);
        rows.truncate(most);
        Ok(rows)
    }

    /// The people of whom a word begins so, for the first of these words that is of few; none if
    /// every word is of more.
    async fn few_named(&mut self, words: &[String]) -> Result<Option<BTreeSet<String>>, Fault> {
        for word in words.iter().filter(|word| !word.is_empty()) {
            let found: Vec<(String,)> = sqlx::query_as(
                "SELECT user_id FROM words WHERE word >= $1 AND word < $1 || $2 LIMIT $3",
            )
            .bind(word.clone())
            .bind(LAST)
            .bind(MOST_WORDS as i64)
            .fetch_all(&mut *self.inner)
            .await?;
            let all = found.len() < MOST_WORDS;
            let people: BTreeSet<_> = found.into_iter().map(|(id,)| id).collect();
            if all && people.len() <= FEW {
                return Ok(Some(people));
            }
        }
        Ok(None)
    }

    async fn some_entries(
        &mut self,
        sql: &'static str,
        asked: &Asked,
        person: Option<&String>,
    ) -> Result<Vec<EntryRow>, Fault> {
        let [first, second, third, fourth] = asked.words.clone();
        let mut query = sqlx::query_as(sql)
            .bind(asked.practice.clone())
            .bind(asked.from)
            .bind(asked.until.0)
            .bind(asked.until.1)
            .bind(asked.kinds.clone())
            .bind(LAST)
            .bind(first)
            .bind(second)
            .bind(third)
            .bind(fourth)
            .bind(asked.most);
        if let Some(person) = person {
            query = query.bind(person.clone());
        }
        let rows: Vec<Columns> = query.fetch_all(&mut *self.inner).await?;
        rows.into_iter().map(entry).collect()
    }
}

/// A filter as the statements take it.
struct Asked {
    practice: String,
    words: [String; 4],
    kinds: String,
    from: i64,
    until: (i64, i64),
    most: i64,
}

impl Asked {
    fn of(filter: &EntryFilter<'_>, before: Option<(Timestamp, i64)>, most: usize) -> Self {
        let kinds = filter.group.map(|group| {
            let words: Vec<_> = group.kinds().map(|kind| format!("|{kind}|")).collect();
            words.concat()
        });
        Self {
            practice: filter.practice.to_string(),
            words: searched(filter.search),
            kinds: kinds.unwrap_or_default(),
            from: ms(filter.from),
            until: before.map_or((ms(filter.until), 0), |(time, n)| (ms(time), n)),
            most: i64::try_from(most).unwrap_or(i64::MAX),
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::UserId;
    use crate::domain::random::seeded::Seeded;
    use crate::store::Store;

    const NOW: Timestamp = Timestamp::constant(1_800_000_000, 0);

    fn told(rows: &[EntryRow]) -> Vec<i64> {
        rows.iter().map(|row| row.n).collect()
    }

    /// Sams by the dozen, one Zoe, two Ngs of whom one is a Zoe and a Zora too; every one of them
    /// has done something to every other, at times that fall together.
    async fn practice(store: &Store) -> PracticeId {
        let random = Seeded::new(1);
        let practice = PracticeId::new(NOW, &random);
        let mut tx = store.write().await.unwrap();
        let mut people = Vec::new();
        for words in [&["sam"; 12][..], &["zoe"], &["ng"], &["ng zoe zora"]].concat() {
            let id = UserId::new(NOW, &random).to_string();
            let add = "INSERT INTO users (id, email, name, folded_name, made_at)
                       VALUES ($1, $1, $2, $2, 0)";
            let add = sqlx::query(add).bind(id.clone()).bind(words.to_owned());
            add.execute(&mut *tx.inner).await.unwrap();
            for word in words.split(' ') {
                let add = "INSERT INTO words (word, user_id) VALUES ($1, $2)";
                let add = sqlx::query(add).bind(word.to_owned()).bind(id.clone());
                add.execute(&mut *tx.inner).await.unwrap();
            }
            people.push(id);
        }
        let mut number = 0_i64;
        for actor in &people {
            for subject in people.iter().map(Some).chain([None]) {
                number += 1;
                let kind = ["signed_in", "code_wrong"][usize::from(number % 3 == 0)];
                let add = "INSERT INTO events (id, practice_id, at, kind, actor, subject)
                           VALUES ($1, $2, $3, $4, $5, $6)";
                let add = sqlx::query(add)
                    .bind(number.to_string())
                    .bind(practice.to_string())
                    .bind(number * 7 % 90)
                    .bind(kind)
                    .bind(actor.clone())
                    .bind(subject.cloned());
                add.execute(&mut *tx.inner).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
        practice
    }

    /// Whoever is looked up one after the other has the same entries, on the same pages, as on a
    /// walk through all of them.
    #[tokio::test]
    async fn what_few_people_did_is_found_as_on_a_walk() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("a.db")).await.unwrap();
        let practice = practice(&store).await;
        let mut tx = store.read().await.unwrap();
        let mut found = 0;
        for (search, few) in [
            ("zoe", true),
            ("z", true),
            ("ng zoe", true),
            ("sam zo", true),
            ("sam ng zoe", true),
            ("nobody", true),
            ("sam nobody", true),
            ("sam", false),
            ("", false),
        ] {
            assert_eq!(
                tx.few_named(&searched(search)).await.unwrap().is_some(),
                few,
                "{search}"
            );
            for group in [None, Some(EventGroup::SignIns), Some(EventGroup::Failures)] {
                let filter = EntryFilter {
                    practice: &practice,
                    search,
                    group,
                    from: at(5).unwrap(),
                    until: at(80).unwrap(),
                };
                let mut before = None;
                loop {
                    let asked = Asked::of(&filter, before, 11);
                    let walked = tx.some_entries(entries_sql!(""), &asked, None).await;
                    let rows = tx.entries(&filter, before, 11).await.unwrap();
                    assert_eq!(told(&rows), told(&walked.unwrap()), "{search} {group:?}");
                    found += rows.len();
                    match rows.last() {
                        Some(last) => before = Some((last.entry.at, last.n)),
                        None => break,
                    }
                }
            }
        }
        assert!(found > 500, "{found}");
    }

    #[tokio::test]
    async fn what_a_person_did_is_found_by_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("a.db")).await.unwrap();
        let mut tx = store.read().await.unwrap();
        for (sql, index) in OF_A_PERSON.into_iter().zip(["by_actor", "by_subject"]) {
            let sql = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
            let steps: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(sql).fetch_all(&mut *tx.inner).await.unwrap();
            let first = format!("SEARCH events USING INDEX events_{index} ");
            let told: Vec<_> = steps.iter().map(|step| step.3.as_str()).collect();
            assert!(told[0].starts_with(&first), "{told:#?}");
            assert!(!told.iter().any(|step| step.contains("TEMP")), "{told:#?}");
        }
    }
}
