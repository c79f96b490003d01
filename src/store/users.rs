//! Users, and what is required of each.

use super::{Fault, Tx, at, at_maybe, ms, parse};
use crate::domain::{EmailAddress, Timestamp, UserId};

/// A person who can sign in.
#[derive(Clone, Debug)]
pub struct UserRow {
    /// The person.
    pub id: UserId,
    /// The canonical e-mail address.
    pub email: EmailAddress,
    /// The name.
    pub name: String,
    /// The PHC string of the password; none until an invitation is redeemed.
    pub password_hash: Option<String>,
    /// Whether a code sent to the account's address is no second factor at the next sign-in, since
    /// the password was chosen by one.
    pub email_barred: bool,
}

impl UserRow {
    /// The hash of the password, with the owner it is bound to.
    pub fn password(&self) -> Option<(&UserId, &str)> {
        Some((&self.id, self.password_hash.as_deref()?))
    }
}

/// By whom two-factor was turned on for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequirementSource {
    /// By the person.
    Oneself,
    /// By somebody with full access.
    FullAccess,
}

impl RequirementSource {
    fn as_str(self) -> &'static str {
        match self {
            Self::Oneself => "oneself",
            Self::FullAccess => "full_access",
        }
    }
}

/// A requirement that has not been closed.
#[derive(Clone, Debug)]
pub struct RequirementRow {
    /// By whom it was made.
    pub source: RequirementSource,
    /// From when it bites, if it does.
    pub bites: Option<Timestamp>,
    /// Since when it stands.
    pub from: Timestamp,
    /// Who made it, by name.
    pub by: String,
}

macro_rules! user_sql {
    () => {
        "SELECT id, email, name, password_hash, email_barred FROM users "
    };
}

#[derive(sqlx::FromRow)]
struct UserColumns {
    id: String,
    email: String,
    name: String,
    password_hash: Option<String>,
    email_barred: i64,
}

fn user(row: UserColumns) -> Result<UserRow, Fault> {
    Ok(UserRow {
        id: parse(&row.id)?,
        email: parse(&row.email)?,
        name: row.name,
        password_hash: row.password_hash,
        email_barred: row.email_barred != 0,
    })
}

