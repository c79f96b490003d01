//! The statements of the Users table, put together from the parts that they share.

/// Whether two-factor is required of a person as of $1, by somebody or by a Mandatory rule; needs
/// `users` in scope.
macro_rules! asked_sql {
    () => {
        concat!(
            "(EXISTS (SELECT 1 FROM requirements WHERE requirements.user_id = users.id
                AND requirements.until_at IS NULL)
              OR EXISTS (SELECT 1 FROM memberships places
                WHERE places.user_id = users.id AND ",
            stands_sql!("places", "$1"),
            "
                AND places.practice_id IN (SELECT rules.practice_id FROM rules
                    WHERE rules.until_at IS NULL AND rules.kind = 'mandatory')))"
        )
    };
}
pub(in crate::store) use asked_sql;

/// A person's status as of $1; needs `users` in scope.
macro_rules! status_sql {
    () => {
        concat!(
            "CASE
            WHEN EXISTS (SELECT 1 FROM methods WHERE methods.user_id = users.id
                AND methods.until_at IS NULL AND methods.proven_at IS NOT NULL) THEN 'enabled'
            WHEN EXISTS (SELECT 1 FROM methods WHERE methods.user_id = users.id
                AND methods.until_at IS NULL AND methods.ends_at > $1) THEN 'pending'
            WHEN ",
            asked_sql!(),
            " THEN 'activated'
            ELSE 'not_setup' END"
        )
    };
}
pub(in crate::store) use status_sql;

/// The method of the table's column; needs `users` in scope.
macro_rules! method_sql {
    () => {
        "(SELECT methods.kind FROM methods WHERE methods.user_id = users.id
            AND methods.until_at IS NULL
            AND (methods.proven_at IS NOT NULL OR methods.ends_at > $1)
            ORDER BY methods.preferred DESC,
                CASE WHEN methods.proven_at IS NULL THEN 1 ELSE 0 END,
                methods.proven_at, methods.id LIMIT 1)"
    };
}

/// A column of the oldest requirement made for a person; needs `users` in scope.
macro_rules! required_sql {
    ($column:literal) => {
        concat!(
            "(SELECT ",
            $column,
            " FROM requirements LEFT JOIN users setters ON setters.id = requirements.by_user
              WHERE requirements.user_id = users.id AND requirements.until_at IS NULL
              ORDER BY requirements.from_at, requirements.id LIMIT 1)"
        )
    };
}

/// A column of the oldest Mandatory rule of a person's practices; needs `users` in scope.
macro_rules! ruled_sql {
    ($column:literal) => {
        concat!(
            "(SELECT ",
            $column,
            " FROM memberships places
              JOIN rules ON rules.practice_id = places.practice_id
              LEFT JOIN users setters ON setters.id = rules.by_user
              WHERE places.user_id = users.id AND ",
            stands_sql!("places", "$1"),
            "   AND rules.until_at IS NULL AND rules.kind = 'mandatory'
              ORDER BY rules.from_at, rules.id LIMIT 1)"
        )
    };
}

/// Whether a membership as of $1 is the last of somebody who does not work there.
macro_rules! away_sql {
    () => {
        concat!(
            "NOT ",
            stands_sql!("memberships", "$1"),
            " AND NOT EXISTS (SELECT 1 FROM memberships later
                WHERE later.user_id = memberships.user_id
                AND later.practice_id = memberships.practice_id
                AND later.turn > memberships.turn)"
        )
    };
}
pub(in crate::store) use away_sql;

/// Up to four words that a name or an address has to have; needs `users` in scope.
macro_rules! searched_sql {
    () => {
        "
            AND ($5 = '' OR EXISTS (SELECT 1 FROM words WHERE words.user_id = users.id
                AND words.word >= $5 AND words.word < $5 || $9))
            AND ($6 = '' OR EXISTS (SELECT 1 FROM words WHERE words.user_id = users.id
                AND words.word >= $6 AND words.word < $6 || $9))
            AND ($7 = '' OR EXISTS (SELECT 1 FROM words WHERE words.user_id = users.id
                AND words.word >= $7 AND words.word < $7 || $9))
            AND ($8 = '' OR EXISTS (SELECT 1 FROM words WHERE words.user_id = users.id
                AND words.word >= $8 AND words.word < $8 || $9))"
    };
}

/// Whom the filter lets through: the practice, one person, up to four words.
macro_rules! people_sql {
    (here) => {
        people_sql!(stands_sql!("memberships", "$1"))
    };
    (away) => {
        people_sql!(away_sql!())
    };
    ($which:expr) => {
        // CROSS JOIN: SQLite then walks the people in the order of the sorted index.
        concat!(
            " FROM users CROSS JOIN memberships
          WHERE memberships.user_id = users.id AND memberships.practice_id = $2
            AND ",
            $which,
            "
            AND ($3 = '' OR users.id = $3)",
            searched_sql!()
        )
    };
}

