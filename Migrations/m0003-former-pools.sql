-- m0003: a pool that gets another name keeps the one that it had before, for every question about the
-- scans of that time.

-- What a pool was before it became what `pool` says: true until before a scan.
CREATE TABLE former_pool (
  pool        INTEGER NOT NULL REFERENCES pool,
  until_scan  INTEGER NOT NULL,          -- the first scan that did not know it so
  name        TEXT    NOT NULL,
  not_visited TEXT,                      -- why no scan looked into it; NULL: scans did
  PRIMARY KEY (pool, until_scan)
) STRICT, WITHOUT ROWID;

DROP VIEW current_images;
DROP VIEW images_in_scan;

-- Every image at every path, for every scan that saw it so.
CREATE VIEW images_in_scan AS
SELECT
  scan.id                                              AS scan,
  place.image                                          AS image_id,
  CAST(directory.path || '/' || place.name AS TEXT)    AS filename,
  coalesce(
    (SELECT former_pool.name FROM former_pool
     WHERE former_pool.pool = pool.id AND former_pool.until_scan > scan.id
     ORDER BY former_pool.until_scan LIMIT 1), pool.name) AS pool,
  image_state.kind                                     AS kind,
  image_state.format                                   AS format,
  image_state.content                                  AS content,
  image_state.virtual_size                             AS virtual_size,
  file_state.actual_size                               AS actual_size,
  file_state.file_size                                 AS file_size,
  image_state.cluster_size                             AS cluster_size,
  image_state.is_encrypted                             AS encrypted,
  image_state.is_dirty                                 AS dirty_flag,
  file_state.is_in_use                                 AS in_use,
  datetime(file_state.modified / 1000000000, 'unixepoch') || 'Z' AS modified,
  image_state.fault                                    AS header_fault
FROM (SELECT id FROM scan WHERE NOT is_forgotten) AS scan
JOIN place ON place.from_scan <= scan.id
  AND (place.until_scan IS NULL OR place.until_scan > scan.id)
JOIN directory ON directory.id = place.directory
JOIN image_state ON image_state.image = place.image AND image_state.from_scan <= scan.id
  AND (image_state.until_scan IS NULL OR image_state.until_scan > scan.id)
JOIN file_state ON file_state.image = place.image AND file_state.from_scan <= scan.id
  AND (file_state.until_scan IS NULL OR file_state.until_scan > scan.id)
LEFT JOIN directory_state ON directory_state.directory = place.directory
  AND directory_state.from_scan <= scan.id
  AND (directory_state.until_scan IS NULL OR directory_state.until_scan > scan.id)
LEFT JOIN pool ON pool.id = directory_state.pool;

-- Every image as the last scan knows it.
CREATE VIEW current_images AS
SELECT * FROM images_in_scan
WHERE scan = (SELECT max(id) FROM scan) AND kind = 'image';
