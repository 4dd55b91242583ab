-- Images that no domain reaches, over any number of links, and that are not certain to be unused.
WITH RECURSIVE downward (image) AS (
  SELECT target_image FROM link
  WHERE holder < 0 AND target_image IS NOT NULL AND from_scan <= :at
    AND (until_scan IS NULL OR until_scan > :at)
  UNION
  SELECT link.target_image FROM downward JOIN link ON link.holder = downward.image
  WHERE link.target_image IS NOT NULL AND link.from_scan <= :at
    AND (link.until_scan IS NULL OR link.until_scan > :at))
SELECT image.id AS image, coalesce(unused.from_scan, image.first_scan) AS since,
  unused.last_user, file_state.actual_size
FROM image
JOIN image_state ON image_state.image = image.id AND image_state.kind = 'image'
  AND image_state.from_scan <= :at
  AND (image_state.until_scan IS NULL OR image_state.until_scan > :at)
JOIN file_state ON file_state.image = image.id AND file_state.from_scan <= :at
  AND (file_state.until_scan IS NULL OR file_state.until_scan > :at)
LEFT JOIN unused ON unused.image = image.id AND unused.from_scan <= :at
  AND (unused.until_scan IS NULL OR unused.until_scan > :at)
WHERE image.first_scan <= :at
  AND image.id NOT IN (SELECT image FROM downward)
  AND NOT EXISTS (
    SELECT 1 FROM finding
    WHERE finding.holder = image.id AND finding.kind = 'orphan' AND finding.from_scan <= :at
      AND (finding.until_scan IS NULL OR finding.until_scan > :at))
