-- What one person did, or what was done to them, is found without a walk through all that everybody
-- did; and who is meant, by the beginning of a word.
CREATE INDEX events_by_actor ON events (practice_id, actor, at, n) WHERE actor IS NOT NULL;
CREATE INDEX events_by_subject ON events (practice_id, subject, at, n) WHERE subject IS NOT NULL;
CREATE INDEX words_by_beginning ON words (word, user_id);
