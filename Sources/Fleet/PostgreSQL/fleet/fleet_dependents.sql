-- What stands on images, over any number of links, at every host that sees them. $1 is the time, or NULL; $2 a shared image, or
-- NULL; $3 a host's source and $4 its image, where it is one of a host alone.
WITH RECURSIVE asof AS MATERIALIZED (SELECT * FROM at_time($1)),
-- A file that hosts share goes on at every host that sees it.
standing (source, image, depth) AS (
  SELECT viewing.source, viewing.image, 0::bigint FROM viewing WHERE viewing.shared = $2::bigint
  UNION
  SELECT $3::integer, $4::integer, 0 WHERE $3 IS NOT NULL
  UNION
  SELECT coalesce(other.source, link.source), coalesce(other.image, link.holder), standing.depth + 1
  FROM standing
  JOIN asof ON asof.source = standing.source
  JOIN link ON link.source = standing.source AND link.target_image = standing.image AND link.from_scan <= asof.scan
    AND (link.until_scan IS NULL OR link.until_scan > asof.scan)
  LEFT JOIN viewing AS own ON own.source = link.source AND own.image = link.holder
  LEFT JOIN viewing AS other ON other.shared = own.shared
  WHERE link.holder > 0 AND standing.depth < 1000
),
nearest AS (SELECT source, image, min(depth) AS depth FROM standing GROUP BY source, image)
SELECT source.name AS host, link.holder, domain.name AS domain, reference.role, nearest.depth + 1 AS depth, viewing.shared,
  as_json(reference.detail) ->> 'target' AS target, place.path, place.name
FROM nearest
JOIN asof ON asof.source = nearest.source
JOIN source ON source.id = nearest.source
JOIN link ON link.source = nearest.source AND link.target_image = nearest.image AND link.from_scan <= asof.scan
  AND (link.until_scan IS NULL OR link.until_scan > asof.scan)
JOIN reference ON reference.source = link.source AND reference.holder = link.holder
  AND reference.ordinal = link.ordinal AND reference.from_scan <= asof.scan
  AND (reference.until_scan IS NULL OR reference.until_scan > asof.scan)
LEFT JOIN domain ON domain.source = link.source AND domain.id = link.holder
LEFT JOIN viewing ON viewing.source = link.source AND viewing.image = link.holder
LEFT JOIN LATERAL (
  SELECT directory.path, place.name FROM place
  JOIN directory ON directory.source = place.source AND directory.id = place.directory
  WHERE place.source = link.source AND place.image = link.holder AND place.from_scan <= asof.scan
    AND (place.until_scan IS NULL OR place.until_scan > asof.scan)
  ORDER BY directory.path, place.name LIMIT 1) AS place ON true
ORDER BY depth, source.name, place.path, place.name, domain.name
