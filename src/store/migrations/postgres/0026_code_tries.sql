-- Tries at a code that belongs to no sign-in and no set-up, which count their own: of a step-up, and
-- of an address.
ALTER TABLE codes ADD COLUMN tries BIGINT NOT NULL DEFAULT 0;
