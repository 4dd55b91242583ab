-- What changed most up to now: in how many scans each image did, and how many bytes its file grew and shrank by.
WITH change AS (
  -- A scan also notes images of which only the users changed.
  SELECT image, count(*) AS changes FROM scan_change
  WHERE scan <= (SELECT scan FROM temp.asof) AND scan > :since
    AND (
      EXISTS (SELECT 1 FROM file_state AS file
        WHERE file.image = scan_change.image AND scan_change.scan IN (file.from_scan, file.until_scan))
      OR EXISTS (SELECT 1 FROM image_state AS state
        WHERE state.image = scan_change.image AND scan_change.scan IN (state.from_scan, state.until_scan))
      OR EXISTS (SELECT 1 FROM reference
        WHERE reference.holder = scan_change.image AND scan_change.scan IN (reference.from_scan, reference.until_scan))
      OR EXISTS (SELECT 1 FROM place
        WHERE place.image = scan_change.image AND scan_change.scan IN (place.from_scan, place.until_scan)))
  GROUP BY image)
SELECT change.image, change.changes, (
  SELECT coalesce(sum(abs(size - before)), 0) FROM (
    SELECT file.from_scan, file.actual_size AS size, lag(file.actual_size) OVER (
      ORDER BY file.from_scan) AS before
    FROM file_state AS file
    WHERE file.image = change.image AND file.from_scan <= (SELECT scan FROM temp.asof))
  WHERE before IS NOT NULL AND from_scan > :since) AS bytes
FROM change
WHERE EXISTS (
  SELECT 1 FROM image_state
  WHERE image_state.image = change.image AND image_state.kind = 'image'
    AND image_state.from_scan <= (SELECT scan FROM temp.asof))
ORDER BY change.changes DESC, bytes DESC, change.image LIMIT :top
