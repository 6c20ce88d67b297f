-- Who may use the API, and who looked behind a private seal. None of it is in the log
-- and nothing in the log follows from it.

-- Keys as the book can know them again, not as their holders have them: mac is an HMAC
-- under a secret that is not in the database, over the key and over what stands here
-- of its holder. Moments are Unix seconds.
CREATE TABLE api_keys (
	id           text COLLATE "C" PRIMARY KEY,   -- what records carry as by.key
	mac          bytea NOT NULL,
	role         text NOT NULL CHECK (role IN ('platform', 'charity', 'partner', 'regulator', 'auditor')),
	organization bigint,             -- NULL: the platform's, made before its own record
	label        text NOT NULL,
	created      bigint NOT NULL,
	creator      text NOT NULL,      -- the key that made it, '' from the command line
	expires      bigint,
	revoked      bigint,
	revoker      text NOT NULL DEFAULT '',
	used         bigint,             -- to the minute
	CHECK (organization IS NOT NULL OR role = 'platform')
);

-- A key is never lifted to another role, never outlives what it was made for, and what
-- was revoked stays revoked.
CREATE FUNCTION refuse_key_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'UPDATE' THEN
		IF (NEW.id, NEW.mac, NEW.role, NEW.organization, NEW.created, NEW.creator, NEW.expires)
			IS NOT DISTINCT FROM (OLD.id, OLD.mac, OLD.role, OLD.organization, OLD.created, OLD.creator, OLD.expires)
			AND (OLD.revoked IS NULL OR (NEW.revoked, NEW.revoker) IS NOT DISTINCT FROM (OLD.revoked, OLD.revoker)) THEN
			RETURN NEW;
		END IF;
	END IF;
	RAISE EXCEPTION 'an API key is revoked and not changed: % on %', TG_OP, TG_TABLE_NAME;
END $$;
CREATE TRIGGER api_keys_fixed BEFORE UPDATE OR DELETE ON api_keys FOR EACH ROW EXECUTE FUNCTION refuse_key_change();
CREATE TRIGGER api_keys_kept BEFORE TRUNCATE ON api_keys FOR EACH STATEMENT EXECUTE FUNCTION refuse_key_change();

-- Each opening of a private seal: who looked, at what, and why.
CREATE TABLE private_reads (
	number       bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	at           bigint NOT NULL,
	key          text COLLATE "C" NOT NULL REFERENCES api_keys (id),
	organization bigint NOT NULL,
	idx          bigint NOT NULL,    -- of the record
	basis        text NOT NULL CHECK (length(basis) BETWEEN 1 AND 200)
);
CREATE INDEX private_reads_idx ON private_reads (idx, number);
CREATE INDEX private_reads_key ON private_reads (key, number);

CREATE FUNCTION refuse_read_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'what was looked at is never changed: % on %', TG_OP, TG_TABLE_NAME;
END $$;
CREATE TRIGGER private_reads_fixed BEFORE UPDATE OR DELETE ON private_reads FOR EACH ROW EXECUTE FUNCTION refuse_read_change();
CREATE TRIGGER private_reads_kept BEFORE TRUNCATE ON private_reads FOR EACH STATEMENT EXECUTE FUNCTION refuse_read_change();
