//! What rows that were closed tell of the past of everyone in a practice.

use std::collections::HashMap;

use super::{Fault, Tx, at, at_maybe};
use crate::domain::{Past, PastMethod, PracticeId, Span};

impl Tx {
    /// The past of everyone who belongs or belonged to a practice.
    pub async fn pasts(&mut self, practice: &PracticeId) -> Result<Vec<Past>, Fault> {
        let mut pasts: HashMap<String, Past> = HashMap::new();
        // Their places in other practices count too: of several rules the strictest holds.
        let rows: Vec<(String, String, i64, Option<i64>)> = sqlx::query_as(
            "SELECT places.user_id, places.practice_id,
                    CASE WHEN places.starts_at > places.from_at THEN places.starts_at
                         ELSE places.from_at END,
                    CASE WHEN places.until_at IS NULL OR places.ends_at < places.until_at
                         THEN places.ends_at ELSE places.until_at END
             FROM memberships places
             WHERE places.user_id IN (SELECT user_id FROM memberships WHERE practice_id = $1)",
        )
        .bind(practice.to_string())
        .fetch_all(&mut *self.inner)
        .await?;
        let rules = self.mandatory_spans().await?;
        for (user, place, from, until) in rows {
            let there = span(from, until)?;
            let past = pasts.entry(user).or_default();
            if place == practice.as_str() {
                past.member.push(there);
            }
            let ruled = rules.iter().filter(|(of, _)| *of == place);
            let both = ruled.filter_map(|(_, rule)| overlap(there, *rule));
            past.ruled.extend(both);
        }
        let required: Vec<(String, i64, Option<i64>)> = sqlx::query_as(
            "SELECT user_id, from_at, until_at FROM requirements
             WHERE user_id IN (SELECT user_id FROM memberships WHERE practice_id = $1)",
        )
        .bind(practice.to_string())
        .fetch_all(&mut *self.inner)
        .await?;
        for (user, from, until) in required {
            let past = pasts.entry(user).or_default();
            past.required.push(span(from, until)?);
        }
        type Method = (String, i64, Option<i64>, i64, Option<i64>);
        let methods: Vec<Method> = sqlx::query_as(
            "SELECT user_id, from_at, until_at, ends_at, proven_at FROM methods
             WHERE user_id IN (SELECT user_id FROM memberships WHERE practice_id = $1)",
        )
        .bind(practice.to_string())
        .fetch_all(&mut *self.inner)
        .await?;
        for (user, from, until, ends, proven) in methods {
            pasts.entry(user).or_default().methods.push(PastMethod {
                there: span(from, until)?,
                ends: at(ends)?,
                proven: at_maybe(proven)?,
            });
        }
        Ok(pasts.into_values().collect())
    }

    /// When which practice was Mandatory, from the moment the rule was saved.
    async fn mandatory_spans(&mut self) -> Result<Vec<(String, Span)>, Fault> {
        let rows: Vec<(String, i64, Option<i64>)> = sqlx::query_as(
            "SELECT practice_id, from_at, until_at FROM rules WHERE kind = 'mandatory'",
        )
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter()
            .map(|(practice, from, until)| Ok((practice, span(from, until)?)))
            .collect()
    }
}

fn span(from: i64, until: Option<i64>) -> Result<Span, Fault> {
    Ok(Span {
        from: at(from)?,
        until: at_maybe(until)?,
    })
}

/// When both held, if they ever did.
fn overlap(one: Span, other: Span) -> Option<Span> {
    let from = one.from.max(other.from);
    let until = match (one.until, other.until) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    until
        .is_none_or(|until| from < until)
        .then_some(Span { from, until })
}
