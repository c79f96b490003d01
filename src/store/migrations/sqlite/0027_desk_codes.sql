-- Sign-ins that wait for a colleague to read out a code, and the code that was made for one.
CREATE TABLE desk_screens (
    -- By what a colleague picks it: the token of the sign-in is nobody else's.
    id TEXT NOT NULL PRIMARY KEY,
    waiting TEXT NOT NULL UNIQUE REFERENCES waiting (token_hash) ON DELETE CASCADE,
    -- The name of the computer that it is on.
    computer TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    -- Keyed, over the code and this row's id.
    mac BLOB,
    by_user TEXT REFERENCES users (id),
    reason TEXT,
    ends_at BIGINT
);
