-- Pools that somebody let go of, and that this scan was not asked for: what stands in them ends. What lies in
-- another pool now is seen there.
DELETE FROM temp.forgotten_pool;
INSERT INTO temp.forgotten_pool (pool)
SELECT id FROM pool
WHERE until_scan IS NOT NULL AND id NOT IN (SELECT value FROM json_each(:asked));

INSERT OR IGNORE INTO temp.gone_directory (directory)
SELECT state.directory
FROM temp.forgotten_pool CROSS JOIN directory_state AS state ON state.pool = forgotten_pool.pool
WHERE state.until_scan IS NULL
  AND state.directory NOT IN (SELECT directory FROM temp.seen_directory);
