//! Which methods a practice allows, over time.

use super::{Fault, Tx, at, ms};
use crate::domain::{Allowance, AllowedMethods, PracticeId, Timestamp, UserId};

/// A decision on the methods of a practice.
#[derive(Clone, Debug)]
pub struct NewAllowance<'a> {
    /// The row's id.
    pub id: &'a str,
    /// The practice.
    pub practice: &'a PracticeId,
    /// What is decided, what was allowed until then, from when it bites.
    pub allowance: Allowance,
    /// Who decides.
    pub by: &'a UserId,
    /// Now.
    pub now: Timestamp,
}

fn words(methods: AllowedMethods) -> String {
    let flags = [
        (methods.email, "email"),
        (methods.sms, "sms"),
        (methods.for_full_access, "for_full_access"),
    ];
    let words = flags.iter().filter(|(on, _)| *on).map(|(_, word)| *word);
    words.collect::<Vec<_>>().join(" ")
}

fn methods(words: &str) -> AllowedMethods {
    let has = |word| words.split(' ').any(|one| one == word);
    AllowedMethods {
        email: has("email"),
        sms: has("sms"),
        for_full_access: has("for_full_access"),
    }
}

/// The open decision; the default where nothing was ever decided.
pub(super) fn allowance(
    decided: Option<String>,
    before: Option<String>,
    bites: Option<i64>,
) -> Result<Allowance, Fault> {
    let (Some(decided), Some(before), Some(bites)) = (decided, before, bites) else {
        return Ok(Allowance::default());
    };
    Ok(Allowance {
        decided: methods(&decided),
        before: methods(&before),
        bites: at(bites)?,
    })
}

impl Tx {
    /// Puts a decision in force; the one before it is closed.
    pub async fn set_allowance(&mut self, new: NewAllowance<'_>) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE allowed_methods SET until_at = $2
             WHERE practice_id = $1 AND until_at IS NULL",
        )
        .bind(new.practice.to_string())
        .bind(ms(new.now))
        .execute(&mut *self.inner)
        .await?;
        sqlx::query(
            "INSERT INTO allowed_methods (id, practice_id, decided, before, bites_at, from_at,
                                          by_user)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(new.id.to_owned())
        .bind(new.practice.to_string())
        .bind(words(new.allowance.decided))
        .bind(words(new.allowance.before))
        .bind(ms(new.allowance.bites))
        .bind(ms(new.now))
        .bind(new.by.to_string())
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }
}
