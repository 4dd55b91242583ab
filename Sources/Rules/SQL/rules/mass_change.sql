-- Pools of which this scan saw so large a share of the images with another header, base or size as no scan did
-- before, and at least twice as large a one: one finding for each, at the first of these images. What is usual is
-- learnt from the pool's own nights, of which there have to be seven; and the scan before has to have seen the pool
-- whole, for else the changes of many nights come in one.

DROP TABLE IF EXISTS temp.mass;
CREATE TEMP TABLE mass (what TEXT, image INTEGER, pool INTEGER, PRIMARY KEY (what, image))
  WITHOUT ROWID;
INSERT OR IGNORE INTO temp.mass (what, image, pool)
SELECT changed.what, changed.image, inside.pool
FROM (
  SELECT 'header' AS what, new.image FROM temp.changed_state
  CROSS JOIN image_state AS old ON old.image = changed_state.image AND old.until_scan = :scan
  CROSS JOIN image_state AS new ON new.image = changed_state.image AND new.from_scan = :scan
  WHERE old.header_digest <> new.header_digest AND new.kind = 'image'
  UNION ALL
  SELECT 'base', new.holder FROM temp.changed_state
  CROSS JOIN reference AS old ON old.holder = changed_state.image AND old.until_scan = :scan
  CROSS JOIN reference AS new ON new.holder = old.holder AND new.ordinal = old.ordinal
    AND new.from_scan = :scan
  WHERE new.role = 'backing' AND old.stored <> new.stored
  UNION ALL
  SELECT 'size', new.image FROM temp.changed_file
  CROSS JOIN file_state AS old ON old.image = changed_file.image AND old.until_scan = :scan
  CROSS JOIN file_state AS new ON new.image = changed_file.image AND new.from_scan = :scan
  WHERE old.actual_size <> new.actual_size
) AS changed
CROSS JOIN place ON place.image = changed.image AND place.until_scan IS NULL
CROSS JOIN directory_state AS inside ON inside.directory = place.directory
  AND inside.until_scan IS NULL
WHERE inside.pool IS NOT NULL;

-- Few of a pool are no mass.
DROP TABLE IF EXISTS temp.mass_pool;
CREATE TEMP TABLE mass_pool (
  pool INTEGER, what TEXT, changed INTEGER, images INTEGER, image INTEGER, before REAL,
  PRIMARY KEY (pool, what)) WITHOUT ROWID;
INSERT INTO temp.mass_pool (pool, what, changed, images, image)
SELECT mass.pool, mass.what, count(*), (
    SELECT pool_scan.images FROM pool_scan
    WHERE pool_scan.pool = mass.pool AND pool_scan.scan < :scan ORDER BY pool_scan.scan DESC LIMIT 1),
  min(mass.image)
FROM temp.mass
WHERE mass.pool NOT IN (
    SELECT json_extract(finding.detail, '$.number') FROM finding
    WHERE finding.kind = 'mass-change' AND finding.until_scan IS NULL)
  AND 7 <= (
    SELECT count(*) FROM pool_scan
    WHERE pool_scan.pool = mass.pool AND pool_scan.scan < :scan
      AND pool_scan.state = 'complete' AND pool_scan.scope = 'tree')
  AND 'complete' = (
    SELECT pool_scan.state FROM pool_scan
    WHERE pool_scan.pool = mass.pool AND pool_scan.scan < :scan AND pool_scan.scope = 'tree'
    ORDER BY pool_scan.scan DESC LIMIT 1)
GROUP BY mass.pool, mass.what HAVING count(*) >= 10;
DELETE FROM temp.mass_pool WHERE coalesce(images, 0) < 1 OR changed * 5 < images;

-- The largest share of an earlier night; only where there may be an alarm.
UPDATE temp.mass_pool SET before = coalesce((
  SELECT max(earlier.changed * 1.0 / max(seen.images, 1))
  FROM (
    SELECT state.from_scan AS scan, count(DISTINCT state.image) AS changed
    FROM directory_state AS inside
    CROSS JOIN place ON place.directory = inside.directory
    CROSS JOIN image_state AS state ON state.image = place.image
    CROSS JOIN image_state AS old ON old.image = state.image AND old.until_scan = state.from_scan
    WHERE inside.pool = mass_pool.pool AND old.header_digest <> state.header_digest
      AND state.from_scan < :scan
    GROUP BY state.from_scan) AS earlier
  JOIN pool_scan AS seen ON seen.pool = mass_pool.pool AND seen.scan = earlier.scan), 0)
WHERE what = 'header';
UPDATE temp.mass_pool SET before = coalesce((
  SELECT max(earlier.changed * 1.0 / max(seen.images, 1))
  FROM (
    SELECT new.from_scan AS scan, count(DISTINCT new.holder) AS changed
    FROM directory_state AS inside
    CROSS JOIN place ON place.directory = inside.directory
    CROSS JOIN reference AS new ON new.holder = place.image AND new.role = 'backing'
    CROSS JOIN reference AS old ON old.holder = new.holder AND old.ordinal = new.ordinal
      AND old.until_scan = new.from_scan
    WHERE inside.pool = mass_pool.pool AND old.stored <> new.stored AND new.from_scan < :scan
    GROUP BY new.from_scan) AS earlier
  JOIN pool_scan AS seen ON seen.pool = mass_pool.pool AND seen.scan = earlier.scan), 0)
WHERE what = 'base';
-- Sizes change every night, so that to count them all again would take as long as the scan: no night had more in
-- this pool than it had in all of them.
UPDATE temp.mass_pool SET before = (
  SELECT coalesce(max(scan.changed), 0) FROM scan WHERE scan.id < :scan) * 1.0 / images
WHERE what = 'size';

-- One alarm for a pool: of what is furthest from what is usual.
INSERT INTO temp.judged (kind, holder, detail)
SELECT 'mass-change', alarm.image, json_object(
  'number', alarm.pool, 'pool', pool.name, 'what', alarm.what, 'changed', alarm.changed,
  'images', alarm.images, 'before', CAST(round(alarm.before * 100) AS INTEGER))
FROM (
  SELECT *, row_number() OVER (
    PARTITION BY pool ORDER BY changed * 1.0 / images - before DESC, what) AS place
  FROM temp.mass_pool
  WHERE changed * 1.0 / images >= 2 * before) AS alarm
JOIN pool ON pool.id = alarm.pool
WHERE alarm.place = 1;

-- It stays for seven nights, for whoever looks once a week.
INSERT INTO temp.judged (kind, holder, detail)
SELECT finding.kind, finding.holder, finding.detail FROM finding
WHERE finding.kind = 'mass-change' AND finding.until_scan IS NULL
  AND EXISTS (
    SELECT 1 FROM place WHERE place.image = finding.holder AND place.until_scan IS NULL)
  -- Those after the first that are written by now.
  AND 6 > (
    SELECT count(*) FROM pool_scan
    WHERE pool_scan.pool = json_extract(finding.detail, '$.number')
      AND pool_scan.scan > finding.from_scan AND pool_scan.state <> 'unavailable'
      AND pool_scan.scope = 'tree');
