-- Since when nobody uses an image: none that is known, for certain or perhaps.

UPDATE unused SET until_scan = :scan
WHERE until_scan IS NULL AND (
  image IN (SELECT image FROM temp.vanished)
  OR image IN (SELECT image FROM awaited WHERE until_scan IS NULL)
  OR image IN (SELECT image FROM temp.kept_image)
  OR image IN (SELECT image FROM file_state WHERE until_scan IS NULL AND is_in_use)
  OR CASE WHEN :known THEN image IN (SELECT image FROM temp.reached)
    ELSE EXISTS (
      SELECT 1 FROM link WHERE link.target_image = unused.image AND link.until_scan IS NULL) END);

-- Who lost a user, directly or over any number of links; and who was awaited, with the user of before.
DROP TABLE IF EXISTS temp.left_alone;
CREATE TEMP TABLE left_alone (image INTEGER PRIMARY KEY, holder INTEGER);
INSERT INTO temp.left_alone (image, holder)
WITH RECURSIVE lost (image, holder) AS (
  SELECT image, holder FROM temp.lost_target
  UNION
  SELECT link.target_image, lost.holder FROM lost CROSS JOIN link ON link.holder = lost.image
  WHERE link.until_scan IS NULL AND link.target_image IS NOT NULL)
SELECT image, min(holder) FROM lost GROUP BY image;
INSERT OR IGNORE INTO temp.left_alone (image, holder)
SELECT awaited.image, (
  SELECT link.holder FROM link WHERE link.target_image = awaited.image
  ORDER BY link.until_scan DESC, link.holder LIMIT 1)
FROM awaited
WHERE awaited.until_scan = :scan;
-- What nobody keeps any more, and what it stands on.
INSERT OR IGNORE INTO temp.left_alone (image, holder)
WITH RECURSIVE down (image) AS (
  SELECT image FROM keep WHERE until_scan >= (SELECT max(id) FROM scan WHERE id < :scan)
  UNION
  SELECT link.target_image FROM down CROSS JOIN link ON link.holder = down.image
  WHERE link.until_scan IS NULL AND link.target_image IS NOT NULL)
SELECT down.image, (
  SELECT link.holder FROM link WHERE link.target_image = down.image
  ORDER BY link.until_scan DESC, link.holder LIMIT 1)
FROM down;
-- With domains also who never had one, as far as is known.
INSERT OR IGNORE INTO temp.left_alone (image)
SELECT image_state.image FROM image_state
WHERE :known AND (SELECT is_whole FROM scan WHERE id = :scan)
  AND image_state.until_scan IS NULL AND image_state.kind = 'image'
  AND image_state.image NOT IN (SELECT image FROM temp.reached);

INSERT INTO unused (image, from_scan, last_user)
SELECT alone.image, :scan, CASE WHEN alone.holder < 0
  THEN (SELECT CAST(domain.name AS BLOB) FROM domain WHERE domain.id = alone.holder)
  ELSE (
    SELECT CAST(rtrim(CAST(directory.path AS TEXT), '/') || '/' || CAST(place.name AS TEXT) AS BLOB)
    FROM place JOIN directory ON directory.id = place.directory
    WHERE place.image = alone.holder
    ORDER BY place.until_scan IS NOT NULL, place.until_scan DESC, directory.path LIMIT 1)
  END
FROM temp.left_alone AS alone
CROSS JOIN image_state ON image_state.image = alone.image AND image_state.until_scan IS NULL
CROSS JOIN file_state ON file_state.image = alone.image AND file_state.until_scan IS NULL
WHERE image_state.kind = 'image' AND NOT file_state.is_in_use
  AND (:known OR alone.holder IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM temp.kept_image WHERE kept_image.image = alone.image)
  AND NOT EXISTS (
    SELECT 1 FROM awaited WHERE awaited.image = alone.image AND awaited.until_scan IS NULL)
  AND CASE WHEN :known
    THEN NOT EXISTS (SELECT 1 FROM temp.reached WHERE reached.image = alone.image)
    ELSE NOT EXISTS (
      SELECT 1 FROM link WHERE link.target_image = alone.image AND link.until_scan IS NULL) END
  AND NOT EXISTS (
    SELECT 1 FROM unused WHERE unused.image = alone.image AND unused.until_scan IS NULL);
