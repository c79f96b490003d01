-- What a provider says of a message after it has taken it.

-- The provider's name for a message, by which a report finds it.
ALTER TABLE outbox ADD COLUMN provider_id TEXT;
CREATE INDEX outbox_of_provider ON outbox (practice_id, provider_id) WHERE provider_id IS NOT NULL;

-- What a practice has sent within a day, which its budget holds.
CREATE INDEX outbox_of_practice ON outbox (practice_id, channel, made_at);
