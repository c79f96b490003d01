-- At which practice it was done, by name, where it was done in a session.
ALTER TABLE notices ADD COLUMN practice_name TEXT COLLATE "C";
