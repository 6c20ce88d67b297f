-- A plan is kept for a question whatever its values are. It must not be made for a book of
-- one project, in which each index looks as good as the next: how many values there are is
-- said here, and not counted.
ALTER TABLE records
	ALTER project SET (n_distinct = 1000),
	ALTER line SET (n_distinct = 20),
	ALTER in_pool SET (n_distinct = 1000),
	ALTER out_pool SET (n_distinct = 1000),
	ALTER party SET (n_distinct = 1000),
	ALTER of SET (n_distinct = -0.5);
ALTER TABLE takes ALTER pool SET (n_distinct = 1000);
ALTER TABLE totals ALTER pool SET (n_distinct = 1000), ALTER line SET (n_distinct = 20);
ALTER TABLE lines ALTER project SET (n_distinct = 1000);
ALTER TABLE pools ALTER project SET (n_distinct = -0.5);
