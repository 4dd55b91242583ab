-- Images that machines, or lists, name and that no machine uses, directly or over any number of links: who names
-- them, how, and since when.
WITH RECURSIVE certain (holder, image, part, place, since) AS MATERIALIZED (
  SELECT link.holder, link.target_image, json_extract(reference.detail, '$.part'),
    json_extract(reference.detail, '$.target'), link.from_scan
  FROM link_at AS link
  JOIN reference_at AS reference ON reference.holder = link.holder
    AND reference.ordinal = link.ordinal
  WHERE link.holder < 0 AND link.target_image IS NOT NULL),
named (holder, image, part, place, since) AS (
  SELECT * FROM certain WHERE part IN ('detached', 'kept')
  UNION
  SELECT named.holder, link.target_image, named.part, named.place, named.since
  FROM named JOIN link_at AS link ON link.holder = named.image
  WHERE link.target_image IS NOT NULL),
used (image) AS (
  SELECT image FROM certain WHERE part NOT IN ('detached', 'kept')
  UNION
  SELECT link.target_image FROM used JOIN link_at AS link ON link.holder = used.image
  WHERE link.target_image IS NOT NULL)
SELECT named.image, named.part, domain.name AS machine, named.place, named.since,
  file_state.actual_size
FROM named
JOIN domain ON domain.id = named.holder
JOIN image_state_at AS image_state ON image_state.image = named.image AND image_state.kind = 'image'
JOIN file_state_at AS file_state ON file_state.image = named.image
WHERE named.image NOT IN (SELECT image FROM used)
ORDER BY named.image, named.part DESC, domain.name
