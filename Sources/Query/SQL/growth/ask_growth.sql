-- Allocated bytes and images of each pool, summed for each pair of scans between which they were there.
-- An image with several names counts once. Images that ever had several names are summed separately.
WITH several (image) AS MATERIALIZED (
  SELECT image FROM place
  GROUP BY image HAVING min(name) <> max(name) OR min(directory) <> max(directory)),
standing AS (
  SELECT
    inside.pool, place.image, file.actual_size, file.from_scan AS since,
    max(place.from_scan, inside.from_scan, state.from_scan, file.from_scan) AS from_scan,
    min(coalesce(place.until_scan, :end), coalesce(inside.until_scan, :end),
        coalesce(state.until_scan, :end), coalesce(file.until_scan, :end)) AS until_scan
  FROM place
  JOIN directory_state AS inside ON inside.directory = place.directory AND inside.pool IS NOT NULL
  JOIN image_state AS state ON state.image = place.image AND state.kind = 'image'
  JOIN file_state AS file ON file.image = place.image
  WHERE place.from_scan <= (SELECT scan FROM temp.asof))
SELECT pool, NULL AS image, from_scan, until_scan, sum(actual_size) AS actual_size, count(*) AS images
FROM standing
WHERE from_scan < until_scan AND from_scan <= (SELECT scan FROM temp.asof) AND image NOT IN several
GROUP BY pool, from_scan, until_scan
UNION ALL
SELECT pool, image, from_scan, until_scan, actual_size, 1
FROM standing
WHERE from_scan < until_scan AND from_scan <= (SELECT scan FROM temp.asof) AND image IN several
ORDER BY pool, image, from_scan, until_scan
