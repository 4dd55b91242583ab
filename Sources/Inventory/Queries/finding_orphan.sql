-- Images that had users and have none, and for how many complete scans that has been so.
-- Without domains only what once was used can be called an orphan.

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

UPDATE finding SET until_scan = :scan
WHERE until_scan IS NULL AND kind = 'orphan' AND (
  holder NOT IN (SELECT image FROM unused WHERE until_scan IS NULL)
  -- A scan to which nobody said who uses a shared pool takes back what others called unused.
  OR EXISTS (SELECT 1 FROM shared_pool WHERE scan = :scan));

INSERT INTO finding (kind, severity, holder, from_scan, last_good)
SELECT 'orphan', 'warning', unused.image, :scan,
  (SELECT max(id) FROM scan WHERE id < unused.from_scan)
FROM unused
WHERE unused.until_scan IS NULL
  AND NOT EXISTS (SELECT 1 FROM shared_pool WHERE scan = :scan)
  AND (SELECT count(*) FROM scan WHERE id >= unused.from_scan AND state = 'complete'
    AND NOT EXISTS (SELECT 1 FROM shared_pool WHERE shared_pool.scan = scan.id)) >= :grace
  AND NOT EXISTS (
    SELECT 1 FROM finding
    WHERE finding.holder = unused.image AND finding.kind = 'orphan'
      AND finding.until_scan IS NULL);
