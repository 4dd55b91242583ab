-- Links of images, which go on at every host that sees a shared one. $1 is the time, or NULL; $2 and $3 are the sources and the
-- numbers of the images, in one order; $4 says whether to look for what stands on them, or for what they stand on.
WITH asof AS MATERIALIZED (SELECT * FROM at_time($1)),
given AS (SELECT * FROM unnest($2::integer[], $3::integer[]) AS image (source, image)),
seen AS (
  SELECT source, image FROM given
  UNION
  SELECT other.source, other.image FROM given
  JOIN viewing AS own ON own.source = given.source AND own.image = given.image
  JOIN viewing AS other ON other.shared = own.shared
)
SELECT source.id AS source, source.name AS host, link.holder, domain.name AS domain, link.target_image, link.state, reference.role,
  coalesce(reference.recorded_format, reference.format_in_reference) AS format, reference.stored, directory.path, link.name
FROM seen
JOIN asof ON asof.source = seen.source
JOIN source ON source.id = seen.source
JOIN link ON link.source = seen.source AND link.from_scan <= asof.scan
  AND (link.until_scan IS NULL OR link.until_scan > asof.scan)
  AND CASE WHEN $4::boolean THEN link.target_image ELSE link.holder END = seen.image
JOIN reference ON reference.source = link.source AND reference.holder = link.holder
  AND reference.ordinal = link.ordinal AND reference.from_scan <= asof.scan
  AND (reference.until_scan IS NULL OR reference.until_scan > asof.scan)
LEFT JOIN domain ON domain.source = link.source AND domain.id = link.holder
LEFT JOIN directory ON directory.source = link.source AND directory.id = link.directory
ORDER BY source.name, link.holder, link.ordinal
