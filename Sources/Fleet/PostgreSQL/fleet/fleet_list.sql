-- Every image of every host at its first path. $1 is the time, or NULL; $2 a format, or NULL.
SELECT source.name AS host, place.path, place.name, place.image, viewing.shared, pool.name AS pool, state.format,
  state.virtual_size, file.actual_size, file.file_size, state.cluster_size, state.is_encrypted, file.is_in_use, state.content
FROM at_time($1) AS asof
JOIN source ON source.id = asof.source
CROSS JOIN LATERAL (
  SELECT DISTINCT ON (place.image) place.image, place.directory, directory.path, place.name FROM place
  JOIN directory ON directory.source = place.source AND directory.id = place.directory
  WHERE place.source = asof.source AND place.from_scan <= asof.scan
    AND (place.until_scan IS NULL OR place.until_scan > asof.scan)
  ORDER BY place.image, directory.path, place.name) AS place
JOIN image_state AS state ON state.source = asof.source AND state.image = place.image AND state.kind = 'image'
  AND state.from_scan <= asof.scan AND (state.until_scan IS NULL OR state.until_scan > asof.scan)
JOIN file_state AS file ON file.source = asof.source AND file.image = place.image AND file.from_scan <= asof.scan
  AND (file.until_scan IS NULL OR file.until_scan > asof.scan)
LEFT JOIN directory_state AS inside ON inside.source = asof.source AND inside.directory = place.directory
  AND inside.from_scan <= asof.scan AND (inside.until_scan IS NULL OR inside.until_scan > asof.scan)
LEFT JOIN pool ON pool.source = asof.source AND pool.id = inside.pool
LEFT JOIN viewing ON viewing.source = asof.source AND viewing.image = place.image
WHERE $2::text IS NULL OR state.format = $2
ORDER BY source.name, place.path, place.name
