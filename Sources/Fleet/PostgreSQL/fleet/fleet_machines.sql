-- What machines of two hosts do with one file, or one machine on two hosts; proved where both hosts saw it at one time, clocks
-- allowed for, and so not by a machine that moved between two scans. $1 is the time, or NULL.
WITH disk AS MATERIALIZED (SELECT * FROM machine_disks($1)),
asof AS MATERIALIZED (SELECT * FROM at_time($1)),
defined AS MATERIALIZED (
  SELECT asof.source, source.name AS host, domain.id AS domain, domain.uuid, domain.name, state.is_running,
    state.from_scan, first.finished AS seen_first, seen.last AS seen_last, seen.skew
  FROM asof
  JOIN source ON source.id = asof.source
  JOIN domain ON domain.source = asof.source AND domain.uuid IS NOT NULL
  -- Since when it is there, whatever changed in it.
  CROSS JOIN LATERAL (
    SELECT state.is_running, (
      SELECT max(begun.from_scan) FROM domain_state AS begun
      WHERE begun.source = asof.source AND begun.domain = domain.id AND begun.from_scan <= asof.scan
        AND NOT EXISTS (
          SELECT FROM domain_state AS before
          WHERE before.source = asof.source AND before.domain = domain.id AND before.until_scan = begun.from_scan)
    ) AS from_scan
    FROM own_machine_state AS state
    WHERE state.source = asof.source AND state.domain = domain.id
      AND state.from_scan <= asof.scan AND (state.until_scan IS NULL OR state.until_scan > asof.scan)
    LIMIT 1) AS state
  JOIN scan AS first ON first.source = asof.source AND first.id = state.from_scan
  CROSS JOIN LATERAL (
    SELECT max(scan.started) FILTER (WHERE scan.has_domains = 1) AS last, coalesce(max(abs(scan.skew_ms)), 0) AS skew
    FROM scan WHERE scan.source = asof.source AND scan.id BETWEEN state.from_scan AND asof.scan) AS seen
)
SELECT 'domain-on-two-hosts' AS kind, one.source AS source, one.host AS host, other.host AS other_host, NULL::bigint AS shared,
  one.name AS machine, other.name AS other_machine, one.uuid, NULL::integer AS image, one.from_scan AS since_scan,
  greatest(one.seen_first, other.seen_first) AS since, one.is_running + other.is_running AS running
FROM defined AS one
JOIN defined AS other ON lower(other.uuid) = lower(one.uuid) AND other.source > one.source
WHERE greatest(one.seen_first, other.seen_first) + greatest(one.skew, other.skew)
  <= least(one.seen_last, other.seen_last)
UNION ALL
SELECT 'shared-writable', one.source, one.host, other.host, one.shared, one.name, other.name, NULL, one.image, one.from_scan,
  greatest(one.seen_first, other.seen_first), NULL
FROM disk AS one
JOIN disk AS other ON other.shared = one.shared AND other.source > one.source
WHERE one.writes AND other.writes AND lower(one.uuid) IS DISTINCT FROM lower(other.uuid)
  AND greatest(one.seen_first, other.seen_first) + greatest(one.skew, other.skew)
    <= least(one.seen_last, other.seen_last)
UNION ALL
-- A file to which a machine writes, and on which an overlay stands that its own host does not see.
SELECT DISTINCT ON (disk.source, disk.domain, disk.shared, asof.source) 'base-in-use', disk.source, disk.host, source.name,
  disk.shared, disk.name, NULL, NULL, disk.image, disk.from_scan, greatest(disk.seen_first, first.finished), NULL::integer
FROM disk
JOIN viewing ON viewing.shared = disk.shared AND viewing.source <> disk.source
JOIN asof ON asof.source = viewing.source
JOIN source ON source.id = asof.source
JOIN link ON link.source = viewing.source AND link.target_image = viewing.image AND link.is_backing = 1
  AND link.holder > 0 AND link.from_scan <= asof.scan AND (link.until_scan IS NULL OR link.until_scan > asof.scan)
JOIN scan AS first ON first.source = asof.source AND first.id = link.from_scan
JOIN scan AS last ON last.source = asof.source AND last.id = asof.scan
WHERE disk.writes
  AND NOT EXISTS (
    SELECT FROM link AS own
    WHERE own.source = disk.source AND own.target_image = disk.image AND own.is_backing = 1
      AND own.from_scan <= disk.scan AND (own.until_scan IS NULL OR own.until_scan > disk.scan))
  AND greatest(disk.seen_first, first.finished) + greatest(disk.skew, abs(first.skew_ms), abs(last.skew_ms))
    <= least(disk.seen_last, last.started)
