-- Which methods a practice allows, messages to many people at once.

-- What is allowed over time: closed, never overwritten. A narrowing bites at a time, until which
-- what was allowed before still signs in.
CREATE TABLE allowed_methods (
    id TEXT NOT NULL PRIMARY KEY,
    practice_id TEXT NOT NULL REFERENCES practices (id),
    -- Words: email, sms, for_full_access. The authenticator is always allowed.
    decided TEXT NOT NULL,
    before TEXT NOT NULL,
    bites_at BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    until_at BIGINT,
    by_user TEXT NOT NULL
);
CREATE UNIQUE INDEX allowed_methods_open ON allowed_methods (practice_id) WHERE until_at IS NULL;

-- A message to many people at once, such as a reminder: all of one round are told of together.
ALTER TABLE outbox ADD COLUMN round TEXT;
CREATE INDEX outbox_of_round ON outbox (round) WHERE round IS NOT NULL;

-- A session that a colleague with full access opened at the desk, for somebody without a phone
-- today: it ends with the day and has no step-up.
ALTER TABLE sessions ADD COLUMN ends_at BIGINT;
ALTER TABLE sessions ADD COLUMN desk_by TEXT;
