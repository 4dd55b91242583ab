-- Images of all hosts that are not as they were. $1 is the time from which on, or NULL: each host's last scan but one; $2 the
-- time until which, or NULL.
WITH span AS MATERIALIZED (
  SELECT now.source, source.name AS host, now.scan AS high, CASE WHEN $1::bigint IS NULL THEN (
      SELECT max(scan.id) FROM scan
      WHERE scan.source = now.source AND scan.id < now.scan AND scan.is_forgotten = 0)
    ELSE (SELECT at_time.scan FROM at_time($1) WHERE at_time.source = now.source) END AS low
  FROM at_time($2) AS now
  JOIN source ON source.id = now.source
),
touched AS MATERIALIZED (
  SELECT span.source, span.host, span.low, span.high, change.image
  FROM span
  JOIN scan_change AS change ON change.source = span.source AND change.scan > coalesce(span.low, 0)
    AND change.scan <= span.high
  UNION
  SELECT span.source, span.host, span.low, span.high, image.id
  FROM span
  JOIN image ON image.source = span.source AND image.first_scan > coalesce(span.low, 0)
    AND image.first_scan <= span.high
)
SELECT touched.host, touched.image, viewing.shared, old.path AS old_path, old.name AS old_name, new.path, new.name,
  old.format AS old_format, new.format, old.content AS old_content, new.content,
  old.virtual_size AS old_virtual_size, new.virtual_size, old.cluster_size AS old_cluster_size, new.cluster_size,
  old.actual_size AS old_actual_size, new.actual_size, old.file_size AS old_file_size, new.file_size,
  old.is_encrypted AS old_encrypted, new.is_encrypted AS encrypted, old.is_in_use AS old_in_use, new.is_in_use AS in_use,
  old.modified AS old_modified, new.modified,
  old.path IS NULL AND EXISTS (
    SELECT FROM directory
    JOIN place ON place.source = directory.source AND place.directory = directory.id AND place.name = new.name
      AND place.from_scan <= touched.low AND (place.until_scan IS NULL OR place.until_scan > touched.low)
    WHERE directory.source = touched.source AND directory.path = new.path) AS is_replacing,
  new.path IS NULL AND EXISTS (
    SELECT FROM directory
    JOIN place ON place.source = directory.source AND place.directory = directory.id AND place.name = old.name
      AND place.from_scan <= touched.high AND (place.until_scan IS NULL OR place.until_scan > touched.high)
    WHERE directory.source = touched.source AND directory.path = old.path) AS is_replaced
FROM touched
LEFT JOIN viewing ON viewing.source = touched.source AND viewing.image = touched.image
LEFT JOIN LATERAL image_at(touched.source, touched.image, touched.low) AS old ON true
LEFT JOIN LATERAL image_at(touched.source, touched.image, touched.high) AS new ON true
WHERE old.path IS NOT NULL OR new.path IS NOT NULL
ORDER BY touched.host, coalesce(new.path, old.path), coalesce(new.name, old.name), touched.image