/// When a membership ended: those who work here stand in an index that has no such column.
macro_rules! left_sql {
    (here) => {
        "CAST(NULL AS BIGINT)"
    };
    (away) => {
        "memberships.until_at"
    };
}

/// A page in some order. What a row only shows is read for the rows of the page alone: SQLite
/// would otherwise read it for everyone before it sorts.
macro_rules! page_sql {
    ($whom:ident, $key:expr, $start:literal, $beyond:literal, $order:literal) => {
        concat!(
            "SELECT users.id, users.name, users.email, page.role, ",
            status_sql!(),
            " AS status, ",
            method_sql!(),
            " AS method, users.last_sign_in_at,
             CASE WHEN users.password_hash IS NULL THEN 1 ELSE 0 END AS invited,
             (SELECT tries.failures FROM tries
              WHERE tries.subject = users.id AND tries.counter = 'codes') AS failures, ",
            required_sql!("requirements.from_at"),
            " AS required_from, ",
            required_sql!("setters.name"),
            " AS required_by, ",
            ruled_sql!("rules.from_at"),
            " AS ruled_from, ",
            ruled_sql!("setters.name"),
            " AS ruled_by, page.starts_at, page.ends_at, page.left_at, page.sort_key FROM (
                SELECT users.id, memberships.role, memberships.starts_at, memberships.ends_at, ",
            left_sql!($whom),
            " AS left_at, ",
            $key,
            " AS sort_key",
            people_sql!($whom),
            " AND ($4 = '' OR ",
            status_sql!(),
            " = $4) AND (",
            $start,
            "(",
            $key,
            ", users.id) ",
            $beyond,
            " ($10, $11)) ORDER BY ",
            $key,
            " ",
            $order,
            ", users.id ",
            $order,
            " LIMIT $12) page CROSS JOIN users WHERE users.id = page.id ORDER BY page.sort_key ",
            $order,
            ", page.id ",
            $order
        )
    };
}

/// How many people the filter lets through, by status: in no order, so that nothing is read of them
/// but their place.
macro_rules! counted_sql {
    (here) => {
        counted_sql!(stands_sql!("memberships", "$1"))
    };
    (away) => {
        counted_sql!(away_sql!())
    };
    ($which:expr) => {
        concat!(
            "SELECT status, COUNT(*) FROM (SELECT ",
            status_sql!(),
            " AS status FROM (SELECT memberships.user_id AS id FROM memberships
                WHERE memberships.practice_id = $2 AND ",
            $which,
            "   AND ($3 = '' OR memberships.user_id = $3)) users WHERE TRUE",
            searched_sql!(),
            ") counted WHERE ($4 = '' OR status = $4) GROUP BY status"
        )
    };
}

/// In the order of an index, or of what is worked out for everyone: for a first page not twice.
macro_rules! sorted {
    (by_index $key:expr, $order:expr) => {
        sorted!($key, $order, "", "")
    };
    (worked_out $key:expr, $order:expr) => {
        sorted!($key, $order, "$11 = '' OR ", "$11 = $9 OR ")
    };
    ($key:expr, $order:expr, $first:literal, $last:literal) => {
        match $order {
            (false, true) => page_sql!(here, $key, $last, "<", "DESC"),
            (false, false) => page_sql!(here, $key, $first, ">", "ASC"),
            (true, true) => page_sql!(away, $key, $last, "<", "DESC"),
            (true, false) => page_sql!(away, $key, $first, ">", "ASC"),
        }
    };
}

#[cfg(test)]
mod tests {
    use crate::store::Store;
    use crate::store::memberships::stands_sql;

    /// Ten thousand people are sorted and counted by indices alone: a row that is fetched for each
    /// costs as much as all the rest.
    #[tokio::test]
    async fn no_row_is_fetched_for_what_everybody_is_sorted_and_counted_by() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("a.db")).await.unwrap();
        let mut tx = store.read().await.unwrap();
        for sql in [
            concat!("EXPLAIN QUERY PLAN ", counted_sql!(here)),
            concat!("EXPLAIN QUERY PLAN SELECT ", method_sql!(), " FROM users"),
        ] {
            let steps: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(sql).fetch_all(&mut *tx.inner).await.unwrap();
            let told: Vec<_> = steps.iter().map(|step| step.3.as_str()).collect();
            for table in ["memberships", "places", "methods"] {
                let begin = format!("SEARCH {table} USING ");
                let of_it = told.iter().filter_map(|step| step.strip_prefix(&begin));
                for step in of_it {
                    assert!(step.starts_with("COVERING INDEX"), "{table}: {told:#?}");
                }
            }
            assert!(
                told.iter().any(|step| step.starts_with("SEARCH methods")),
                "{told:#?}"
            );
        }
    }
}
