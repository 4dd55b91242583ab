-- What the scan counts: the changes that a comparison with the scan before shows (Comparison.swift).
-- An image that came back counts as added, and one whose file only now is known to be one.
WITH
  touched AS (
    SELECT image FROM temp.opened_place UNION SELECT image FROM temp.closed_place
    UNION SELECT image FROM temp.changed_state UNION SELECT image FROM temp.changed_file),
  -- Whether each was listed before, and is now.
  named AS (
    SELECT touched.image,
      touched.image IN (SELECT image FROM temp.was_image) AND EXISTS (
        SELECT 1 FROM place
        WHERE place.image = touched.image AND place.from_scan < :scan
          AND (place.until_scan IS NULL OR place.until_scan = :scan)) AS was_there,
      touched.image IN (SELECT image FROM temp.is_image) AND EXISTS (
        SELECT 1 FROM place
        WHERE place.image = touched.image AND place.until_scan IS NULL) AS is_there
    FROM touched),
  came AS (SELECT image FROM named WHERE is_there AND NOT was_there),
  went AS (SELECT image FROM named WHERE was_there AND NOT is_there),
  replacing AS (
    SELECT opened.image AS image, closed.image AS old
    FROM temp.opened_place AS opened
    JOIN temp.closed_place AS closed USING (directory, name)
    WHERE opened.image IN (SELECT image FROM came)
      AND closed.image IN (SELECT image FROM named WHERE was_there)),
  stayed AS (SELECT image FROM named WHERE was_there AND is_there),
  -- Those whose places changed, and whether the first, which answers name, is the same.
  renamed AS (
    SELECT stayed.image,
      (SELECT hex(directory.path) || '/' || hex(place.name)
       FROM place JOIN directory ON directory.id = place.directory
       WHERE place.image = stayed.image AND place.from_scan < :scan
         AND (place.until_scan IS NULL OR place.until_scan = :scan)
       ORDER BY directory.path, place.name LIMIT 1)
      = (SELECT hex(directory.path) || '/' || hex(place.name)
       FROM place JOIN directory ON directory.id = place.directory
       WHERE place.image = stayed.image AND place.until_scan IS NULL
       ORDER BY directory.path, place.name LIMIT 1) AS keeps_first
    FROM stayed
    WHERE image IN (SELECT image FROM temp.opened_place UNION SELECT image FROM temp.closed_place)),
  changed AS (
    SELECT image FROM temp.changed_state WHERE is_visible
    UNION SELECT image FROM temp.changed_file WHERE is_visible
    UNION SELECT image FROM renamed WHERE keeps_first)
SELECT
  (SELECT count(*) FROM came WHERE image NOT IN (SELECT image FROM replacing)) AS added,
  (SELECT count(*) FROM went WHERE image NOT IN (SELECT old FROM replacing)) AS removed,
  (SELECT count(*) FROM renamed WHERE NOT keeps_first) AS moved,
  (SELECT count(*) FROM changed
   WHERE image IN (SELECT image FROM stayed)
     AND image NOT IN (SELECT image FROM renamed WHERE NOT keeps_first)) AS changed,
  (SELECT count(DISTINCT image) FROM replacing) AS replaced,
  (SELECT count(*) FROM temp.seen WHERE NOT is_readable) AS unreadable;
