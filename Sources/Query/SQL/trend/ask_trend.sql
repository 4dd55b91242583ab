-- What was there, from when to when, by what it is counted by: a row for each stretch in which nothing of it changed.
WITH several (image) AS MATERIALIZED (
  SELECT image FROM place
  GROUP BY image HAVING min(name) <> max(name) OR min(directory) <> max(directory)),
standing AS (
  SELECT
    place.image, inside.pool, inside.filesystem, state.format, file.actual_size,
    coalesce(state.virtual_size, 0) AS virtual_size,
    max(place.from_scan, inside.from_scan, state.from_scan, file.from_scan) AS from_scan,
    min(coalesce(place.until_scan, :end), coalesce(inside.until_scan, :end),
        coalesce(state.until_scan, :end), coalesce(file.until_scan, :end)) AS until_scan
  FROM place
  JOIN directory_state AS inside ON inside.directory = place.directory AND inside.pool IS NOT NULL
  JOIN image_state AS state ON state.image = place.image AND state.kind = 'image'
  JOIN file_state AS file ON file.image = place.image
  WHERE place.from_scan <= (SELECT scan FROM temp.asof)),
keyed AS (
  SELECT pool AS part, image, actual_size, virtual_size, from_scan, until_scan FROM standing
  WHERE :by = 'pool'
  UNION ALL
  SELECT format, image, actual_size, virtual_size, from_scan, until_scan FROM standing
  WHERE :by = 'format'
  UNION ALL
  SELECT filesystem, image, actual_size, virtual_size, from_scan, until_scan FROM standing
  WHERE :by = 'file-system'
  UNION ALL
  -- What a machine refers to, and what stands on a base.
  SELECT iif(:by = 'machine', link.holder, link.target_image), standing.image, standing.actual_size,
    standing.virtual_size, max(standing.from_scan, link.from_scan),
    min(standing.until_scan, coalesce(link.until_scan, :end))
  FROM standing
  JOIN link ON iif(:by = 'machine', link.target_image, link.holder) = standing.image
  WHERE :by = 'machine' AND link.holder < 0
    OR :by = 'base' AND link.is_backing AND link.holder > 0 AND link.target_image IS NOT NULL)
