-- What hosts found, and is open: $1 the time as of which is asked, in milliseconds, or NULL for now; $2 kinds with commas
-- between them, or NULL for all; $3 the time by which acknowledgements are measured.
WITH asof AS MATERIALIZED (SELECT source, scan FROM at_time($1))
SELECT
  source.name AS host, finding.id, finding.kind, finding.severity, finding.holder, finding.cause_number,
  viewing.shared, domain.name AS domain, reference.role, reference.stored, reference.recorded_format,
  target_directory.path AS target_directory, link.name AS target_name,
  place.path, place.name AS name, place.pool,
  finding.from_scan, since.finished AS since_time, finding.last_good, good.finished AS good_time,
  word.who AS word_who, word.reason AS word_reason
FROM asof
JOIN source ON source.id = asof.source
JOIN scan AS now ON now.source = asof.source AND now.id = asof.scan
JOIN finding ON finding.source = asof.source AND finding.from_scan <= asof.scan
  AND (finding.until_scan IS NULL OR finding.until_scan > asof.scan)
LEFT JOIN scan AS since ON since.source = finding.source AND since.id = finding.from_scan
LEFT JOIN scan AS good ON good.source = finding.source AND good.id = finding.last_good
LEFT JOIN domain ON domain.source = finding.source AND domain.id = finding.holder
LEFT JOIN reference ON reference.source = finding.source AND reference.holder = finding.holder
  AND reference.ordinal = finding.ordinal AND reference.from_scan <= asof.scan
  AND (reference.until_scan IS NULL OR reference.until_scan > asof.scan)
LEFT JOIN link ON link.source = finding.source AND link.holder = finding.holder
  AND link.ordinal = finding.ordinal AND link.from_scan <= asof.scan
  AND (link.until_scan IS NULL OR link.until_scan > asof.scan)
LEFT JOIN directory AS target_directory ON target_directory.source = link.source
  AND target_directory.id = link.directory
LEFT JOIN LATERAL (
  SELECT directory.path, place.name, pool.name AS pool
  FROM place
  JOIN directory ON directory.source = place.source AND directory.id = place.directory
  LEFT JOIN directory_state AS state ON state.source = place.source AND state.directory = place.directory
    AND state.from_scan <= asof.scan AND (state.until_scan IS NULL OR state.until_scan > asof.scan)
  LEFT JOIN pool ON pool.source = state.source AND pool.id = state.pool
  WHERE place.source = finding.source
    AND place.image = CASE WHEN finding.holder > 0 THEN finding.holder ELSE link.target_image END
    AND place.from_scan <= asof.scan
  ORDER BY place.until_scan IS NULL OR place.until_scan > asof.scan DESC, place.from_scan DESC, directory.path,
    place.name
  LIMIT 1) AS place ON true
LEFT JOIN viewing ON viewing.source = finding.source
  AND viewing.image = CASE WHEN finding.holder > 0 THEN finding.holder ELSE link.target_image END
LEFT JOIN LATERAL (
  SELECT who, reason FROM acknowledgement
  WHERE acknowledgement.source = finding.source AND acknowledgement.finding = finding.id
    AND acknowledgement.from_scan <= asof.scan
    AND (acknowledgement.until_scan IS NULL OR acknowledgement.until_scan > asof.scan)
    AND (acknowledgement.ends IS NULL OR acknowledgement.ends > $3)
  LIMIT 1) AS word ON true
WHERE ($2::text IS NULL OR finding.kind = ANY (string_to_array($2, ',')))
  -- As of a scan that did not see everything 'orphans' says what is in doubt.
  AND NOT (finding.kind = 'orphan' AND now.sees_orphans = 0)
  -- That nobody uses a shared image is no single host's to say.
  AND NOT (finding.kind IN ('orphan', 'chain-leftover', 'transient-leftover') AND (viewing.shared IS NOT NULL OR EXISTS (
    SELECT FROM image
    JOIN unclear_filesystem AS unclear ON unclear.source = image.source AND unclear.id = image.filesystem
    WHERE image.source = finding.source AND image.id = finding.holder)))
  AND NOT EXISTS (
    SELECT FROM lifted
    WHERE lifted.source = finding.source AND lifted.finding = finding.id AND lifted.scan <= asof.scan)
