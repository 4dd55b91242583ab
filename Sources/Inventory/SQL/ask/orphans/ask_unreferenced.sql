-- Images to which no image and no domain refers, and of which nothing more is certain.
SELECT image.id AS image, image.first_scan AS since, NULL AS last_user, file_state.actual_size
FROM image
JOIN image_state ON image_state.image = image.id AND image_state.kind = 'image'
  AND image_state.from_scan <= :at
  AND (image_state.until_scan IS NULL OR image_state.until_scan > :at)
JOIN file_state ON file_state.image = image.id AND file_state.from_scan <= :at
  AND (file_state.until_scan IS NULL OR file_state.until_scan > :at)
WHERE image.first_scan <= :at
  AND NOT EXISTS (
    SELECT 1 FROM link
    WHERE link.target_image = image.id AND link.from_scan <= :at
      AND (link.until_scan IS NULL OR link.until_scan > :at))
  AND NOT EXISTS (
    SELECT 1 FROM finding
    WHERE finding.holder = image.id AND finding.kind = 'orphan' AND finding.from_scan <= :at
      AND (finding.until_scan IS NULL OR finding.until_scan > :at))
