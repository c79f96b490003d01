-- People who come and go: the dates of a membership, who closed it, and in which order.

-- The dates that a person works between. They are no from and until of the row: those tell when
-- it was written and closed, and one open row of a person and practice stays one
-- (memberships_open), also where its end lies ahead. Read by stands_sql! alone.
ALTER TABLE memberships ADD COLUMN starts_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE memberships ADD COLUMN ends_at BIGINT NOT NULL DEFAULT 253402207200000;
-- Who closed the row: its by_user is who wrote it.
ALTER TABLE memberships ADD COLUMN until_by TEXT;
-- When the person came to the practice, through changes of the role and the dates.
ALTER TABLE memberships ADD COLUMN joined_at BIGINT;
-- Counts the rows of a person in a practice: two may be written in the same millisecond.
ALTER TABLE memberships ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX memberships_turns ON memberships (user_id, practice_id, turn);

-- What a code that sets a password was made for: it is looked for in one place, and told apart
-- only once it is found.
ALTER TABLE invitations ADD COLUMN kind TEXT NOT NULL DEFAULT 'invitation';
-- The password was chosen anew by a code sent to the account's address: until a sign-in is
-- completed no code sent there is a second factor.
ALTER TABLE users ADD COLUMN email_barred BIGINT NOT NULL DEFAULT 0;

-- An address that is to become an account's: it does when a code from its mailbox is given.
CREATE TABLE new_addresses (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    email TEXT NOT NULL,
    by_user TEXT NOT NULL REFERENCES users (id),
    from_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    until_at BIGINT,
    -- When it became the account's.
    taken_at BIGINT
);
CREATE UNIQUE INDEX new_addresses_open ON new_addresses (user_id) WHERE until_at IS NULL;
