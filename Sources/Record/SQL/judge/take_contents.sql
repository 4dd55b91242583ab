-- What bases hold tonight takes the place of what they held; before that their overlays keep what they were
-- made on (keep_foundations.sql, which runs next).

INSERT OR IGNORE INTO temp.unkept (holder, ordinal, image, content)
SELECT link.holder, link.ordinal, image.id, image.content
FROM temp.base_content CROSS JOIN image ON image.id = base_content.image
CROSS JOIN link ON link.target_image = image.id
WHERE image.content IS NOT base_content.content AND image.content IS NOT NULL
  AND link.until_scan IS NULL AND link.is_backing
  -- Overlays that stood on it before tonight; by another name, maybe.
  AND (link.from_scan < :scan OR EXISTS (
    SELECT 1 FROM link AS old
    WHERE old.holder = link.holder AND old.ordinal = link.ordinal AND old.until_scan = :scan
      AND old.target_image = image.id));

-- What was made tonight on a base that could not be read was made on nobody knows what. What stood on it before was
-- made on what is remembered of it.
INSERT OR IGNORE INTO temp.unkept (holder, ordinal, image)
SELECT link.holder, link.ordinal, link.target_image
FROM temp.unread_base CROSS JOIN link ON link.target_image = unread_base.image
WHERE link.until_scan IS NULL AND link.is_backing AND link.from_scan = :scan
  AND NOT EXISTS (
    SELECT 1 FROM link AS old
    WHERE old.holder = link.holder AND old.ordinal = link.ordinal AND old.until_scan = :scan
      AND old.target_image = link.target_image);

UPDATE image SET content = (
  SELECT base_content.content FROM temp.base_content WHERE base_content.image = image.id),
  revised_scan = :scan
WHERE id IN (SELECT image FROM temp.base_content);
