//! Codes that let a password be chosen: invitations, hand-over codes, and those of letters.

use super::memberships::{lasts_sql, stands_sql};
use super::{Fault, Tx, ms, parse};
use crate::domain::{InvitationKind, Timestamp, UserId};

/// A code that lets a password be chosen.
#[derive(Clone, Copy, Debug)]
pub struct NewInvitation<'a> {
    /// Keyed, over the letters.
    pub code_hash: &'a str,
    /// What it was made for.
    pub kind: InvitationKind,
    /// Whose password.
    pub user: &'a UserId,
    /// Who made it; of a letter, whose password it is.
    pub by: &'a UserId,
    /// Now.
    pub made: Timestamp,
    /// When it is good no longer.
    pub ends: Timestamp,
}

type Columns = (String, String);

fn opened((user, kind): Columns) -> Result<(UserId, InvitationKind), Fault> {
    Ok((parse(&user)?, parse(&kind)?))
}

/// Whether whoever made a code may still have somebody's password chosen: oneself, who is whose a
/// letter or a code of the machine is, or somebody with full access in a practice of the person. Whoever
/// lost it keeps no way in by a code that was written down before (SECURITY.md, attack 50).
macro_rules! still_given_sql {
    ($now:literal) => {
        concat!(
            "(invitations.by_user = invitations.user_id OR EXISTS (
                 SELECT 1 FROM memberships giver
                 JOIN memberships place ON place.practice_id = giver.practice_id
                 WHERE giver.user_id = invitations.by_user AND giver.role = 'full_access'
                   AND place.user_id = invitations.user_id AND ",
            stands_sql!("giver", $now),
            " AND ",
            lasts_sql!("place", $now),
            "))"
        )
    };
}

impl Tx {
    /// Makes a code; the earlier ones of its kind are void. Letters void nothing: anyone can have
    /// one sent. Of somebody who is not there nothing is made, with the same statements.
    pub async fn add_invitation(&mut self, new: NewInvitation<'_>) -> Result<(), Fault> {
        if new.kind != InvitationKind::Email {
            sqlx::query(
                "UPDATE invitations SET ended_at = $2
                 WHERE user_id = $1 AND kind = $3 AND ended_at IS NULL",
            )
            .bind(new.user.to_string())
            .bind(ms(new.made))
            .bind(new.kind.as_str())
            .execute(&mut *self.inner)
            .await?;
        }
        sqlx::query(
            "INSERT INTO invitations (code_hash, user_id, kind, made_at, ends_at, by_user)
             SELECT $1, $2, $3, $4, $5, $6 WHERE EXISTS (SELECT 1 FROM users WHERE id = $2)",
        )
        .bind(new.code_hash.to_owned())
        .bind(new.user.to_string())
        .bind(new.kind.as_str())
        .bind(ms(new.made))
        .bind(ms(new.ends))
        .bind(new.by.to_string())
        .execute(&mut *self.inner)
        .await?;
        Ok(())
    }

    /// Ends every code of a person that would let a password be chosen.
    pub async fn end_invitations_of(&mut self, user: &UserId, now: Timestamp) -> Result<(), Fault> {
        sqlx::query("UPDATE invitations SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL")
            .bind(user.to_string())
            .bind(ms(now))
            .execute(&mut *self.inner)
            .await?;
        Ok(())
    }

    /// Whose code this is and what it was made for, if it is open.
    pub async fn invitation(
        &mut self,
        code_hash: &str,
        now: Timestamp,
    ) -> Result<Option<(UserId, InvitationKind)>, Fault> {
        let row: Option<Columns> = sqlx::query_as(concat!(
            "SELECT user_id, kind FROM invitations
             WHERE code_hash = $1 AND ended_at IS NULL AND ends_at > $2 AND ",
            still_given_sql!("$2"),
        ))
        .bind(code_hash.to_owned())
        .bind(ms(now))
        .fetch_optional(&mut *self.inner)
        .await?;
        row.map(opened).transpose()
    }

    /// Redeems a code; whose it is and what it was made for, or none if it is not open any more.
    pub async fn redeem_invitation(
        &mut self,
        code_hash: &str,
        now: Timestamp,
    ) -> Result<Option<(UserId, InvitationKind)>, Fault> {
        let row: Option<Columns> = sqlx::query_as(concat!(
            "UPDATE invitations SET ended_at = $2
             WHERE code_hash = $1 AND ended_at IS NULL AND ends_at > $2 AND ",
            still_given_sql!("$2"),
            " RETURNING user_id, kind",
        ))
        .bind(code_hash.to_owned())
        .bind(ms(now))
        .fetch_optional(&mut *self.inner)
        .await?;
        row.map(opened).transpose()
    }

    /// Replaces a forgotten password; false if the account has none to replace. After a letter to
    /// the account's address no code that is sent there is a second factor at the next sign-in.
    pub async fn replace_forgotten_password(
        &mut self,
        id: &UserId,
        hash: &str,
        by: InvitationKind,
    ) -> Result<bool, Fault> {
        let replaced = sqlx::query(
            "UPDATE users SET password_hash = $2,
                 email_barred = CASE WHEN $3 = 1 THEN 1 ELSE email_barred END
             WHERE id = $1 AND password_hash IS NOT NULL",
        )
        .bind(id.to_string())
        .bind(hash.to_owned())
        .bind(i64::from(by == InvitationKind::Email))
        .execute(&mut *self.inner)
        .await?;
        Ok(replaced.rows_affected() == 1)
    }
}
