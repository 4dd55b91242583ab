-- What stands on some images, over any number of links, and these themselves; of several lists of images, each by its
-- position.
WITH RECURSIVE up (list, image) AS (
  SELECT list.key, root.value FROM json_each(:roots) AS list, json_each(list.value) AS root
  UNION
  SELECT up.list, link.holder FROM up
  CROSS JOIN link_at AS link ON link.target_image = up.image
  WHERE link.holder > 0)
SELECT list, image FROM up
