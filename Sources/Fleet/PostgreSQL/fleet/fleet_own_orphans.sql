-- Orphans on disks of one host alone, by that host's word. $1 is the time, or NULL; $2 that time or now; $3 the age in
-- milliseconds after which a host is silent.
SELECT source.name AS host, finding.holder AS image, unused.from_scan AS since_scan, since.finished AS since, unused.last_user,
  file.actual_size, scan.finished, scan.finished - coalesce(scan.skew_ms, 0) < $2::bigint - $3::bigint AS is_silent, unclear.identity AS unclear, place.path, place.name
FROM at_time($1) AS asof
JOIN source ON source.id = asof.source
JOIN scan ON scan.source = asof.source AND scan.id = asof.scan AND scan.sees_orphans = 1
JOIN finding ON finding.source = asof.source AND finding.kind = 'orphan' AND finding.from_scan <= asof.scan
  AND (finding.until_scan IS NULL OR finding.until_scan > asof.scan)
JOIN unused ON unused.source = asof.source AND unused.image = finding.holder AND unused.from_scan <= asof.scan
  AND (unused.until_scan IS NULL OR unused.until_scan > asof.scan)
JOIN scan AS since ON since.source = asof.source AND since.id = unused.from_scan
JOIN file_state AS file ON file.source = asof.source AND file.image = finding.holder AND file.from_scan <= asof.scan
  AND (file.until_scan IS NULL OR file.until_scan > asof.scan)
CROSS JOIN LATERAL (
  SELECT directory.path, place.name FROM place
  JOIN directory ON directory.source = place.source AND directory.id = place.directory
  WHERE place.source = asof.source AND place.image = finding.holder AND place.from_scan <= asof.scan
    AND (place.until_scan IS NULL OR place.until_scan > asof.scan)
  ORDER BY directory.path, place.name LIMIT 1) AS place
JOIN image ON image.source = asof.source AND image.id = finding.holder
LEFT JOIN unclear_filesystem AS unclear ON unclear.source = asof.source AND unclear.id = image.filesystem
WHERE NOT EXISTS (
  SELECT FROM viewing WHERE viewing.source = asof.source AND viewing.image = finding.holder)
  AND NOT EXISTS (
    SELECT FROM keep
    WHERE keep.source = asof.source AND keep.image = finding.holder AND keep.from_scan <= asof.scan
      AND (keep.until_scan IS NULL OR keep.until_scan > asof.scan)
      AND (keep.ends IS NULL OR keep.ends > $2::bigint))
ORDER BY source.name, place.path, place.name
