-- Without domains: images that had users among images and have none.

INSERT OR IGNORE INTO unused (image, from_scan, last_user)
SELECT lost.image, :scan, (
  SELECT CAST(rtrim(CAST(directory.path AS TEXT), '/') || '/' || CAST(place.name AS TEXT) AS BLOB)
  FROM place JOIN directory ON directory.id = place.directory
  WHERE place.image = lost.holder
  ORDER BY place.until_scan IS NOT NULL, place.until_scan DESC, directory.path LIMIT 1)
FROM temp.lost_target AS lost
WHERE lost.image NOT IN (SELECT image FROM temp.vanished)
  AND NOT EXISTS (
    SELECT 1 FROM link WHERE link.target_image = lost.image AND link.until_scan IS NULL)
  AND NOT EXISTS (
    SELECT 1 FROM unused WHERE unused.image = lost.image AND unused.until_scan IS NULL);

UPDATE unused SET until_scan = :scan
WHERE until_scan IS NULL AND (
  image IN (SELECT image FROM temp.vanished)
  OR EXISTS (
    SELECT 1 FROM link WHERE link.target_image = unused.image AND link.until_scan IS NULL));

-- The scans that saw every pool whole that was known by then.
DROP TABLE IF EXISTS temp.whole_look;
CREATE TEMP TABLE whole_look AS
SELECT :scan AS scan WHERE :covered
UNION ALL
SELECT scan.id FROM scan
WHERE scan.id < :scan AND scan.id >= (SELECT min(from_scan) FROM unused WHERE until_scan IS NULL)
  AND scan.state = 'complete'
  AND NOT EXISTS (
    SELECT 1 FROM pool
    WHERE pool.not_visited IS NULL
      AND EXISTS (SELECT 1 FROM pool_scan WHERE pool_scan.pool = pool.id AND pool_scan.scan <= scan.id)
      AND NOT EXISTS (
        SELECT 1 FROM pool_scan
        WHERE pool_scan.pool = pool.id AND pool_scan.scan = scan.id
          AND pool_scan.state = 'complete' AND pool_scan.scope = 'tree'));
