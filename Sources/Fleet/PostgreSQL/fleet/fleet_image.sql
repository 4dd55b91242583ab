-- Images at a path, on every host. $1 is the time, or NULL; $2 and $3 the directory and the name.
SELECT asof.source, place.image, viewing.shared
FROM at_time($1) AS asof
JOIN directory ON directory.source = asof.source AND directory.path = $2::bytea
JOIN place ON place.source = asof.source AND place.directory = directory.id AND place.name = $3::bytea
  AND place.from_scan <= asof.scan AND (place.until_scan IS NULL OR place.until_scan > asof.scan)
LEFT JOIN viewing ON viewing.source = asof.source AND viewing.image = place.image
