-- Pools and formats of which the last scan says that there are more or fewer images, or bytes, than there are. Few
-- images stand in several places; all others are added up without asking which pool is the first.
WITH
  last (scan) AS (
    SELECT id FROM scan WHERE id = (SELECT max(id) FROM scan) AND is_counted),
  several (image) AS MATERIALIZED (
    SELECT image FROM place WHERE until_scan IS NULL GROUP BY image HAVING count(*) > 1),
  stood (image, pool, name, format, size) AS (
    SELECT DISTINCT place.image, coalesce(inside.pool, 0), coalesce(pool.name, ''), state.format,
      file.actual_size
    FROM last
    CROSS JOIN several
    CROSS JOIN place ON place.image = several.image AND place.until_scan IS NULL
    CROSS JOIN image_state AS state ON state.image = place.image AND state.until_scan IS NULL
    CROSS JOIN file_state AS file ON file.image = place.image AND file.until_scan IS NULL
    LEFT JOIN directory_state AS inside ON inside.directory = place.directory
      AND inside.until_scan IS NULL
    LEFT JOIN pool ON pool.id = inside.pool
      AND (pool.until_scan IS NULL OR pool.until_scan > last.scan)
      AND EXISTS (SELECT 1 FROM pool_scan WHERE pool_scan.pool = pool.id)
    WHERE state.kind = 'image'),
  homed AS (
    SELECT *, row_number() OVER (PARTITION BY image ORDER BY name, pool) = 1 AS is_home FROM stood),
  summed (pool, format, images, actual_size, home_images, home_size) AS (
    SELECT coalesce(inside.pool, 0), state.format, count(*), total(file.actual_size), count(*),
      total(file.actual_size)
    FROM last
    CROSS JOIN place
    CROSS JOIN image_state AS state ON state.image = place.image AND state.until_scan IS NULL
    CROSS JOIN file_state AS file ON file.image = place.image AND file.until_scan IS NULL
    LEFT JOIN directory_state AS inside ON inside.directory = place.directory
      AND inside.until_scan IS NULL
    WHERE place.until_scan IS NULL AND state.kind = 'image' AND place.image NOT IN several
    GROUP BY 1, 2
    UNION ALL
    SELECT pool, format, count(*), total(size), sum(is_home), total(iif(is_home, size, 0))
    FROM homed GROUP BY pool, format),
  counted AS (
    SELECT pool, format, sum(images) AS images, total(actual_size) AS actual_size,
      sum(home_images) AS home_images, total(home_size) AS home_size
    FROM summed GROUP BY pool, format),
  kept AS (SELECT * FROM holding WHERE until_scan IS NULL AND EXISTS (SELECT 1 FROM last))
SELECT format || ' in pool ' || pool FROM (
  SELECT pool, format, images, actual_size, home_images, home_size FROM counted
  EXCEPT SELECT pool, format, images, actual_size, home_images, home_size FROM kept)
UNION
SELECT format || ' in pool ' || pool FROM (
  SELECT pool, format, images, actual_size, home_images, home_size FROM kept
  EXCEPT SELECT pool, format, images, actual_size, home_images, home_size FROM counted)
