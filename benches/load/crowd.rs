//! People who are there and do nothing.

use crate::base::Database;

/// Fills the tables that a sign-in reads until there are so many people, and has the database look
/// at what it holds now.
pub(crate) async fn grown_to(database: &Database, many: u32) {
    for sql in [
        format!(
            "INSERT INTO users (id, email, name, folded_name, made_at)
             SELECT overlay(gen_random_uuid()::text PLACING '7' FROM 15), 'crowd-' || n || '@hills.example', 'Sam Roe',
                    'sam roe', 1
             FROM generate_series((SELECT COUNT(*) FROM users), {many} - 1) n"
        ),
        "INSERT INTO memberships (id, practice_id, user_id, role, from_at)
         SELECT overlay(gen_random_uuid()::text PLACING '7' FROM 15), practices.id, users.id, 'reception', 1
         FROM users, practices
         WHERE NOT EXISTS (SELECT 1 FROM memberships WHERE user_id = users.id)"
            .into(),
        "INSERT INTO methods (id, user_id, kind, secret, last_step, tries, preferred, from_at,
                              ends_at, proven_at)
         SELECT overlay(gen_random_uuid()::text PLACING '7' FROM 15), id, 'authenticator', decode(repeat('5a', 60), 'hex'), 0,
                0, 1, 1, 1, 1
         FROM users WHERE NOT EXISTS (SELECT 1 FROM methods WHERE user_id = users.id)"
            .into(),
        "VACUUM ANALYZE".into(),
    ] {
        database.sql(sql).await;
    }
}
