-- A practice that moved to a server: nothing is done in this database any more.
ALTER TABLE practices ADD COLUMN moved_at BIGINT;
ALTER TABLE practices ADD COLUMN moved_to TEXT;
-- When one came here that was made elsewhere: it does not come before those that were here.
ALTER TABLE practices ADD COLUMN came_at BIGINT;

-- The pepper that passwords and recovery codes of another backend were hashed with, sealed to its
-- row. A password names it in its hash.
CREATE TABLE peppers (
    id TEXT NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL
);
-- None for this backend's own.
ALTER TABLE recovery_sets ADD COLUMN pepper TEXT;
