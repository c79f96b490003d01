-- What one person did, or what was done to them, is found without a walk through all that everybody
-- did; and who is meant, by the beginning of a word. What the statement counts is in the same index.
CREATE INDEX events_by_actor ON events (practice_id, actor, at, n, kind, factor)
    WHERE actor IS NOT NULL;
DROP INDEX events_sign_ins;
CREATE INDEX events_by_subject ON events (practice_id, subject, at, n) WHERE subject IS NOT NULL;
CREATE INDEX words_by_beginning ON words (word, user_id);

-- Whoever is in a practice is counted without a look at the rows.
DROP INDEX memberships_of_practice;
CREATE INDEX memberships_of_practice
    ON memberships (practice_id, starts_at, ends_at, user_id, until_at)
    WHERE until_at IS NULL;
