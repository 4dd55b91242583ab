-- The images that this scan counts again: those that it changed, and those in directories that are another pool's now;
-- or all of them (:whole).
DROP TABLE IF EXISTS temp.recounted;
CREATE TEMP TABLE recounted (image INTEGER PRIMARY KEY);
INSERT OR IGNORE INTO temp.recounted
SELECT image FROM scan_change WHERE scan = :scan AND NOT :whole;
INSERT OR IGNORE INTO temp.recounted
SELECT place.image
FROM directory_state AS old
CROSS JOIN directory_state AS new ON new.directory = old.directory AND new.from_scan = :scan
CROSS JOIN place ON place.directory = old.directory
WHERE NOT :whole AND old.until_scan = :scan AND old.pool IS NOT new.pool
  AND (place.until_scan IS NULL OR place.until_scan = :scan);
INSERT OR IGNORE INTO temp.recounted
SELECT image FROM place WHERE :whole AND until_scan IS NULL;
