-- The whole schema as it was when the first PostgreSQL database was made: what the steps up to 0013
-- have made of a SQLite file, and told about it. From here on each step stands in both folders
-- under one number.
--
-- Texts compare byte by byte, as in SQLite, whatever the locale of the database is.

CREATE TABLE practices (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    time_zone TEXT COLLATE "C" NOT NULL,
    made_at BIGINT NOT NULL,
    -- The data key and the pepper, wrapped under the practice recovery key.
    wrapped_keys BYTEA NOT NULL,
    -- Which data key seals this database: tells a wrong key from a damaged row.
    key_id TEXT COLLATE "C" NOT NULL,
    -- Of several practices of a person the shortest holds.
    idle_minutes BIGINT NOT NULL DEFAULT 15,
    absolute_hours BIGINT NOT NULL DEFAULT 12,
    -- Days for which a computer may be remembered; 0 for not at all. The strictest holds.
    remember_days BIGINT NOT NULL DEFAULT 0,
    -- Whether a person is told of a sign-in on a new computer.
    tell_new_computer BIGINT NOT NULL DEFAULT 1,
    -- Whether the sign-in screen of a computer keeps the names of who has been there.
    keep_names BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE rules (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    practice_id TEXT COLLATE "C" NOT NULL REFERENCES practices (id),
    kind TEXT COLLATE "C" NOT NULL,
    bites_at BIGINT,
    from_at BIGINT NOT NULL,
    until_at BIGINT,
    by_user TEXT COLLATE "C"
);
CREATE UNIQUE INDEX rules_open ON rules (practice_id) WHERE until_at IS NULL;

CREATE TABLE users (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT COLLATE "C" NOT NULL,
    folded_name TEXT COLLATE "C" NOT NULL,
    -- PHC string of Argon2id; none until the invitation is redeemed.
    password_hash TEXT COLLATE "C",
    made_at BIGINT NOT NULL,
    last_sign_in_at BIGINT,
    email_proven_at BIGINT,
    -- The password was chosen anew by a code sent to the account's address.
    email_barred BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX users_by_name ON users (folded_name, id);

CREATE TABLE memberships (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    practice_id TEXT COLLATE "C" NOT NULL REFERENCES practices (id),
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    role TEXT COLLATE "C" NOT NULL,
    from_at BIGINT NOT NULL,
    until_at BIGINT,
    by_user TEXT COLLATE "C",
    -- The dates that the person works between, which are no from and until of the row.
    starts_at BIGINT NOT NULL DEFAULT 0,
    ends_at BIGINT NOT NULL DEFAULT 253402207200000,
    until_by TEXT COLLATE "C",
    joined_at BIGINT,
    -- Counts the rows of a person in a practice: two may be written in the same millisecond.
    turn BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX memberships_open ON memberships (user_id, practice_id) WHERE until_at IS NULL;
CREATE INDEX memberships_of_practice ON memberships (practice_id) WHERE until_at IS NULL;
CREATE UNIQUE INDEX memberships_turns ON memberships (user_id, practice_id, turn);
CREATE INDEX memberships_of_user ON memberships (user_id, practice_id, starts_at, ends_at, role)
    WHERE until_at IS NULL;

CREATE TABLE words (
    word TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    PRIMARY KEY (user_id, word)
);

CREATE TABLE requirements (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    source TEXT COLLATE "C" NOT NULL,
    bites_at BIGINT,
    from_at BIGINT NOT NULL,
    until_at BIGINT,
    by_user TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX requirements_open ON requirements (user_id, source) WHERE until_at IS NULL;
CREATE INDEX requirements_over_time ON requirements (user_id);

CREATE TABLE methods (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    kind TEXT COLLATE "C" NOT NULL,
    -- Sealed to this row; erased when the method is closed.
    secret BYTEA,
    -- The newest time step that was accepted (RFC 6238 5.2): no step at or below it ever is again.
    last_step BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    preferred BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    proven_at BIGINT,
    until_at BIGINT
);
CREATE INDEX methods_of_user ON methods (user_id, proven_at, ends_at, preferred, kind, id)
    WHERE until_at IS NULL;
-- Never two generations of one proven method, never two set-ups at once.
CREATE UNIQUE INDEX methods_proven ON methods (user_id, kind)
    WHERE until_at IS NULL AND proven_at IS NOT NULL;
CREATE UNIQUE INDEX methods_pending ON methods (user_id)
    WHERE until_at IS NULL AND proven_at IS NULL;

CREATE TABLE tries (
    subject TEXT COLLATE "C" NOT NULL,
    counter TEXT COLLATE "C" NOT NULL,
    failures BIGINT NOT NULL,
    next_at BIGINT,
    changed_at BIGINT NOT NULL,
    -- Until when a wait has been written down: once for each, however often it is tried.
    noted BIGINT,
    PRIMARY KEY (subject, counter)
);

CREATE TABLE waiting (
    token_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    kind TEXT COLLATE "C" NOT NULL,
    tries BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT,
    method TEXT COLLATE "C" NOT NULL DEFAULT 'authenticator',
    computer TEXT COLLATE "C"
);
CREATE INDEX waiting_of_user ON waiting (user_id) WHERE ended_at IS NULL;

CREATE TABLE sessions (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    token_hash TEXT COLLATE "C" NOT NULL UNIQUE,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    practice_id TEXT COLLATE "C" NOT NULL REFERENCES practices (id),
    made_at BIGINT NOT NULL,
    active_at BIGINT NOT NULL,
    stepped_up_at BIGINT,
    locked_at BIGINT,
    ended_at BIGINT,
    computer TEXT COLLATE "C",
    -- Of a session of the desk.
    ends_at BIGINT,
    desk_by TEXT COLLATE "C",
    remembered TEXT COLLATE "C"
);
CREATE INDEX sessions_of_user ON sessions (user_id) WHERE ended_at IS NULL;

CREATE TABLE computers (
    token_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    made_at BIGINT NOT NULL
);
CREATE INDEX computers_of_user ON computers (user_id, made_at);

CREATE TABLE invitations (
    code_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    by_user TEXT COLLATE "C" NOT NULL,
    ended_at BIGINT,
    kind TEXT COLLATE "C" NOT NULL DEFAULT 'invitation'
);
CREATE INDEX invitations_of_user ON invitations (user_id) WHERE ended_at IS NULL;

CREATE TABLE notices (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    at BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    by_name TEXT COLLATE "C",
    read_at BIGINT
);
CREATE INDEX notices_unread ON notices (user_id) WHERE read_at IS NULL;

CREATE TABLE deliveries (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    practice_id TEXT COLLATE "C" NOT NULL REFERENCES practices (id),
    channel TEXT COLLATE "C" NOT NULL,
    -- Everything but the secret, as JSON.
    settings TEXT COLLATE "C" NOT NULL,
    -- The password or key of the provider, sealed to this row.
    secret BYTEA,
    from_at BIGINT NOT NULL,
    until_at BIGINT,
    by_user TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX deliveries_open ON deliveries (practice_id, channel) WHERE until_at IS NULL;

CREATE TABLE codes (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    practice_id TEXT COLLATE "C" NOT NULL REFERENCES practices (id),
    purpose TEXT COLLATE "C" NOT NULL,
    -- The hash of a waiting token, a method that is set up, or a session.
    challenge TEXT COLLATE "C" NOT NULL,
    channel TEXT COLLATE "C" NOT NULL,
    -- Keyed, over the code and this row's id.
    mac BYTEA NOT NULL,
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    used_at BIGINT,
    ended_at BIGINT
);
-- One code of a challenge and channel at a time: a new one ends the old.
CREATE UNIQUE INDEX codes_live ON codes (purpose, challenge, channel)
    WHERE used_at IS NULL AND ended_at IS NULL;
-- SQLite goes through all codes here; a server has those of many practices.
CREATE INDEX codes_of_user ON codes (user_id) WHERE used_at IS NULL AND ended_at IS NULL;
CREATE INDEX codes_of_challenge ON codes (challenge, made_at);

CREATE TABLE outbox (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    practice_id TEXT COLLATE "C" NOT NULL REFERENCES practices (id),
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    -- None for a test or a notice.
    code_id TEXT COLLATE "C" REFERENCES codes (id),
    channel TEXT COLLATE "C" NOT NULL,
    -- A keyed hash of the address or number: limits hold per destination over all accounts.
    destination TEXT COLLATE "C" NOT NULL,
    -- Where to and what, sealed to this row; erased when the code ends.
    sealed BYTEA,
    state TEXT COLLATE "C" NOT NULL,
    why TEXT COLLATE "C",
    tried BIGINT NOT NULL,
    -- When it is tried next; of one that is being sent, when its worker is given up.
    next_at BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    -- All of one message to many people are told of together.
    round TEXT COLLATE "C",
    -- The provider's name for the message, by which a report finds it.
    provider_id TEXT COLLATE "C"
);
CREATE INDEX outbox_due ON outbox (next_at) WHERE state IN ('queued', 'sending');
CREATE INDEX outbox_of_destination ON outbox (destination, made_at);
CREATE INDEX outbox_of_user ON outbox (user_id, made_at);
CREATE INDEX outbox_of_code ON outbox (code_id, made_at);
CREATE INDEX outbox_sealed ON outbox (ends_at) WHERE sealed IS NOT NULL;
CREATE INDEX outbox_of_provider ON outbox (practice_id, provider_id) WHERE provider_id IS NOT NULL;
-- What a practice has sent within a day, which its budget holds.
CREATE INDEX outbox_of_practice ON outbox (practice_id, channel, made_at);
CREATE INDEX outbox_of_round ON outbox (round) WHERE round IS NOT NULL;

CREATE TABLE recovery_sets (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    -- One salt for the set, so that a try costs one hash.
    salt BYTEA NOT NULL,
    made_at BIGINT NOT NULL,
    ticked_at BIGINT,
    ended_at BIGINT
);
CREATE UNIQUE INDEX recovery_sets_open ON recovery_sets (user_id)
    WHERE ticked_at IS NOT NULL AND ended_at IS NULL;
CREATE INDEX recovery_sets_of_user ON recovery_sets (user_id) WHERE ended_at IS NULL;

CREATE TABLE recovery_codes (
    set_id TEXT COLLATE "C" NOT NULL REFERENCES recovery_sets (id),
    hash BYTEA NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (set_id, hash)
);

CREATE TABLE events (
    -- The order of writing. Of two that write side by side the later number may be committed
    -- first, which is why nobody writes while entries are sealed.
    n BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    -- Empty for what belongs to no practice.
    practice_id TEXT COLLATE "C" NOT NULL DEFAULT '',
    at BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    actor TEXT COLLATE "C",
    subject TEXT COLLATE "C",
    reason TEXT COLLATE "C",
    factor TEXT COLLATE "C",
    -- The first digits of the hash of the computer's token.
    computer TEXT COLLATE "C",
    -- The MAC of this entry by itself, made in the transaction that wrote it.
    stamp BYTEA,
    -- The gapless number in the practice's chain, and the MAC over it and the entry before it.
    seq BIGINT,
    seal BYTEA,
    ahead BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX events_in_time ON events (at) WHERE ahead = 0;
CREATE INDEX events_of_practice ON events (practice_id, at, n);
CREATE INDEX events_sign_ins ON events (practice_id, actor, at, factor) WHERE kind = 'signed_in';
CREATE UNIQUE INDEX events_sealed ON events (practice_id, seq) WHERE seq IS NOT NULL;
CREATE INDEX events_unsealed ON events (practice_id, n) WHERE seq IS NULL;

CREATE TABLE chains (
    practice_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    old_through BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    last_seal BYTEA NOT NULL,
    mac BYTEA NOT NULL
);

CREATE TABLE segments (
    practice_id TEXT COLLATE "C" NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    last_seal BYTEA NOT NULL,
    closed_at BIGINT NOT NULL,
    mac BYTEA NOT NULL,
    PRIMARY KEY (practice_id, first_seq)
);

CREATE TABLE new_addresses (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    email TEXT COLLATE "C" NOT NULL,
    by_user TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    from_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    until_at BIGINT,
    -- When it became the account's.
    taken_at BIGINT
);
CREATE UNIQUE INDEX new_addresses_open ON new_addresses (user_id) WHERE until_at IS NULL;

CREATE TABLE allowed_methods (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    practice_id TEXT COLLATE "C" NOT NULL REFERENCES practices (id),
    -- Words: email, sms, for_full_access. The authenticator is always allowed.
    decided TEXT COLLATE "C" NOT NULL,
    before TEXT COLLATE "C" NOT NULL,
    bites_at BIGINT NOT NULL,
    from_at BIGINT NOT NULL,
    until_at BIGINT,
    by_user TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX allowed_methods_open ON allowed_methods (practice_id) WHERE until_at IS NULL;

CREATE TABLE remembered (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    -- Of the token that is good next. It changes at each use.
    token_hash TEXT COLLATE "C" NOT NULL UNIQUE,
    -- By which method the code was given.
    method TEXT COLLATE "C" NOT NULL,
    -- When the code was given: the days count from here, never from a use.
    made_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    until_at BIGINT
);
CREATE INDEX remembered_of_user ON remembered (user_id, made_at);

-- The tokens that were good before: one that is shown again was copied.
CREATE TABLE remembered_tokens (
    token_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    remembered_id TEXT COLLATE "C" NOT NULL REFERENCES remembered (id)
);
CREATE INDEX remembered_tokens_of ON remembered_tokens (remembered_id);

CREATE TABLE offered_places (
    code_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    practice_id TEXT COLLATE "C" NOT NULL REFERENCES practices (id),
    email TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    -- None for the first person of a practice: whoever runs the server offers it.
    by_user TEXT COLLATE "C",
    ended_at BIGINT
);
CREATE UNIQUE INDEX offered_places_open ON offered_places (user_id, practice_id)
    WHERE ended_at IS NULL;

CREATE TABLE agreements (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    -- The act, with what it is about.
    act TEXT COLLATE "C" NOT NULL,
    practice_id TEXT COLLATE "C" NOT NULL REFERENCES practices (id),
    by_user TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX agreements_of_user ON agreements (user_id, act) WHERE used_at IS NULL;

CREATE TABLE failures_by_origin (
    -- A keyed hash of the address.
    origin TEXT COLLATE "C" NOT NULL,
    -- When the five seconds began that they are counted for.
    slot BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    PRIMARY KEY (origin, slot)
);
CREATE INDEX failures_by_origin_slot ON failures_by_origin (slot);

CREATE TABLE requests (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    made_at BIGINT NOT NULL,
    -- What was answered, sealed to this row; none while it is under way.
    answer BYTEA
);
CREATE INDEX requests_made ON requests (made_at);
