-- What strangers leave behind is found by its age too.
CREATE INDEX tries_by_change ON tries (changed_at);
CREATE INDEX invitations_by_end ON invitations (ends_at);
