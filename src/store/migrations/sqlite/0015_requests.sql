-- Requests of a server that must not be done twice, by a hash of their number and of who asked.
CREATE TABLE requests (
    id TEXT NOT NULL PRIMARY KEY,
    made_at BIGINT NOT NULL,
    -- What was answered, sealed to this row; none while it is under way.
    answer BLOB
);
CREATE INDEX requests_made ON requests (made_at);
