-- Where the permissioned ledger committed which records. It follows from the ledger's
-- own blocks, from which it is made again after a loss. Each ledger has its own rows:
-- they follow each other without a gap, which the one statement that adds to them sees to.
CREATE TABLE anchors (
	backend text NOT NULL,        -- local, fabric
	channel text NOT NULL,        -- '' where the ledger has none
	first   bigint NOT NULL,
	upto    bigint NOT NULL,
	block   bigint NOT NULL,
	tx      text NOT NULL,
	code    text NOT NULL,
	orgs    text NOT NULL,        -- that endorsed it, as a JSON list
	time    bigint NOT NULL,      -- Unix milliseconds
	PRIMARY KEY (backend, channel, first),
	CHECK (first >= 0 AND first < upto)
);
CREATE TRIGGER anchors_fixed BEFORE UPDATE OR DELETE ON anchors FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER anchors_kept BEFORE TRUNCATE ON anchors FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
