-- Activity: entries in the order they were written, each with what it needs to be read by people,
-- sealed by the service under a key that is kept elsewhere.

-- The log is made anew for the number that tells the order of writing. It is the one column of
-- another type: in SQLite only an INTEGER PRIMARY KEY counts by itself.
CREATE TABLE entries (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    -- Empty for what belongs to no practice.
    practice_id TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT,
    subject TEXT,
    reason TEXT,
    -- By which factor, where one was asked for.
    factor TEXT,
    -- The first digits of the hash of the computer's token.
    computer TEXT,
    -- The MAC of this entry by itself, made in the transaction that wrote it.
    stamp BLOB,
    -- The gapless number in the practice's chain, and the MAC over it and the entry before it.
    seq BIGINT,
    seal BLOB,
    ahead BIGINT NOT NULL DEFAULT 0
);
INSERT INTO entries (id, practice_id, at, kind, actor, subject, reason, ahead)
SELECT id,
    COALESCE(practice_id, (SELECT MIN(practices.id) FROM practices HAVING COUNT(*) = 1), ''),
    at, kind, actor, subject, reason, ahead
FROM events ORDER BY at, id;
DROP TABLE events;
ALTER TABLE entries RENAME TO events;
CREATE INDEX events_in_time ON events (at) WHERE ahead = 0;
CREATE INDEX events_of_practice ON events (practice_id, at, n);
-- What the statement counts, found without the rows themselves.
CREATE INDEX events_sign_ins ON events (practice_id, actor, at, factor)
    WHERE kind = 'signed_in';
-- The past is asked for by person too, where other indexes hold the present alone.
CREATE INDEX requirements_over_time ON requirements (user_id);
CREATE UNIQUE INDEX events_sealed ON events (practice_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX events_unsealed ON events (practice_id, n) WHERE seq IS NULL;

-- How far the chain of a practice reaches. Without it the end of a chain could be cut off.
CREATE TABLE chains (
    practice_id TEXT NOT NULL PRIMARY KEY,
    -- Entries up to this number were written before there were stamps.
    old_through BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    last_seal BLOB NOT NULL,
    mac BLOB NOT NULL
);

-- The entries that were removed when they had been kept for long enough: the chain goes on from
-- the last seal of the newest segment.
CREATE TABLE segments (
    practice_id TEXT NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    last_seal BLOB NOT NULL,
    closed_at BIGINT NOT NULL,
    mac BLOB NOT NULL,
    PRIMARY KEY (practice_id, first_seq)
);

-- The computer that a waiting sign-in comes from, where the person is known on it.
ALTER TABLE waiting ADD COLUMN computer TEXT;

-- Until when a wait has been written down: once for each, however often it is tried.
ALTER TABLE tries ADD COLUMN noted BIGINT;
