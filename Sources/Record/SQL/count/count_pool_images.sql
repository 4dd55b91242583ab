-- Images that stand in a pool now, each once.
SELECT count(DISTINCT place.image)
FROM directory_state
JOIN place ON place.directory = directory_state.directory
JOIN image_state ON image_state.image = place.image AND image_state.until_scan IS NULL
WHERE directory_state.pool = :pool AND directory_state.until_scan IS NULL
  AND place.until_scan IS NULL AND image_state.kind = 'image';
