-- How long sessions last, by practice, and the computers that people are known on.

-- Of several practices of a person the shortest holds.
ALTER TABLE practices ADD COLUMN idle_minutes BIGINT NOT NULL DEFAULT 15;
ALTER TABLE practices ADD COLUMN absolute_hours BIGINT NOT NULL DEFAULT 12;

-- A computer on which a person has completed a sign-in. Its wrong passwords are counted under
-- its hash, apart from those of strangers.
CREATE TABLE computers (
    token_hash TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    made_at BIGINT NOT NULL
);
CREATE INDEX computers_of_user ON computers (user_id, made_at);

-- The computer that a session is used on, once it has said so.
ALTER TABLE sessions ADD COLUMN computer TEXT;
