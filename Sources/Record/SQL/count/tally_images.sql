-- Which of the images that this scan had to do with are images (and not other files), before and
-- after, and how many more or fewer of them stand in each pool.

DROP TABLE IF EXISTS temp.involved;
CREATE TEMP TABLE involved (image INTEGER PRIMARY KEY);
INSERT OR IGNORE INTO temp.involved SELECT image FROM temp.seen;
INSERT OR IGNORE INTO temp.involved SELECT image FROM temp.closed_place;
INSERT OR IGNORE INTO temp.involved SELECT image FROM temp.changed_state;

DROP TABLE IF EXISTS temp.is_image;
CREATE TEMP TABLE is_image (image INTEGER PRIMARY KEY);
INSERT INTO temp.is_image
SELECT image FROM temp.involved CROSS JOIN image_state USING (image)
WHERE image_state.until_scan IS NULL AND image_state.kind = 'image';

DROP TABLE IF EXISTS temp.was_image;
CREATE TEMP TABLE was_image (image INTEGER PRIMARY KEY);
INSERT OR IGNORE INTO temp.was_image
SELECT image FROM temp.involved CROSS JOIN image_state USING (image)
WHERE image_state.from_scan < :scan AND image_state.kind = 'image'
  AND (image_state.until_scan IS NULL OR image_state.until_scan = :scan);

DROP TABLE IF EXISTS temp.pool_change;
CREATE TEMP TABLE pool_change (pool INTEGER, change INTEGER);
INSERT INTO temp.pool_change
SELECT directory_state.pool, count(DISTINCT place.image)
FROM temp.is_image CROSS JOIN place ON place.image = is_image.image
CROSS JOIN directory_state ON directory_state.directory = place.directory
WHERE place.until_scan IS NULL AND directory_state.until_scan IS NULL
GROUP BY directory_state.pool;
INSERT INTO temp.pool_change
SELECT directory_state.pool, -count(DISTINCT place.image)
FROM temp.was_image CROSS JOIN place ON place.image = was_image.image
CROSS JOIN directory_state ON directory_state.directory = place.directory
WHERE place.from_scan < :scan AND (place.until_scan IS NULL OR place.until_scan = :scan)
  AND directory_state.from_scan < :scan
  AND (directory_state.until_scan IS NULL OR directory_state.until_scan = :scan)
GROUP BY directory_state.pool;
