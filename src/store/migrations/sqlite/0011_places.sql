-- A place in another practice, offered to somebody who has an account: it is accepted by its owner
-- alone, with the code that was handed over, under the address that it was offered to.
CREATE TABLE offered_places (
    code_hash TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id),
    practice_id TEXT NOT NULL REFERENCES practices (id),
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    -- None for the first person of a practice: whoever runs the server offers it.
    by_user TEXT,
    ended_at BIGINT
);
CREATE UNIQUE INDEX offered_places_open ON offered_places (user_id, practice_id)
    WHERE ended_at IS NULL;
