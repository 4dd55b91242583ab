-- With domains: images that no domain reaches.

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

-- The scans that saw every domain and every pool whole.
DROP TABLE IF EXISTS temp.whole_look;
CREATE TEMP TABLE whole_look AS SELECT id AS scan FROM scan WHERE is_whole;
