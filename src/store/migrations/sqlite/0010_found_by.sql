-- What the Users table of ten thousand is found by: everything that its statements ask of a
-- membership and of a method stands in an index, so that no row is fetched for it.

CREATE INDEX memberships_of_user ON memberships (user_id, practice_id, starts_at, ends_at, role)
    WHERE until_at IS NULL;

DROP INDEX methods_of_user;
CREATE INDEX methods_of_user ON methods (user_id, proven_at, ends_at, preferred, kind, id)
    WHERE until_at IS NULL;
