-- Images that a broken reference may mean, and whatever these stand on, as of a scan.
DROP TABLE IF EXISTS temp.spoken_for;
CREATE TEMP TABLE spoken_for (image INTEGER PRIMARY KEY);

-- Where it led before, by number, wherever that image stands now. The references of a domain are numbered
-- anew when one is added, so all that it ever used counts.
INSERT OR IGNORE INTO temp.spoken_for
SELECT past.target_image FROM temp.broken_link CROSS JOIN link AS past
  ON past.holder = broken_link.holder
  AND (past.ordinal = broken_link.ordinal OR broken_link.holder < 0)
WHERE past.target_image IS NOT NULL AND past.from_scan <= :scan;

-- What stood in any scan at the place that it names.
INSERT OR IGNORE INTO temp.spoken_for
SELECT place.image FROM temp.broken_link CROSS JOIN link ON link.holder = broken_link.holder
  AND link.ordinal = broken_link.ordinal AND link.from_scan <= :scan
  AND (link.until_scan IS NULL OR link.until_scan > :scan)
CROSS JOIN place ON place.directory = link.directory AND place.name = link.name
WHERE place.from_scan <= :scan;

-- What has the name that it ends in, in any pool.
INSERT OR IGNORE INTO temp.spoken_for
SELECT doubtful.image
FROM (SELECT 1 FROM temp.broken_name LIMIT 1) CROSS JOIN temp.doubtful
CROSS JOIN place ON place.image = doubtful.image
  AND place.from_scan <= :scan AND (place.until_scan IS NULL OR place.until_scan > :scan)
WHERE CAST(lower(CAST(place.name AS TEXT)) AS BLOB) IN (SELECT name FROM temp.broken_name);

-- What has the identity that it records.
INSERT OR IGNORE INTO temp.spoken_for
SELECT doubtful.image
FROM (SELECT 1 FROM temp.broken_mark LIMIT 1) CROSS JOIN temp.doubtful
CROSS JOIN image_state AS state ON state.image = doubtful.image
  AND state.from_scan <= :scan AND (state.until_scan IS NULL OR state.until_scan > :scan)
WHERE state.own_mark IN (SELECT mark FROM temp.broken_mark)
  OR state.own_uuid IN (SELECT mark FROM temp.broken_mark);

-- What these stand on, down to the end; what is gone stood on what it was last seen on.
INSERT OR IGNORE INTO temp.spoken_for
WITH RECURSIVE down (image) AS (
  SELECT image FROM temp.spoken_for
  UNION
  SELECT link.target_image FROM down CROSS JOIN link ON link.holder = down.image
  WHERE link.target_image IS NOT NULL AND link.from_scan <= :scan
    AND (link.until_scan IS NULL OR link.until_scan > :scan
      OR NOT EXISTS (
        SELECT 1 FROM link AS later
        WHERE later.holder = link.holder AND later.ordinal = link.ordinal
          AND later.from_scan > link.from_scan AND later.from_scan <= :scan
          AND later.target_image IS NOT NULL)
        AND NOT EXISTS (
          SELECT 1 FROM place
          WHERE place.image = link.holder AND place.from_scan <= :scan
            AND (place.until_scan IS NULL OR place.until_scan > :scan))))
SELECT image FROM down;
