-- What happened to the images that this scan had to do with, as far as these tables alone say it. Of the others
-- a comparison with the scan before says it (ScanTally.swift), which says the same of these: it only costs more.

DROP TABLE IF EXISTS temp.counted;
CREATE TEMP TABLE counted (image INTEGER PRIMARY KEY, change TEXT);

-- How many names each had before, and has now.
DROP TABLE IF EXISTS temp.named;
CREATE TEMP TABLE named (
  image INTEGER PRIMARY KEY, was_listed INTEGER, is_listed INTEGER, lost INTEGER, got INTEGER,
  names INTEGER);
INSERT INTO temp.named
SELECT scan_change.image,
  scan_change.image IN (SELECT image FROM temp.was_image),
  scan_change.image IN (SELECT image FROM temp.is_image), 0, 0,
  (SELECT count(*) FROM place WHERE place.image = scan_change.image AND place.until_scan IS NULL)
FROM scan_change WHERE scan_change.scan = :scan;
UPDATE temp.named SET lost = closed.names
FROM (SELECT image, count(*) AS names FROM temp.closed_place GROUP BY image) AS closed
WHERE closed.image = named.image;
UPDATE temp.named SET got = opened.names
FROM (SELECT image, count(*) AS names FROM temp.opened_place GROUP BY image) AS opened
WHERE opened.image = named.image;

-- Where another image stood, or stands now, the comparison says who took whose place.
DROP TABLE IF EXISTS temp.handed_over;
CREATE TEMP TABLE handed_over (image INTEGER PRIMARY KEY);
INSERT OR IGNORE INTO temp.handed_over
SELECT opened.image FROM temp.opened_place AS opened
JOIN temp.closed_place AS closed USING (directory, name)
UNION
SELECT closed.image FROM temp.opened_place AS opened
JOIN temp.closed_place AS closed USING (directory, name);

INSERT INTO temp.counted (image, change)
SELECT image, CASE
  WHEN got = 1 AND lost = 0 AND names = 1 AND NOT was_listed AND is_listed THEN 'added'
  WHEN names = 0 AND lost = 1 AND was_listed THEN 'removed'
  WHEN got = 1 AND lost = 1 AND names = 1 AND was_listed AND is_listed THEN 'moved'
  END AS change
FROM temp.named
WHERE change IS NOT NULL AND image NOT IN (SELECT image FROM temp.handed_over);

-- A file that has another length, or was written in another second, shows.
INSERT OR IGNORE INTO temp.counted (image, change)
SELECT named.image, 'changed'
FROM temp.named
CROSS JOIN file_state AS old ON old.image = named.image AND old.until_scan = :scan
CROSS JOIN file_state AS new ON new.image = named.image AND new.from_scan = :scan
WHERE named.got = 0 AND named.lost = 0 AND named.names > 0 AND named.was_listed
  AND named.is_listed
  AND (old.file_size <> new.file_size OR old.modified / 1000000000 <> new.modified / 1000000000);
