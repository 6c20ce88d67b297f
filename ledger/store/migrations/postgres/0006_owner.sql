-- The log that the database is of: its name, and a mark of its data folder's secret, by
-- which a folder with another secret is told apart. The row is written when the folder
-- first opens the database, and never changed.
CREATE TABLE log_owner (
	one    smallint PRIMARY KEY CHECK (one = 1),
	origin text NOT NULL,
	mark   bytea NOT NULL
);
CREATE TRIGGER log_owner_fixed BEFORE UPDATE OR DELETE ON log_owner FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_owner_kept BEFORE TRUNCATE ON log_owner FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
