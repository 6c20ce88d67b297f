-- What a refund looks for among what left a pool: what went on to another, what came back,
-- and what was taken out of its turn. A gift has any number of payments beside these, and
-- the book's writer waits.
CREATE INDEX records_moved ON records (out_pool, idx) WHERE out_pool IS NOT NULL AND in_pool IS NOT NULL AND of IS NULL;
CREATE INDEX records_back ON records (in_pool, of) WHERE in_pool IS NOT NULL AND of IS NOT NULL;
CREATE INDEX records_named ON records (out_pool, idx) WHERE out_pool IS NOT NULL AND of IS NOT NULL;
