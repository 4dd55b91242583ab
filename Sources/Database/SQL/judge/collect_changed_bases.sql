-- Images whose content is to be read again: first those that changed, in the order in which they were seen, then those
-- that stand on them. The method is a digest of the files, or of what a guest sees, whichever overlays compare with.
WITH RECURSIVE
  changed (image, id) AS (
    -- Files that are new, changed or at another place, and what was in their places …
    SELECT image, id FROM temp.seen WHERE is_readable
    UNION SELECT known_image, id FROM temp.seen WHERE known_image IS NOT NULL
    -- … and images of which a file lies elsewhere.
    UNION SELECT holder, 0 FROM temp.changed_link),
  -- Whoever is made of these, or stands on them: each once, whatever it stands on.
  above (image) AS (
    SELECT image FROM changed
    UNION
    SELECT link.holder FROM above CROSS JOIN link ON link.target_image = above.image
    WHERE link.until_scan IS NULL AND link.holder > 0)
SELECT image,
  coalesce((
    SELECT min(content.method) FROM content WHERE content.id IN (
      SELECT known.content FROM image AS known WHERE known.id = asked.image
      UNION ALL
      SELECT foundation.content FROM link
      JOIN foundation ON foundation.holder = link.holder AND foundation.ordinal = link.ordinal
        AND foundation.until_scan IS NULL
      WHERE link.target_image = asked.image AND link.until_scan IS NULL)), 0) AS method
FROM (
  SELECT image.id AS image, coalesce(own.id, 9223372036854775807) AS id
  FROM above CROSS JOIN image ON image.id = above.image
  LEFT JOIN (SELECT image, min(id) AS id FROM changed GROUP BY image) AS own ON own.image = above.image
  WHERE image.content IS NOT NULL
  UNION
  -- What stands now where overlays were made on something else.
  SELECT link.target_image, 0 FROM foundation CROSS JOIN link USING (holder, ordinal)
  CROSS JOIN image ON image.id = link.target_image
  WHERE foundation.until_scan IS NULL AND link.until_scan IS NULL AND link.is_backing
    AND link.state = 'ok' AND image.content IS NULL
) AS asked
ORDER BY id, image
