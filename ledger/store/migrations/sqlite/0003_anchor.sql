-- Where the permissioned ledger committed which records. It follows from the ledger's
-- own blocks, from which it is made again after a loss. Each ledger has its own rows:
-- they follow each other without a gap, which the one statement that adds to them sees to.
CREATE TABLE anchors (
	backend TEXT NOT NULL,        -- local, fabric
	channel TEXT NOT NULL,        -- '' where the ledger has none
	first   INTEGER NOT NULL,
	upto    INTEGER NOT NULL,
	block   INTEGER NOT NULL,
	tx      TEXT NOT NULL,
	code    TEXT NOT NULL,
	orgs    TEXT NOT NULL,        -- that endorsed it, as a JSON list
	time    INTEGER NOT NULL,     -- Unix milliseconds
	PRIMARY KEY (backend, channel, first),
	CHECK (first >= 0 AND first < upto)
) WITHOUT ROWID;
CREATE TRIGGER anchors_no_update BEFORE UPDATE ON anchors BEGIN
	SELECT RAISE(ABORT, 'the history of the log is never changed: UPDATE on anchors');
END;
CREATE TRIGGER anchors_no_delete BEFORE DELETE ON anchors BEGIN
	SELECT RAISE(ABORT, 'the history of the log is never changed: DELETE on anchors');
END;
