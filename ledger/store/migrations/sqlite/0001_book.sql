-- The log. idx is the index of a record; nothing here is ever changed or deleted.
-- The keys of these history tables are those of the migrations for PostgreSQL, which say
-- why, and which these follow.
CREATE TABLE records (
	idx      INTEGER PRIMARY KEY,
	bytes    BLOB NOT NULL,       -- canonical bytes, as hashed
	type     INTEGER NOT NULL,    -- place in record.Types()
	project  INTEGER,               -- of a record that is about one
	of       INTEGER,               -- the record it refers to
	line     INTEGER,             -- of a flow: what it counts as
	amount   INTEGER,
	occurred INTEGER,              -- last day, yyyymmdd
	in_pool  INTEGER,
	in_from  INTEGER,
	in_upto  INTEGER,
	out_pool INTEGER,
	party    TEXT                  -- of an organization: its USCC, or its name
);
CREATE INDEX records_in ON records (in_pool, in_from) WHERE in_pool IS NOT NULL;
CREATE INDEX records_of ON records (of) WHERE of IS NOT NULL;
-- What a project's lists are read by; of transfers, the receiving side.
CREATE INDEX records_lines ON records (project, line, idx) WHERE line IS NOT NULL;
CREATE INDEX records_out ON records (idx) WHERE out_pool IS NOT NULL;
CREATE INDEX records_crossed ON records (in_pool, idx) WHERE out_pool IS NOT NULL AND in_pool IS NOT NULL;
CREATE INDEX records_party ON records (party, idx) WHERE party IS NOT NULL;
CREATE INDEX records_nouns ON records (type, project, idx) WHERE line IS NULL;

-- The runs of units that outflows took.
CREATE TABLE takes (
	pool INTEGER NOT NULL,
	lo   INTEGER NOT NULL,
	hi   INTEGER NOT NULL,
	idx  INTEGER NOT NULL,
	at   INTEGER NOT NULL,          -- place of the first unit within the flow
	PRIMARY KEY (pool, lo)
) WITHOUT ROWID;
CREATE INDEX takes_idx ON takes (idx, at);


CREATE TRIGGER records_no_update BEFORE UPDATE ON records BEGIN
	SELECT RAISE(ABORT, 'the history of the log is never changed: UPDATE on records');
END;
CREATE TRIGGER records_no_delete BEFORE DELETE ON records BEGIN
	SELECT RAISE(ABORT, 'the history of the log is never changed: DELETE on records');
END;
CREATE TRIGGER takes_no_update BEFORE UPDATE ON takes BEGIN
	SELECT RAISE(ABORT, 'the history of the log is never changed: UPDATE on takes');
END;
CREATE TRIGGER takes_no_delete BEFORE DELETE ON takes BEGIN
	SELECT RAISE(ABORT, 'the history of the log is never changed: DELETE on takes');
END;

-- Full tiles of leaf hashes, and of every higher level the latest width. The partial
-- tile of leaf hashes is not kept: it follows from the last records.
CREATE TABLE tiles (
	level  INTEGER NOT NULL,
	number INTEGER NOT NULL,
	hashes BLOB NOT NULL,
	PRIMARY KEY (level, number)
); -- with rows of their own: within the tree, each look on the way down would read kilobytes of other ones

CREATE TABLE log_head (
	one      INTEGER PRIMARY KEY CHECK (one = 1),
	size     INTEGER NOT NULL,
	root     BLOB NOT NULL,
	recorded INTEGER NOT NULL       -- Unix seconds
);
INSERT INTO log_head VALUES (1, 0, x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 0);

-- What the seals hold: the only tables with personal data, and erasable.
CREATE TABLE openings (
	idx     INTEGER PRIMARY KEY,
	public  BLOB,
	private BLOB
);

-- Keys are HMACs under a secret that is not in the database.
CREATE TABLE lookups (
	key   BLOB PRIMARY KEY,
	idx   INTEGER NOT NULL,
	input BLOB NOT NULL
) WITHOUT ROWID;

