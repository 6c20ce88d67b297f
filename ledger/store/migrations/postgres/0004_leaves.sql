-- Where a leaf hash stands in the log. Each 65,536 records that are all there are a run,
-- which has one row for each first byte of a hash. The rows of one byte lie together in
-- the key, and none is ever changed. All of it follows from the tiles of leaf hashes.
CREATE TABLE leaf_runs (
	slot    bigint PRIMARY KEY,   -- first byte of the hashes * 2^32 + number of the run
	entries bytea                 -- four bytes each, sorted: the next two of the hash, its place in the run; NULL for none
);
