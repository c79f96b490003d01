-- What a message is for: each kind is counted by itself. It stood before the destination, and
-- before the round.
ALTER TABLE outbox ADD COLUMN kind TEXT COLLATE "C" NOT NULL DEFAULT 'code';
UPDATE outbox SET
    kind = CASE
        WHEN round LIKE 'test:%' THEN 'test'
        WHEN round LIKE 'reminder:%' THEN 'reminder'
        WHEN destination LIKE 'invite:%' THEN 'invitation'
        WHEN destination LIKE 'reset:%' THEN 'reset'
        ELSE 'notice'
    END,
    destination = CASE
        WHEN destination LIKE 'invite:%' THEN substr(destination, 8)
        WHEN destination LIKE 'reset:%' THEN substr(destination, 7)
        ELSE destination
    END
WHERE destination = '' OR destination LIKE 'invite:%' OR destination LIKE 'reset:%';
DROP INDEX outbox_of_practice;
-- What a practice has sent of a kind: its budget of a day, and its newest round.
CREATE INDEX outbox_of_kind ON outbox (practice_id, kind, made_at);
