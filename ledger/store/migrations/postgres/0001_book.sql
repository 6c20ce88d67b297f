-- The log. idx is the index of a record; nothing here is ever changed or deleted.
-- Every unique key of a history table holds the column that the table can be partitioned
-- by, or stands in a table of its own: records and openings by ranges of idx, takes by
-- pool, lookups by their key.
CREATE TABLE records (
	idx      bigint PRIMARY KEY,
	bytes    bytea NOT NULL,       -- canonical bytes, as hashed
	type     smallint NOT NULL,    -- place in record.Types()
	project  bigint,               -- of a record that is about one
	of       bigint,               -- the record it refers to
	line     smallint,             -- of a flow: what it counts as
	amount   bigint,
	occurred integer,              -- last day, yyyymmdd
	in_pool  integer,
	in_from  bigint,
	in_upto  bigint,
	out_pool integer,
	party    text                  -- of an organization: its USCC, or its name
);
ALTER TABLE records ALTER COLUMN bytes SET STORAGE MAIN;
CREATE INDEX records_in ON records (in_pool, in_from) WHERE in_pool IS NOT NULL;
CREATE INDEX records_of ON records (of) WHERE of IS NOT NULL;
-- What a project's lists are read by; of transfers, the receiving side.
CREATE INDEX records_lines ON records (project, line, idx) WHERE line IS NOT NULL;
CREATE INDEX records_out ON records (idx) WHERE out_pool IS NOT NULL;
CREATE INDEX records_crossed ON records (in_pool, idx) WHERE out_pool IS NOT NULL AND in_pool IS NOT NULL;
CREATE INDEX records_party ON records (party, idx) WHERE party IS NOT NULL;
CREATE INDEX records_nouns ON records (type, project, idx) WHERE line IS NULL;

-- The runs of units that outflows took. Their key refuses two that begin with the same
-- unit, which one with idx in it would not.
CREATE TABLE takes (
	pool integer NOT NULL,
	lo   bigint NOT NULL,
	hi   bigint NOT NULL,
	idx  bigint NOT NULL,
	at   bigint NOT NULL,          -- place of the first unit within the flow
	PRIMARY KEY (pool, lo)
);
CREATE INDEX takes_idx ON takes (idx, at);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION 'the history of the log is never changed: % on %', TG_OP, TG_TABLE_NAME;
END $$;
CREATE TRIGGER records_fixed BEFORE UPDATE OR DELETE ON records FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER records_kept BEFORE TRUNCATE ON records FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER takes_fixed BEFORE UPDATE OR DELETE ON takes FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER takes_kept BEFORE TRUNCATE ON takes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Full tiles of leaf hashes, and of every higher level the latest width. The partial
-- tile of leaf hashes is not kept: it follows from the last records.
CREATE TABLE tiles (
	level  smallint NOT NULL,
	number bigint NOT NULL,
	hashes bytea NOT NULL,
	PRIMARY KEY (level, number)
);
ALTER TABLE tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;

CREATE TABLE log_head (
	one      smallint PRIMARY KEY CHECK (one = 1),
	size     bigint NOT NULL,
	root     bytea NOT NULL,
	recorded bigint NOT NULL       -- Unix seconds
);
INSERT INTO log_head VALUES (1, 0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 0);

-- What the seals hold: the only tables with personal data, and erasable.
CREATE TABLE openings (
	idx     bigint PRIMARY KEY,
	public  bytea,
	private bytea
);

-- Keys are HMACs under a secret that is not in the database.
CREATE TABLE lookups (
	key   uuid PRIMARY KEY,
	idx   bigint NOT NULL,
	input uuid NOT NULL
);

