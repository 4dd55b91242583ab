-- Images of which is to be read anew what overlays see of them, those first that were seen first.
SELECT image FROM (
  -- Whose content is remembered, and whose file is new, changed or at another place …
  SELECT seen.image, seen.id FROM temp.seen CROSS JOIN image ON image.id = seen.image
  WHERE image.content IS NOT NULL AND seen.is_readable
  UNION ALL
  -- … or the file that its data lies in; what lay there may be another file.
  SELECT link.holder, seen.id FROM temp.seen
  CROSS JOIN link ON link.target_image IN (seen.image, seen.known_image)
  CROSS JOIN image ON image.id = link.holder
  WHERE link.until_scan IS NULL AND NOT link.is_backing AND image.content IS NOT NULL
  UNION ALL
  SELECT link.holder, 0 FROM temp.changed_link CROSS JOIN link USING (holder, ordinal)
  CROSS JOIN image ON image.id = link.holder
  WHERE link.until_scan IS NULL AND NOT link.is_backing AND image.content IS NOT NULL
  UNION ALL
  -- What stands now where overlays were made on something else.
  SELECT link.target_image, 0 FROM foundation CROSS JOIN link USING (holder, ordinal)
  CROSS JOIN image ON image.id = link.target_image
  WHERE foundation.until_scan IS NULL AND link.until_scan IS NULL AND link.is_backing
    AND link.state = 'ok' AND image.content IS NULL)
GROUP BY image ORDER BY min(id), image
