-- What has ended is found by its age, so that it can be removed in small steps.
CREATE INDEX waiting_by_end ON waiting (ends_at);
CREATE INDEX sessions_by_age ON sessions (made_at);
CREATE INDEX outbox_by_age ON outbox (made_at);
CREATE INDEX codes_by_age ON codes (made_at);
