-- The longest of all chains, and the image at its top: from what has no image below it, upwards. A cycle has no such
-- image and is not entered; the limit holds where several links of one image lead into one.
WITH RECURSIVE
  step (upper, lower) AS MATERIALIZED (
    SELECT holder, target_image FROM link
    WHERE until_scan IS NULL AND is_backing AND holder > 0 AND target_image IS NOT NULL),
  level (image, length) AS (
    SELECT DISTINCT lower, 1 FROM step WHERE lower NOT IN (SELECT upper FROM step)
    UNION
    SELECT step.upper, level.length + 1 FROM level JOIN step ON step.lower = level.image
    WHERE level.length < 1000)
SELECT image, length FROM level ORDER BY length DESC, image LIMIT 1;
