-- Images that stand in some pools now (:pools, a JSON array), each once.
SELECT count(DISTINCT place.image)
FROM json_each(:pools) AS pool
CROSS JOIN directory_state ON directory_state.pool = pool.value AND directory_state.until_scan IS NULL
CROSS JOIN place ON place.directory = directory_state.directory
CROSS JOIN image_state ON image_state.image = place.image AND image_state.until_scan IS NULL
WHERE place.until_scan IS NULL AND image_state.kind = 'image';
