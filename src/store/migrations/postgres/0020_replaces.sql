-- Which proven method gives way in the moment that a set-up is proven; a new generation its own kind.
ALTER TABLE methods ADD COLUMN replaces TEXT;
UPDATE methods SET replaces = kind
WHERE until_at IS NULL AND proven_at IS NULL AND EXISTS (
    SELECT 1 FROM methods old
    WHERE old.user_id = methods.user_id AND old.kind = methods.kind
      AND old.until_at IS NULL AND old.proven_at IS NOT NULL
);
