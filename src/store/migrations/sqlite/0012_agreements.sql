-- What somebody with full access in one practice of a person has asked for, and waits for the
-- person's other practices to ask for too.
CREATE TABLE agreements (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    -- The act, with what it is about.
    act TEXT NOT NULL,
    practice_id TEXT NOT NULL REFERENCES practices (id),
    by_user TEXT NOT NULL REFERENCES users (id),
    at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX agreements_of_user ON agreements (user_id, act) WHERE used_at IS NULL;
