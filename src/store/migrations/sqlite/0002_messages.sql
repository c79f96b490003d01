-- Codes that are sent, the outbox that carries them, how a practice delivers, recovery codes.

-- The account's address was proven by a code: resets and notices go to no other.
ALTER TABLE users ADD COLUMN email_proven_at BIGINT;

-- Which method a waiting sign-in asks for now.
ALTER TABLE waiting ADD COLUMN method TEXT NOT NULL DEFAULT 'authenticator';

-- How a practice sends, over time: closed, never overwritten; the secret of a closed one is erased.
CREATE TABLE deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    practice_id TEXT NOT NULL REFERENCES practices (id),
    channel TEXT NOT NULL,
    -- Everything but the secret, as JSON.
    settings TEXT NOT NULL,
    -- The password or key of the provider, sealed to this row.
    secret BLOB,
    from_at BIGINT NOT NULL,
    until_at BIGINT,
    by_user TEXT NOT NULL
);
CREATE UNIQUE INDEX deliveries_open ON deliveries (practice_id, channel) WHERE until_at IS NULL;

-- A one-time code that is sent. It opens what it was made for and nothing else.
CREATE TABLE codes (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    practice_id TEXT NOT NULL REFERENCES practices (id),
    purpose TEXT NOT NULL,
    -- The hash of a waiting token, a method that is set up, or a session.
    challenge TEXT NOT NULL,
    channel TEXT NOT NULL,
    -- Keyed, over the code and this row's id.
    mac BLOB NOT NULL,
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    used_at BIGINT,
    ended_at BIGINT
);
-- One code of a challenge and channel at a time: a new one ends the old.
CREATE UNIQUE INDEX codes_live ON codes (purpose, challenge, channel)
    WHERE used_at IS NULL AND ended_at IS NULL;

-- Every message, each sending a row.
CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    practice_id TEXT NOT NULL REFERENCES practices (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    -- None for a test or a notice.
    code_id TEXT REFERENCES codes (id),
    channel TEXT NOT NULL,
    -- A keyed hash of the address or number: limits hold per destination over all accounts.
    destination TEXT NOT NULL,
    -- Where to and what, sealed to this row; erased when the code ends.
    sealed BLOB,
    state TEXT NOT NULL,
    why TEXT,
    tried BIGINT NOT NULL,
    -- When it is tried next; of one that is being sent, when its worker is given up.
    next_at BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX outbox_due ON outbox (next_at) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_of_destination ON outbox (destination, made_at);
CREATE INDEX outbox_of_user ON outbox (user_id, made_at);
CREATE INDEX outbox_of_code ON outbox (code_id, made_at);
CREATE INDEX outbox_sealed ON outbox (ends_at) WHERE sealed IS NOT NULL;

-- A set of recovery codes counts from the tick on, which ends the set before it.
CREATE TABLE recovery_sets (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    -- One salt for the set, so that a try costs one hash.
    salt BLOB NOT NULL,
    made_at BIGINT NOT NULL,
    ticked_at BIGINT,
    ended_at BIGINT
);
CREATE UNIQUE INDEX recovery_sets_open ON recovery_sets (user_id)
    WHERE ticked_at IS NOT NULL AND ended_at IS NULL;
CREATE INDEX recovery_sets_of_user ON recovery_sets (user_id) WHERE ended_at IS NULL;

CREATE TABLE recovery_codes (
    set_id TEXT NOT NULL REFERENCES recovery_sets (id),
    hash BLOB NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (set_id, hash)
);
