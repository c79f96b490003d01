-- A clock that stood ahead and was set right by a recovery: what it recorded stays as it was
-- recorded, and does not tell how late it is any more.

ALTER TABLE events ADD COLUMN ahead BIGINT NOT NULL DEFAULT 0;
CREATE INDEX events_in_time ON events (at) WHERE ahead = 0;
