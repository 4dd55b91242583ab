-- Images with what is drawn of them, and every host that sees a shared one. $1 is the time, or NULL; $2 and $3 are the sources and
-- the numbers of the images, in one order.
SELECT given.source, given.image, source.name AS host, viewing.shared, place.path, place.name, state.format,
  state.virtual_size, file.actual_size,
  (SELECT string_agg(DISTINCT every.name, ', ' ORDER BY every.name) FROM viewing AS other
    JOIN source AS every ON every.id = other.source WHERE other.shared = viewing.shared) AS viewers
FROM unnest($2::integer[], $3::integer[]) AS given (source, image)
JOIN at_time($1) AS asof ON asof.source = given.source
JOIN source ON source.id = given.source
CROSS JOIN LATERAL (
  SELECT directory.path, place.name FROM place
  JOIN directory ON directory.source = place.source AND directory.id = place.directory
  WHERE place.source = given.source AND place.image = given.image AND place.from_scan <= asof.scan
    AND (place.until_scan IS NULL OR place.until_scan > asof.scan)
  ORDER BY directory.path, place.name LIMIT 1) AS place
LEFT JOIN image_state AS state ON state.source = given.source AND state.image = given.image
  AND state.from_scan <= asof.scan AND (state.until_scan IS NULL OR state.until_scan > asof.scan)
LEFT JOIN file_state AS file ON file.source = given.source AND file.image = given.image
  AND file.from_scan <= asof.scan AND (file.until_scan IS NULL OR file.until_scan > asof.scan)
LEFT JOIN viewing ON viewing.source = given.source AND viewing.image = given.image
ORDER BY source.name, place.path, place.name
