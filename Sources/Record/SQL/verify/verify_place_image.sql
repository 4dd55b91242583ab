-- Places whose image there is not, or of whose image nothing is known: in the first scan that is kept
-- of those that saw it there, and now. Of a file that could never be read its sizes and times are known.

WITH seen (subject, image, scan, is_open) AS (
  SELECT 'place of image ' || image || ' from scan ' || from_scan, image,
    (SELECT min(id) FROM scan
     WHERE NOT is_forgotten AND id >= place.from_scan
       AND (place.until_scan IS NULL OR id < place.until_scan)),
    until_scan IS NULL
  FROM place
  -- Of most it is known at once, by what holds now since before they stood there.
  WHERE until_scan IS NOT NULL OR NOT EXISTS (
    SELECT 1 FROM image
    CROSS JOIN image_state ON image_state.image = image.id
      AND image_state.from_scan <= place.from_scan AND image_state.until_scan IS NULL
    CROSS JOIN file_state ON file_state.image = image.id
      AND file_state.from_scan <= place.from_scan AND file_state.until_scan IS NULL
    WHERE image.id = place.image)
)
SELECT subject FROM seen
WHERE NOT EXISTS (SELECT 1 FROM image WHERE image.id = seen.image)
  OR (scan IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM image_state
    WHERE image_state.image = seen.image AND image_state.from_scan <= seen.scan
      AND (image_state.until_scan IS NULL OR image_state.until_scan > seen.scan))
    AND EXISTS (
      SELECT 1 FROM file_state
      WHERE file_state.image = seen.image AND file_state.from_scan <= seen.scan
        AND file_state.is_readable))
  OR (scan IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM file_state
    WHERE file_state.image = seen.image AND file_state.from_scan <= seen.scan
      AND (file_state.until_scan IS NULL OR file_state.until_scan > seen.scan)))
  OR (is_open AND NOT EXISTS (
    SELECT 1 FROM image_state
    WHERE image_state.image = seen.image AND image_state.until_scan IS NULL)
    AND EXISTS (
      SELECT 1 FROM file_state WHERE file_state.image = seen.image AND file_state.is_readable))
  OR (is_open AND NOT EXISTS (
    SELECT 1 FROM file_state
    WHERE file_state.image = seen.image AND file_state.until_scan IS NULL))
