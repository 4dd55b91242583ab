-- What happened on all hosts, the newest first. $1 and $2 are the times after and before which, in milliseconds, or NULL; $3 how
-- many events at most, or NULL. Of one image alone where $4 is true: the shared one $5, or those that stood at the
-- directory $6 under the name $7.
WITH night AS MATERIALIZED (
  SELECT scan.source, source.name AS host, scan.id AS scan, scan.finished
  FROM scan JOIN source ON source.id = scan.source
  WHERE scan.is_forgotten = 0 AND ($1::bigint IS NULL OR scan.finished >= $1)
    AND ($2::bigint IS NULL OR scan.finished < $2)
),
wanted AS MATERIALIZED (
  SELECT source, image FROM viewing WHERE shared = $5::bigint
  UNION
  SELECT place.source, place.image FROM directory
  JOIN place ON place.source = directory.source AND place.directory = directory.id AND place.name = $7::bytea
  WHERE directory.path = $6::bytea
),
event AS (
  SELECT night.*, change.image AS holder, NULL::text AS kind, CASE
      WHEN image.first_scan = night.scan THEN 'appeared'
      WHEN NOT EXISTS (
        SELECT FROM place
        WHERE place.source = night.source AND place.image = change.image AND place.from_scan <= night.scan
          AND (place.until_scan IS NULL OR place.until_scan > night.scan)) THEN 'vanished'
      WHEN EXISTS (
        SELECT FROM place AS came
        JOIN place AS went ON went.source = came.source AND went.image = came.image AND went.until_scan = night.scan
        WHERE came.source = night.source AND came.image = change.image AND came.from_scan = night.scan) THEN 'moved'
      WHEN NOT EXISTS (
        SELECT FROM place
        WHERE place.source = night.source AND place.image = change.image AND place.from_scan < night.scan
          AND (place.until_scan IS NULL OR place.until_scan >= night.scan)) THEN 'returned'
      ELSE 'changed' END AS event
  FROM night
  JOIN scan_change AS change ON change.source = night.source AND change.scan = night.scan
  JOIN image ON image.source = night.source AND image.id = change.image
  UNION ALL
  SELECT night.*, finding.holder, finding.kind, 'finding-opened' FROM night
  JOIN finding ON finding.source = night.source AND finding.from_scan = night.scan
  UNION ALL
  SELECT night.*, finding.holder, finding.kind, 'finding-closed' FROM night
  JOIN finding ON finding.source = night.source AND finding.until_scan = night.scan
)
SELECT event.host, event.scan, event.finished, event.event, event.kind, event.holder, viewing.shared, domain.name AS domain,
  place.path, place.name
FROM event
LEFT JOIN domain ON domain.source = event.source AND domain.id = event.holder
LEFT JOIN viewing ON viewing.source = event.source AND viewing.image = event.holder
LEFT JOIN LATERAL (
  SELECT directory.path, place.name FROM place
  JOIN directory ON directory.source = place.source AND directory.id = place.directory
  WHERE place.source = event.source AND place.image = event.holder AND place.from_scan <= event.scan
  ORDER BY place.from_scan DESC, directory.path, place.name LIMIT 1) AS place ON true
WHERE NOT $4::boolean OR EXISTS (
  SELECT FROM wanted WHERE wanted.source = event.source AND wanted.image = event.holder)
ORDER BY event.finished DESC, event.host, event.scan DESC, place.path, place.name, domain.name, event.event, event.kind
LIMIT $3::bigint
