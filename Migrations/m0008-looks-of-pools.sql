-- m0008: a scan that was asked for single images of a pool did not look at the pool. It counts for no grace,
-- and nothing is called unused by it.

ALTER TABLE pool_scan ADD COLUMN
  scope TEXT NOT NULL DEFAULT 'tree'     -- 'images': only single images of the pool were looked at
  CHECK (scope IN ('tree', 'images'));

-- What a broken reference may mean is no orphan as long as it may.
ALTER TABLE unused ADD COLUMN
  held_in INTEGER;                       -- the last scan in which one might mean it; grace begins after it
