-- The longest of the chains that go through the images of a table, and the image at its top; as longest_chain.sql
-- tells it of all.
WITH RECURSIVE
  upward (image) AS (
    SELECT image FROM temp.measured_chain
    UNION
    SELECT link.holder FROM upward CROSS JOIN link ON link.target_image = upward.image
    WHERE link.until_scan IS NULL AND link.is_backing AND link.holder > 0),
  downward (image) AS (
    SELECT image FROM upward
    UNION
    SELECT link.target_image FROM downward CROSS JOIN link ON link.holder = downward.image
    WHERE link.until_scan IS NULL AND link.is_backing AND link.target_image IS NOT NULL),
  step (upper, lower) AS MATERIALIZED (
    SELECT link.holder, link.target_image
    FROM downward CROSS JOIN link ON link.holder = downward.image
    WHERE link.until_scan IS NULL AND link.is_backing AND link.target_image IS NOT NULL),
  level (image, length) AS (
    SELECT DISTINCT lower, 1 FROM step WHERE lower NOT IN (SELECT upper FROM step)
    UNION
    SELECT step.upper, level.length + 1 FROM level JOIN step ON step.lower = level.image
    WHERE level.length < 1000)
SELECT image, length FROM level ORDER BY length DESC, image LIMIT 1;