/// The words that a person is found by, each by its beginning.
fn words(name: &str, email: &EmailAddress) -> Vec<String> {
    let folded = fold(name);
    let mut words: Vec<String> = folded
        .split(|c: char| !c.is_alphanumeric())
        // And as they are written, for whoever types the apostrophe or the hyphen.
        .chain(folded.split_whitespace())
        .chain(email.as_str().split(|c: char| !c.is_alphanumeric()))
        .chain([email.as_str()])
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Lower case, without accents, with plain apostrophes: what a name is sorted and searched by.
pub(super) fn fold(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    use unicode_normalization::char::is_combining_mark;
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| if c == '\u{2019}' { '\'' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

impl Tx {
    /// The person with this e-mail address.
    pub async fn user_by_email(&mut self, email: &EmailAddress) -> Result<Option<UserRow>, Fault> {
        let row: Option<UserColumns> = sqlx::query_as(concat!(user_sql!(), "WHERE email = $1"))
            .bind(email.as_str().to_owned())
            .fetch_optional(&mut *self.inner)
            .await?;
        row.map(user).transpose()
    }

    /// The person.
    pub async fn user(&mut self, id: &UserId) -> Result<Option<UserRow>, Fault> {
        let row: Option<UserColumns> = sqlx::query_as(concat!(user_sql!(), "WHERE id = $1"))
            .bind(id.to_string())
            .fetch_optional(&mut *self.inner)
            .await?;
        row.map(user).transpose()
    }

    /// Adds a person, with the words to be found by.
    pub async fn add_user(&mut self, new: &UserRow, now: Timestamp) -> Result<(), Fault> {
        sqlx::query(
            "INSERT INTO users (id, email, name, folded_name, password_hash, made_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(new.id.to_string())
        .bind(new.email.as_str().to_owned())
        .bind(new.name.clone())
        .bind(fold(&new.name))
        .bind(new.password_hash.clone())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        self.find_by(&new.id, &new.name, &new.email).await
    }

    /// Writes the words that a person is found by.
    pub(super) async fn find_by(
        &mut self,
        id: &UserId,
        name: &str,
        email: &EmailAddress,
    ) -> Result<(), Fault> {
        sqlx::query("DELETE FROM words WHERE user_id = $1")
            .bind(id.to_string())
            .execute(&mut *self.inner)
            .await?;
        for word in words(name, email) {
            sqlx::query("INSERT INTO words (word, user_id) VALUES ($1, $2)")
                .bind(word)
                .bind(id.to_string())
                .execute(&mut *self.inner)
                .await?;
        }
        Ok(())
    }

    /// Gives a person another name, to be found by.
    pub async fn rename_user(&mut self, user: &UserRow, name: &str) -> Result<(), Fault> {
        sqlx::query("UPDATE users SET name = $2, folded_name = $3 WHERE id = $1")
            .bind(user.id.to_string())
            .bind(name.to_owned())
            .bind(fold(name))
            .execute(&mut *self.inner)
            .await?;
        self.find_by(&user.id, name, &user.email).await
    }

    /// Sets the first password; false if the account has one already.
    pub async fn set_first_password(&mut self, id: &UserId, hash: &str) -> Result<bool, Fault> {
        let set = sqlx::query(
            "UPDATE users SET password_hash = $2 WHERE id = $1 AND password_hash IS NULL",
        )
        .bind(id.to_string())
        .bind(hash.to_owned())
        .execute(&mut *self.inner)
        .await?;
        Ok(set.rows_affected() == 1)
    }

    /// Replaces the hash of a password that was seen; false if it changed in the meantime.
    pub async fn rehash(&mut self, id: &UserId, seen: &str, new: &str) -> Result<bool, Fault> {
        let replaced =
            sqlx::query("UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2")
                .bind(id.to_string())
                .bind(seen.to_owned())
                .bind(new.to_owned())
                .execute(&mut *self.inner)
                .await?;
        Ok(replaced.rows_affected() == 1)
    }

    /// Notes a completed sign-in; one by a factor of one's own lifts the bar of a reset by e-mail.
    pub async fn signed_in(
        &mut self,
        id: &UserId,
        own_factor: bool,
        now: Timestamp,
    ) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE users SET last_sign_in_at = $2,
                 email_barred = CASE WHEN $3 = 1 THEN 0 ELSE email_barred END
             WHERE id = $1",
        )
        .bind(id.to_string())
        .bind(ms(now))
        .bind(i64::from(own_factor))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// The requirements made for a person.
    pub async fn requirements(&mut self, user: &UserId) -> Result<Vec<RequirementRow>, Fault> {
        let rows: Vec<(String, Option<i64>, i64, String)> = sqlx::query_as(
            "SELECT requirements.source, requirements.bites_at, requirements.from_at, users.name
             FROM requirements JOIN users ON users.id = requirements.by_user
             WHERE requirements.user_id = $1 AND requirements.until_at IS NULL
             ORDER BY requirements.from_at, requirements.id",
        )
        .bind(user.to_string())
        .fetch_all(&mut *self.inner)
        .await?;
        rows.into_iter()
            .map(|(source, bites, from, by)| {
                Ok(RequirementRow {
                    source: match source.as_str() {
                        "oneself" => RequirementSource::Oneself,
                        // A word of a later version is held to the stricter.
                        _ => RequirementSource::FullAccess,
                    },
                    bites: at_maybe(bites)?,
                    from: at(from)?,
                    by,
                })
            })
            .collect()
    }

    /// Makes a requirement for a person; false if the same source has made one already.
    pub async fn add_requirement(
        &mut self,
        id: &str,
        user: &UserId,
        source: RequirementSource,
        bites: Option<Timestamp>,
        by: &UserId,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let made = sqlx::query(
            "INSERT INTO requirements (id, user_id, source, bites_at, from_at, by_user)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT DO NOTHING",
        )
        .bind(id.to_owned())
        .bind(user.to_string())
        .bind(source.as_str())
        .bind(bites.map(ms))
        .bind(ms(now))
        .bind(by.to_string())
        .execute(&mut *self.inner)
        .await?;
        Ok(made.rows_affected() == 1)
    }

    /// Closes a requirement that bites later than this.
    pub async fn close_requirement_beyond(
        &mut self,
        user: &UserId,
        source: RequirementSource,
        bites: Timestamp,
        now: Timestamp,
    ) -> Result<(), Fault> {
        sqlx::query(
            "UPDATE requirements SET until_at = $4
             WHERE user_id = $1 AND source = $2 AND until_at IS NULL AND bites_at > $3",
        )
        .bind(user.to_string())
        .bind(source.as_str())
        .bind(ms(bites))
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Closes every requirement made for a person.
    pub async fn close_requirements(
        &mut self,
        user: &UserId,
        now: Timestamp,
    ) -> Result<u64, Fault> {
        let closed = sqlx::query(
            "UPDATE requirements SET until_at = $2 WHERE user_id = $1 AND until_at IS NULL",
        )
        .bind(user.to_string())
        .bind(ms(now))
        .execute(&mut *self.inner)
        .await?;
        Ok(closed.rows_affected())
    }
}
