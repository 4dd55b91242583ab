-- What stands on what, of all that stands on some images, over any number of links.
WITH RECURSIVE up (image) AS (
  SELECT value FROM json_each(:roots)
  UNION
  SELECT link.holder FROM up CROSS JOIN link_at AS link ON link.target_image = up.image
  WHERE link.holder > 0)
SELECT up.image, link.holder
FROM up CROSS JOIN link_at AS link ON link.target_image = up.image
WHERE link.holder > 0