-- What the records add up to. All of it follows from the records.
CREATE TABLE pools (
	id          integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	project     bigint NOT NULL,
	holder      bigint NOT NULL,
	designation text NOT NULL,
	asset       text NOT NULL,
	laid        bigint NOT NULL,   -- all units that ever came in
	next        bigint NOT NULL,
	holed       bigint NOT NULL,
	income      bigint NOT NULL,   -- units and flows, net of reversals
	incomes     bigint NOT NULL,
	spent       bigint NOT NULL,
	payments    bigint NOT NULL,
	UNIQUE (project, holder, designation, asset)
) WITH (fillfactor = 50);
CREATE TABLE holes (
	pool integer NOT NULL,
	lo   bigint NOT NULL,
	hi   bigint NOT NULL,
	PRIMARY KEY (pool, lo)
);
CREATE TABLE undone (
	idx   bigint PRIMARY KEY,
	units bigint NOT NULL
);
CREATE TABLE totals (
	pool     integer NOT NULL,
	line     smallint NOT NULL,
	occurred integer NOT NULL,
	recorded integer NOT NULL,
	units    bigint NOT NULL,
	flows    bigint NOT NULL,
	first    bigint NOT NULL,      -- its records lie between these
	last     bigint NOT NULL,
	PRIMARY KEY (pool, line, occurred, recorded)
) WITH (fillfactor = 50);

-- What organizations gave to a project or got from it.
CREATE TABLE parties (
	project bigint NOT NULL,
	line    smallint NOT NULL,
	asset   text NOT NULL,
	party   text NOT NULL,
	name    text NOT NULL,
	units   bigint NOT NULL,
	flows   bigint NOT NULL,
	PRIMARY KEY (project, line, asset, party)
) WITH (fillfactor = 50);
CREATE INDEX parties_party ON parties (party, project);
-- Which lines a project has flows of, and how many, reversals (negative lines) apart.
CREATE TABLE lines (
	project bigint NOT NULL,
	line    smallint NOT NULL,
	flows   bigint NOT NULL,
	PRIMARY KEY (project, line)
) WITH (fillfactor = 50);
-- Donations by how many digits their amount has.
CREATE TABLE sizes (
	project bigint NOT NULL,
	asset   text NOT NULL,
	band    smallint NOT NULL,
	units   bigint NOT NULL,
	flows   bigint NOT NULL,
	PRIMARY KEY (project, asset, band)
) WITH (fillfactor = 50);

CREATE TABLE organizations (
	idx         bigint PRIMARY KEY,
	scheme      text NOT NULL,
	code        text NOT NULL,
	name        text NOT NULL,
	kind        text NOT NULL,
	fundraising boolean NOT NULL,
	UNIQUE (scheme, code)
);
CREATE TABLE projects (
	idx          bigint PRIMARY KEY,
	organization bigint NOT NULL,
	name         text NOT NULL,
	filing       text,
	kind         text NOT NULL,
	cause        text NOT NULL,
	place        text NOT NULL,
	status       text NOT NULL,
	frozen       boolean NOT NULL,
	starts       text NOT NULL,
	ends         text NOT NULL,
	plan         bigint NOT NULL,
	target_asset text NOT NULL,
	target       bigint NOT NULL,
	UNIQUE (filing)
);
CREATE INDEX projects_organization ON projects (organization, idx);
CREATE TABLE designations (
	project bigint NOT NULL,
	id      text NOT NULL,
	name    text NOT NULL,
	class   text NOT NULL,
	PRIMARY KEY (project, id)
);
CREATE TABLE assets (
	id    text PRIMARY KEY,
	class text NOT NULL,
	name  text NOT NULL,
	unit  text NOT NULL,
	scale integer NOT NULL
);
CREATE TABLE evidence (
	hash     text PRIMARY KEY,
	idx      bigint NOT NULL,
	size     bigint NOT NULL,
	media    text NOT NULL,
	public   boolean NOT NULL,
	redacted text NOT NULL
);
CREATE TABLE keys (
	id       text PRIMARY KEY,
	idx      bigint NOT NULL,
	org      bigint NOT NULL,
	use      text NOT NULL,
	verifier text NOT NULL,
	replaces text NOT NULL
);
