-- The newest of a person, and those that were read long ago.
CREATE INDEX notices_of_user ON notices (user_id, at);
CREATE INDEX notices_by_age ON notices (at);
-- What held on a day that has passed, which the partial indexes of what holds now leave out.
CREATE INDEX methods_of_user_ever ON methods (user_id);
CREATE INDEX memberships_of_practice_ever ON memberships (practice_id, user_id);
