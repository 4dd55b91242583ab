-- Images that no domain reaches, and for how many scans that saw everything that has been so.

-- Who lost its user, directly or over any number of links.
INSERT OR IGNORE INTO unused (image, from_scan, last_user)
WITH RECURSIVE lost (image, holder) AS (
  SELECT image, holder FROM temp.lost_target
  UNION
  SELECT link.target_image, lost.holder FROM lost JOIN link ON link.holder = lost.image
  WHERE link.until_scan IS NULL AND link.target_image IS NOT NULL)
SELECT lost.image, :scan, CASE WHEN lost.holder < 0
  THEN (SELECT CAST(domain.name AS BLOB) FROM domain WHERE domain.id = lost.holder)
  ELSE (
    SELECT CAST(rtrim(CAST(directory.path AS TEXT), '/') || '/' || CAST(place.name AS TEXT) AS BLOB)
    FROM place JOIN directory ON directory.id = place.directory
    WHERE place.image = lost.holder
    ORDER BY place.until_scan IS NOT NULL, place.until_scan DESC, directory.path LIMIT 1)
  END
FROM (SELECT image, min(holder) AS holder FROM lost GROUP BY image) AS lost
JOIN file_state ON file_state.image = lost.image AND file_state.until_scan IS NULL
WHERE lost.image NOT IN (SELECT image FROM temp.reached)
  AND lost.image NOT IN (SELECT image FROM temp.vanished) AND NOT file_state.is_in_use
  AND NOT EXISTS (
    SELECT 1 FROM unused WHERE unused.image = lost.image AND unused.until_scan IS NULL);

-- Who never had one, as far as is known.
INSERT OR IGNORE INTO unused (image, from_scan)
SELECT image_state.image, :scan
FROM image_state JOIN file_state ON file_state.image = image_state.image
  AND file_state.until_scan IS NULL
WHERE image_state.until_scan IS NULL AND image_state.kind = 'image' AND NOT file_state.is_in_use
  AND (SELECT is_whole FROM scan WHERE id = :scan)
  AND image_state.image NOT IN (SELECT image FROM temp.reached)
  AND NOT EXISTS (
    SELECT 1 FROM unused
    WHERE unused.image = image_state.image AND unused.until_scan IS NULL);

UPDATE unused SET until_scan = :scan
WHERE until_scan IS NULL AND (
  image IN (SELECT image FROM temp.vanished) OR image IN (SELECT image FROM temp.reached)
  OR image IN (SELECT image FROM file_state WHERE until_scan IS NULL AND is_in_use));

-- What was found is kept by a scan that did not see everything, and nothing is added by it. But one to
-- which nobody said who uses a shared pool takes back what others called unused.
UPDATE finding SET until_scan = :scan
WHERE until_scan IS NULL AND kind = 'orphan' AND (
  holder NOT IN (SELECT image FROM unused WHERE until_scan IS NULL)
  OR EXISTS (SELECT 1 FROM shared_pool WHERE scan = :scan));

INSERT INTO finding (kind, severity, holder, from_scan, last_good)
SELECT 'orphan', 'warning', unused.image, :scan, CASE WHEN unused.last_user IS NOT NULL
  THEN (SELECT max(id) FROM scan WHERE id < unused.from_scan) END
FROM unused
WHERE unused.until_scan IS NULL AND (SELECT is_whole FROM scan WHERE id = :scan)
  AND (SELECT count(*) FROM scan WHERE id >= unused.from_scan AND is_whole) >= :grace
  AND NOT EXISTS (
    SELECT 1 FROM finding
    WHERE finding.holder = unused.image AND finding.kind = 'orphan'
      AND finding.until_scan IS NULL);
