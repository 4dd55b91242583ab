-- Copies. $1 is the time, or NULL.
WITH asof AS MATERIALIZED (SELECT * FROM at_time($1)),
-- Images that lost a machine, which another host has now, with a disk of the same name.
left_behind AS (
  SELECT 'left-behind' AS kind, asof.source, source.name AS host, other.name AS other_host, unused.image, viewing.shared,
    domain.name AS machine, place.name AS name, unused.from_scan AS since_scan, since.finished AS since, NULL::bigint AS amount
  FROM asof
  JOIN source ON source.id = asof.source
  JOIN unused ON unused.source = asof.source AND unused.last_user IS NOT NULL AND unused.from_scan <= asof.scan
    AND (unused.until_scan IS NULL OR unused.until_scan > asof.scan)
  JOIN scan AS since ON since.source = asof.source AND since.id = unused.from_scan
  JOIN place ON place.source = asof.source AND place.image = unused.image AND place.from_scan <= asof.scan
    AND (place.until_scan IS NULL OR place.until_scan > asof.scan)
  JOIN domain ON domain.source = asof.source AND domain.uuid IS NOT NULL
    AND convert_to(domain.name, 'UTF8') = unused.last_user
  JOIN domain AS elsewhere ON lower(elsewhere.uuid) = lower(domain.uuid) AND elsewhere.source <> asof.source
  JOIN asof AS there ON there.source = elsewhere.source
  JOIN source AS other ON other.id = there.source
  JOIN link ON link.source = there.source AND link.holder = elsewhere.id AND link.name = place.name
    AND link.target_image IS NOT NULL AND link.from_scan <= there.scan
    AND (link.until_scan IS NULL OR link.until_scan > there.scan)
  LEFT JOIN viewing ON viewing.source = asof.source AND viewing.image = unused.image
  LEFT JOIN viewing AS seen ON seen.source = there.source AND seen.image = link.target_image
  WHERE NOT EXISTS (
      SELECT FROM domain_state AS state
      WHERE state.source = asof.source AND state.domain = domain.id AND state.from_scan <= asof.scan
        AND (state.until_scan IS NULL OR state.until_scan > asof.scan))
    -- On a shared storage it is the same file, and nothing was left.
    AND (viewing.shared IS NULL OR seen.shared IS NULL OR viewing.shared <> seen.shared)
),
-- Bases of one name, measured in one way, whose contents differ from host to host.
base AS MATERIALIZED (
  SELECT DISTINCT asof.source, source.name AS host, source.machine_id, image.id AS image, place.name, content.method, content.level,
    content.ladder, first.finished AS since, image.first_scan
  FROM asof
  JOIN source ON source.id = asof.source
  JOIN image ON image.source = asof.source AND image.content IS NOT NULL
  JOIN scan AS first ON first.source = asof.source AND first.id = image.first_scan
  JOIN content ON content.source = asof.source AND content.id = image.content
  JOIN place ON place.source = asof.source AND place.image = image.id AND place.from_scan <= asof.scan
    AND (place.until_scan IS NULL OR place.until_scan > asof.scan)
  WHERE EXISTS (
    SELECT FROM link
    WHERE link.source = asof.source AND link.target_image = image.id AND link.is_backing = 1
      AND link.from_scan <= asof.scan AND (link.until_scan IS NULL OR link.until_scan > asof.scan))
)
SELECT DISTINCT ON (source, image) kind, source, host, other_host, image, shared, machine, name, since_scan, since, amount
FROM left_behind
UNION ALL
SELECT 'version-drift', min(source), min(host), max(host), NULL, NULL, NULL, name, NULL, max(since),
  count(DISTINCT ladder)
FROM base
GROUP BY name, method, level
HAVING count(DISTINCT ladder) > 1 AND count(DISTINCT machine_id) > 1
