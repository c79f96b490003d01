-- Which proven method of another kind gives way in the moment that a set-up is proven.
ALTER TABLE methods ADD COLUMN replaces TEXT COLLATE "C";
