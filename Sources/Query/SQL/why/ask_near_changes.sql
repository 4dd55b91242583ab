-- Images that the scan :night noted as changed: those of the list :near first, then those in the same directories, then
-- those in the same pools, then all others, if they are wanted.
SELECT scan_change.image,
  CASE
    WHEN scan_change.image IN (SELECT value FROM json_each(:near)) THEN 0
    WHEN EXISTS (
      SELECT 1 FROM place
      WHERE place.image = scan_change.image
        AND place.directory IN (SELECT value FROM json_each(:directories))
        AND place.from_scan <= :night
        AND (place.until_scan IS NULL OR place.until_scan > :former)) THEN 1
    WHEN EXISTS (
      SELECT 1 FROM place
      CROSS JOIN directory_state AS inside ON inside.directory = place.directory
        AND inside.pool IN (SELECT value FROM json_each(:pools))
      WHERE place.image = scan_change.image AND place.from_scan <= :night
        AND (place.until_scan IS NULL OR place.until_scan > :former)) THEN 2
    ELSE 3
  END AS distance
FROM scan_change
WHERE scan_change.scan = :night AND (distance < 3 OR :elsewhere)
ORDER BY distance, scan_change.image LIMIT :limit
