-- The countries besides Australia whose mobile numbers are taken, by their letters.
ALTER TABLE deliveries ADD COLUMN countries TEXT COLLATE "C" NOT NULL DEFAULT '';
