-- The log that the database is of: its name, and a mark of its data folder's secret, by
-- which a folder with another secret is told apart. The row is written when the folder
-- first opens the database, and never changed.
CREATE TABLE log_owner (
	one    INTEGER PRIMARY KEY CHECK (one = 1),
	origin TEXT NOT NULL,
	mark   BLOB NOT NULL
);
CREATE TRIGGER log_owner_no_update BEFORE UPDATE ON log_owner BEGIN
	SELECT RAISE(ABORT, 'the history of the log is never changed: UPDATE on log_owner');
END;
CREATE TRIGGER log_owner_no_delete BEFORE DELETE ON log_owner BEGIN
	SELECT RAISE(ABORT, 'the history of the log is never changed: DELETE on log_owner');
END;
