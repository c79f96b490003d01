-- What a practice lets the computers of its people do, and the computers that skip the second step.

-- Days for which a computer may be remembered; 0 for not at all. Of several practices of a person
-- the strictest holds.
ALTER TABLE practices ADD COLUMN remember_days BIGINT NOT NULL DEFAULT 0;
-- Whether a person is told of a sign-in on a new computer.
ALTER TABLE practices ADD COLUMN tell_new_computer BIGINT NOT NULL DEFAULT 1;
-- Whether the sign-in screen of a computer keeps the names of who has been there.
ALTER TABLE practices ADD COLUMN keep_names BIGINT NOT NULL DEFAULT 1;

-- A computer on which the second step of one person is skipped.
CREATE TABLE remembered (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    -- Of the token that is good next. It changes at each use.
    token_hash TEXT NOT NULL UNIQUE,
    -- By which method the code was given.
    method TEXT NOT NULL,
    -- When the code was given: the days count from here, never from a use.
    made_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    until_at BIGINT
);
CREATE INDEX remembered_of_user ON remembered (user_id, made_at);

-- The tokens that were good before: one that is shown again was copied.
CREATE TABLE remembered_tokens (
    token_hash TEXT NOT NULL PRIMARY KEY,
    remembered_id TEXT NOT NULL REFERENCES remembered (id)
);
CREATE INDEX remembered_tokens_of ON remembered_tokens (remembered_id);

-- The remembered computer that a session was opened on, or at whose beginning it was.
ALTER TABLE sessions ADD COLUMN remembered TEXT;
