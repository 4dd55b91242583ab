-- What the scan counts, from what the reconciliation found out.
WITH
  moved AS (
    SELECT DISTINCT opened.image FROM temp.opened_place AS opened
    JOIN temp.closed_place AS closed ON closed.image = opened.image
    WHERE NOT opened.is_new),
  replacing AS (
    SELECT opened.image AS image, closed.image AS old
    FROM temp.opened_place AS opened
    JOIN temp.closed_place AS closed USING (directory, name)
    WHERE opened.is_new),
  changed AS (
    SELECT image FROM temp.changed_state WHERE is_visible
    UNION SELECT image FROM temp.changed_file WHERE is_visible)
SELECT
  (SELECT count(DISTINCT image) FROM temp.opened_place JOIN temp.is_image USING (image)
   WHERE is_new AND image NOT IN (SELECT image FROM replacing)) AS added,
  (SELECT count(*) FROM temp.vanished JOIN temp.was_image USING (image)
   WHERE image NOT IN (SELECT old FROM replacing)) AS removed,
  (SELECT count(*) FROM moved JOIN temp.is_image USING (image)) AS moved,
  (SELECT count(*) FROM changed JOIN temp.is_image USING (image)
   WHERE image NOT IN (SELECT image FROM moved)) AS changed,
  (SELECT count(DISTINCT image) FROM replacing JOIN temp.is_image USING (image)) AS replaced,
  (SELECT count(*) FROM temp.seen WHERE NOT is_readable) AS unreadable;
