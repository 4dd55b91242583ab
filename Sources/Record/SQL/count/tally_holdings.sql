-- How many images there are by pool and format, of those in temp.recounted: as they were before this scan, taken away,
-- and as they are now, added. Without what was before where everything is counted (:whole).

DROP TABLE IF EXISTS temp.holding_change;
CREATE TEMP TABLE holding_change (
  pool INTEGER, format TEXT, images INTEGER, actual_size REAL, home_images INTEGER, home_size REAL);

INSERT INTO temp.holding_change
WITH
  named (id, name) AS MATERIALIZED (
    SELECT id, name FROM pool
    WHERE (until_scan IS NULL OR until_scan > :scan)
      AND EXISTS (SELECT 1 FROM pool_scan WHERE pool_scan.pool = pool.id)),
  stood (image, pool, name, format, size) AS (
    SELECT DISTINCT place.image, coalesce(inside.pool, 0), coalesce(named.name, ''), state.format,
      file.actual_size
    FROM temp.recounted
    CROSS JOIN place ON place.image = recounted.image AND place.until_scan IS NULL
    CROSS JOIN image_state AS state ON state.image = place.image AND state.until_scan IS NULL
    CROSS JOIN file_state AS file ON file.image = place.image AND file.until_scan IS NULL
    LEFT JOIN directory_state AS inside ON inside.directory = place.directory
      AND inside.until_scan IS NULL
    LEFT JOIN named ON named.id = inside.pool
    WHERE state.kind = 'image'),
  homed AS (
    SELECT *, row_number() OVER (PARTITION BY image ORDER BY name, pool) = 1 AS is_home FROM stood)
SELECT pool, format, count(*), total(size), sum(is_home), total(iif(is_home, size, 0))
FROM homed GROUP BY pool, format;

INSERT INTO temp.holding_change
WITH
  named (id, name) AS MATERIALIZED (
    SELECT id, name FROM pool
    WHERE (until_scan IS NULL OR until_scan >= :scan) AND EXISTS (
      SELECT 1 FROM pool_scan WHERE pool_scan.pool = pool.id AND pool_scan.scan < :scan)),
  stood (image, pool, name, format, size) AS (
    SELECT DISTINCT place.image, coalesce(inside.pool, 0), coalesce(named.name, ''), state.format,
      file.actual_size
    FROM temp.recounted
    CROSS JOIN place ON place.image = recounted.image AND place.from_scan < :scan
      AND (place.until_scan IS NULL OR place.until_scan = :scan)
    CROSS JOIN image_state AS state ON state.image = place.image AND state.from_scan < :scan
      AND (state.until_scan IS NULL OR state.until_scan = :scan)
    CROSS JOIN file_state AS file ON file.image = place.image AND file.from_scan < :scan
      AND (file.until_scan IS NULL OR file.until_scan = :scan)
    LEFT JOIN directory_state AS inside ON inside.directory = place.directory
      AND inside.from_scan < :scan
      AND (inside.until_scan IS NULL OR inside.until_scan = :scan)
    LEFT JOIN named ON named.id = inside.pool
    WHERE NOT :whole AND state.kind = 'image'),
  homed AS (
    SELECT *, row_number() OVER (PARTITION BY image ORDER BY name, pool) = 1 AS is_home FROM stood)
SELECT pool, format, -count(*), -total(size), -sum(is_home), -total(iif(is_home, size, 0))
FROM homed GROUP BY pool, format;
