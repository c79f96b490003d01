-- SQLite looks at the column of a partial index's condition all the same: without it in the index
-- every row was fetched after all.

DROP INDEX memberships_of_user;
CREATE INDEX memberships_of_user
    ON memberships (user_id, practice_id, starts_at, ends_at, role, until_at)
    WHERE until_at IS NULL;

DROP INDEX methods_of_user;
CREATE INDEX methods_of_user
    ON methods (user_id, proven_at, ends_at, preferred, kind, id, until_at)
    WHERE until_at IS NULL;
