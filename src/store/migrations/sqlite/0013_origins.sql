-- Failures of any kind by the address that they came from: a server counts them over all replicas.
CREATE TABLE failures_by_origin (
    -- A keyed hash of the address.
    origin TEXT NOT NULL,
    -- When the five seconds began that they are counted for.
    slot BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    PRIMARY KEY (origin, slot)
);
CREATE INDEX failures_by_origin_slot ON failures_by_origin (slot);
