-- Columns are TEXT, BIGINT and BLOB only: the same statements run on SQLite and PostgreSQL.
-- Ids are UUIDv7 text, times are epoch milliseconds, flags are 0 and 1.

CREATE TABLE practices (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    -- The data key and the pepper, wrapped under the practice recovery key.
    wrapped_keys BLOB NOT NULL,
    -- Which data key seals this database: tells a wrong key from a damaged row.
    key_id TEXT NOT NULL
);

-- The practice's rule over time: closed, never overwritten.
CREATE TABLE rules (
    id TEXT NOT NULL PRIMARY KEY,
    practice_id TEXT NOT NULL REFERENCES practices (id),
    kind TEXT NOT NULL,
    bites_at BIGINT,
    from_at BIGINT NOT NULL,
    until_at BIGINT,
    by_user TEXT
);
CREATE UNIQUE INDEX rules_open ON rules (practice_id) WHERE until_at IS NULL;

CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    folded_name TEXT NOT NULL,
    -- PHC string of Argon2id; none until the invitation is redeemed.
    password_hash TEXT,
    made_at BIGINT NOT NULL,
    last_sign_in_at BIGINT
);

CREATE INDEX users_by_name ON users (folded_name, id);

CREATE TABLE memberships (
    id TEXT NOT NULL PRIMARY KEY,
    practice_id TEXT NOT NULL REFERENCES practices (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    until_at BIGINT,
    by_user TEXT
);
CREATE UNIQUE INDEX memberships_open ON memberships (user_id, practice_id) WHERE until_at IS NULL;
CREATE INDEX memberships_of_practice ON memberships (practice_id) WHERE until_at IS NULL;

-- The beginnings of words that the Users table is searched by.
CREATE TABLE words (
    word TEXT NOT NULL,
    user_id TEXT NOT NULL REFERENCES users (id),
    PRIMARY KEY (user_id, word)
);

-- Two-factor turned on for one person, by themself or by full access.
CREATE TABLE requirements (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    source TEXT NOT NULL,
    bites_at BIGINT,
    from_at BIGINT NOT NULL,
    until_at BIGINT,
    by_user TEXT NOT NULL
);
CREATE UNIQUE INDEX requirements_open ON requirements (user_id, source) WHERE until_at IS NULL;

CREATE TABLE methods (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL,
    -- Sealed to this row; erased when the method is closed.
    secret BLOB,
    -- The newest time step that was accepted (RFC 6238 5.2): no step at or below it ever is again.
    last_step BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    preferred BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    proven_at BIGINT,
    until_at BIGINT
);
CREATE INDEX methods_of_user ON methods (user_id) WHERE until_at IS NULL;
-- Never two generations of one proven method, never two set-ups at once.
CREATE UNIQUE INDEX methods_proven ON methods (user_id, kind)
    WHERE until_at IS NULL AND proven_at IS NOT NULL;
CREATE UNIQUE INDEX methods_pending ON methods (user_id)
    WHERE until_at IS NULL AND proven_at IS NULL;

-- Consecutive failures. The subject is a user, or for passwords a keyed hash of the address, so
-- that an address without an account counts in the same way.
CREATE TABLE tries (
    subject TEXT NOT NULL,
    counter TEXT NOT NULL,
    failures BIGINT NOT NULL,
    next_at BIGINT,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (subject, counter)
);

-- A sign-in between its first step and its end: it waits for a code or for a set-up.
CREATE TABLE waiting (
    token_hash TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL,
    tries BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX waiting_of_user ON waiting (user_id) WHERE ended_at IS NULL;

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES users (id),
    practice_id TEXT NOT NULL REFERENCES practices (id),
    made_at BIGINT NOT NULL,
    active_at BIGINT NOT NULL,
    stepped_up_at BIGINT,
    locked_at BIGINT,
    ended_at BIGINT
);
CREATE INDEX sessions_of_user ON sessions (user_id) WHERE ended_at IS NULL;

CREATE TABLE invitations (
    code_hash TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    by_user TEXT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX invitations_of_user ON invitations (user_id) WHERE ended_at IS NULL;

-- What the owner of an account is told until it is read.
CREATE TABLE notices (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    by_name TEXT,
    read_at BIGINT
);
CREATE INDEX notices_unread ON notices (user_id) WHERE read_at IS NULL;

-- The audit log: written in the transaction of the act it tells of.
CREATE TABLE events (
    id TEXT NOT NULL PRIMARY KEY,
    practice_id TEXT,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT,
    subject TEXT,
    reason TEXT
);
CREATE INDEX events_at ON events (at);
