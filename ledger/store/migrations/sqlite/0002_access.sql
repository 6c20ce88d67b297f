-- Who may use the API, and who looked behind a private seal. None of it is in the log
-- and nothing in the log follows from it.

-- Keys as the book can know them again, not as their holders have them: mac is an HMAC
-- under a secret that is not in the database, over the key and over what stands here
-- of its holder. Moments are Unix seconds.
CREATE TABLE api_keys (
	id           TEXT PRIMARY KEY,   -- what records carry as by.key
	mac          BLOB NOT NULL,
	role         TEXT NOT NULL CHECK (role IN ('platform', 'charity', 'partner', 'regulator', 'auditor')),
	organization INTEGER,            -- NULL: the platform's, made before its own record
	label        TEXT NOT NULL,
	created      INTEGER NOT NULL,
	creator      TEXT NOT NULL,      -- the key that made it, '' from the command line
	expires      INTEGER,
	revoked      INTEGER,
	revoker      TEXT NOT NULL DEFAULT '',
	used         INTEGER,            -- to the minute
	CHECK (organization IS NOT NULL OR role = 'platform')
) WITHOUT ROWID;

-- A key is never lifted to another role, never outlives what it was made for, and what
-- was revoked stays revoked.
CREATE TRIGGER api_keys_fixed BEFORE UPDATE ON api_keys
WHEN NEW.id IS NOT OLD.id OR NEW.mac IS NOT OLD.mac OR NEW.role IS NOT OLD.role OR NEW.organization IS NOT OLD.organization
	OR NEW.created IS NOT OLD.created OR NEW.creator IS NOT OLD.creator OR NEW.expires IS NOT OLD.expires
	OR OLD.revoked IS NOT NULL AND (NEW.revoked IS NOT OLD.revoked OR NEW.revoker IS NOT OLD.revoker)
BEGIN
	SELECT RAISE(ABORT, 'an API key is revoked and not changed: UPDATE on api_keys');
END;
CREATE TRIGGER api_keys_kept BEFORE DELETE ON api_keys BEGIN
	SELECT RAISE(ABORT, 'an API key is revoked and not changed: DELETE on api_keys');
END;

-- Each opening of a private seal: who looked, at what, and why.
CREATE TABLE private_reads (
	number       INTEGER PRIMARY KEY AUTOINCREMENT,
	at           INTEGER NOT NULL,
	key          TEXT NOT NULL REFERENCES api_keys (id),
	organization INTEGER NOT NULL,
	idx          INTEGER NOT NULL,   -- of the record
	basis        TEXT NOT NULL CHECK (length(basis) BETWEEN 1 AND 200)
);
CREATE INDEX private_reads_idx ON private_reads (idx, number);
CREATE INDEX private_reads_key ON private_reads (key, number);

CREATE TRIGGER private_reads_no_update BEFORE UPDATE ON private_reads BEGIN
	SELECT RAISE(ABORT, 'what was looked at is never changed: UPDATE on private_reads');
END;
CREATE TRIGGER private_reads_no_delete BEFORE DELETE ON private_reads BEGIN
	SELECT RAISE(ABORT, 'what was looked at is never changed: DELETE on private_reads');
END;
