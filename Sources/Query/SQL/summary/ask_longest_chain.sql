-- The number of images in the longest chain: from what has no image below it, upwards. A cycle has no
-- such image and is not entered; the limit holds where several links of one image lead into one.
WITH RECURSIVE
  step (upper, lower) AS MATERIALIZED (
    SELECT holder, target_image FROM link_at AS link
    WHERE is_backing AND holder > 0 AND target_image IS NOT NULL),
  level (image, length) AS (
    SELECT DISTINCT lower, 1 FROM step WHERE lower NOT IN (SELECT upper FROM step)
    UNION
    SELECT step.upper, level.length + 1 FROM level JOIN step ON step.lower = level.image
    WHERE level.length < 1000)
SELECT max(coalesce((SELECT max(length) FROM level), 0), EXISTS (
  SELECT 1 FROM image_state_at AS image_state WHERE kind = 'image'))
