-- Open findings that are told, by the pool of their images. One that a domain holds is of the pool in which the image is that the domain
-- refers to, or would be.
WITH landed (finding, directory) AS (
  SELECT finding.id, place.directory
  FROM told_finding_at AS finding CROSS JOIN place_at AS place ON place.image = finding.holder
  WHERE finding.holder > 0
  UNION ALL
  SELECT finding.id, coalesce(place.directory, link.directory)
  FROM told_finding_at AS finding
  CROSS JOIN link_at AS link ON link.holder = finding.holder AND link.ordinal = finding.ordinal
  LEFT JOIN place_at AS place ON place.image = link.target_image
  WHERE finding.holder < 0)
SELECT pool, count(*) FROM (
  SELECT DISTINCT landed.finding, inside.pool
  FROM landed JOIN directory_state_at AS inside ON inside.directory = landed.directory
  WHERE inside.pool IS NOT NULL)
GROUP BY pool