-- What the records add up to. All of it follows from the records.
CREATE TABLE pools (
	id          INTEGER PRIMARY KEY,
	project     INTEGER NOT NULL,
	holder      INTEGER NOT NULL,
	designation TEXT NOT NULL,
	asset       TEXT NOT NULL,
	laid        INTEGER NOT NULL,   -- all units that ever came in
	next        INTEGER NOT NULL,
	holed       INTEGER NOT NULL,
	income      INTEGER NOT NULL,   -- units and flows, net of reversals
	incomes     INTEGER NOT NULL,
	spent       INTEGER NOT NULL,
	payments    INTEGER NOT NULL,
	UNIQUE (project, holder, designation, asset)
);
CREATE TABLE holes (
	pool INTEGER NOT NULL,
	lo   INTEGER NOT NULL,
	hi   INTEGER NOT NULL,
	PRIMARY KEY (pool, lo)
) WITHOUT ROWID;
CREATE TABLE undone (
	idx   INTEGER PRIMARY KEY,
	units INTEGER NOT NULL
);
CREATE TABLE totals (
	pool     INTEGER NOT NULL,
	line     INTEGER NOT NULL,
	occurred INTEGER NOT NULL,
	recorded INTEGER NOT NULL,
	units    INTEGER NOT NULL,
	flows    INTEGER NOT NULL,
	first    INTEGER NOT NULL,      -- its records lie between these
	last     INTEGER NOT NULL,
	PRIMARY KEY (pool, line, occurred, recorded)
) WITHOUT ROWID;

-- What organizations gave to a project or got from it.
CREATE TABLE parties (
	project INTEGER NOT NULL,
	line    INTEGER NOT NULL,
	asset   TEXT NOT NULL,
	party   TEXT NOT NULL,
	name    TEXT NOT NULL,
	units   INTEGER NOT NULL,
	flows   INTEGER NOT NULL,
	PRIMARY KEY (project, line, asset, party)
) WITHOUT ROWID;
CREATE INDEX parties_party ON parties (party, project);
-- Which lines a project has flows of, and how many, reversals (negative lines) apart.
CREATE TABLE lines (
	project INTEGER NOT NULL,
	line    INTEGER NOT NULL,
	flows   INTEGER NOT NULL,
	PRIMARY KEY (project, line)
) WITHOUT ROWID;
-- Donations by how many digits their amount has.
CREATE TABLE sizes (
	project INTEGER NOT NULL,
	asset   TEXT NOT NULL,
	band    INTEGER NOT NULL,
	units   INTEGER NOT NULL,
	flows   INTEGER NOT NULL,
	PRIMARY KEY (project, asset, band)
) WITHOUT ROWID;

CREATE TABLE organizations (
	idx         INTEGER PRIMARY KEY,
	scheme      TEXT NOT NULL,
	code        TEXT NOT NULL,
	name        TEXT NOT NULL,
	kind        TEXT NOT NULL,
	fundraising BOOLEAN NOT NULL,
	UNIQUE (scheme, code)
);
CREATE TABLE projects (
	idx          INTEGER PRIMARY KEY,
	organization INTEGER NOT NULL,
	name         TEXT NOT NULL,
	filing       TEXT,
	kind         TEXT NOT NULL,
	cause        TEXT NOT NULL,
	place        TEXT NOT NULL,
	status       TEXT NOT NULL,
	frozen       BOOLEAN NOT NULL,
	starts       TEXT NOT NULL,
	ends         TEXT NOT NULL,
	plan         INTEGER NOT NULL,
	target_asset TEXT NOT NULL,
	target       INTEGER NOT NULL,
	UNIQUE (filing)
);
CREATE INDEX projects_organization ON projects (organization, idx);
CREATE TABLE designations (
	project INTEGER NOT NULL,
	id      TEXT NOT NULL,
	name    TEXT NOT NULL,
	class   TEXT NOT NULL,
	PRIMARY KEY (project, id)
);
CREATE TABLE assets (
	id    TEXT PRIMARY KEY,
	class TEXT NOT NULL,
	name  TEXT NOT NULL,
	unit  TEXT NOT NULL,
	scale INTEGER NOT NULL
);
CREATE TABLE evidence (
	hash     TEXT PRIMARY KEY,
	idx      INTEGER NOT NULL,
	size     INTEGER NOT NULL,
	media    TEXT NOT NULL,
	public   BOOLEAN NOT NULL,
	redacted TEXT NOT NULL
);
CREATE TABLE keys (
	id       TEXT PRIMARY KEY,
	idx      INTEGER NOT NULL,
	org      INTEGER NOT NULL,
	use      TEXT NOT NULL,
	verifier TEXT NOT NULL,
	replaces TEXT NOT NULL
);
