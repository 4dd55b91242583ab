-- Findings of all hosts that opened, or closed. $1 and $2 as in fleet_diff.sql.
WITH span AS MATERIALIZED (
  SELECT now.source, source.name AS host, now.scan AS high, CASE WHEN $1::bigint IS NULL THEN (
      SELECT max(scan.id) FROM scan
      WHERE scan.source = now.source AND scan.id < now.scan AND scan.is_forgotten = 0)
    ELSE (SELECT at_time.scan FROM at_time($1) WHERE at_time.source = now.source) END AS low
  FROM at_time($2) AS now
  JOIN source ON source.id = now.source
),
changed AS (
  SELECT span.host, span.high, finding.*, true AS is_opened FROM span
  JOIN finding ON finding.source = span.source AND finding.from_scan > coalesce(span.low, 0)
    AND finding.from_scan <= span.high AND (finding.until_scan IS NULL OR finding.until_scan > span.high)
  UNION ALL
  SELECT span.host, span.high, finding.*, false FROM span
  JOIN finding ON finding.source = span.source AND finding.from_scan <= span.low
    AND finding.until_scan > span.low AND finding.until_scan <= span.high
)
SELECT changed.host, changed.kind, changed.severity, changed.holder, changed.is_opened, viewing.shared, domain.name AS domain,
  place.path, place.name
FROM changed
LEFT JOIN viewing ON viewing.source = changed.source AND viewing.image = changed.holder
LEFT JOIN domain ON domain.source = changed.source AND domain.id = changed.holder
LEFT JOIN LATERAL (
  SELECT directory.path, place.name FROM place
  JOIN directory ON directory.source = place.source AND directory.id = place.directory
  WHERE place.source = changed.source AND place.image = changed.holder AND place.from_scan <= changed.high
  ORDER BY place.from_scan DESC, directory.path, place.name LIMIT 1) AS place ON true
-- That nobody uses a shared image is no single host's to say.
WHERE NOT (changed.kind IN ('orphan', 'chain-leftover', 'transient-leftover') AND viewing.shared IS NOT NULL)
ORDER BY changed.host, place.path, place.name, domain.name, changed.kind
