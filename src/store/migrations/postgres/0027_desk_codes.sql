-- Sign-ins that wait for a colleague to read out a code, and the code that was made for one.
CREATE TABLE desk_screens (
    -- By what a colleague picks it: the token of the sign-in is nobody else's.
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    waiting TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES waiting (token_hash) ON DELETE CASCADE,
    -- The name of the computer that it is on.
    computer TEXT COLLATE "C" NOT NULL,
    asked_at BIGINT NOT NULL,
    -- Keyed, over the code and this row's id.
    mac BYTEA,
    by_user TEXT COLLATE "C" REFERENCES users (id),
    reason TEXT COLLATE "C",
    ends_at BIGINT
);
