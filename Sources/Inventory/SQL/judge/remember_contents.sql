-- What bases hold now, once it is judged against what they held before.

-- What no overlay leads to tonight was judged by nobody: it keeps what is remembered of it, for a repair to
-- compare with, and is read again in the next scan.
DELETE FROM temp.base_content WHERE NOT EXISTS (
  SELECT 1 FROM link
  WHERE link.target_image = base_content.image AND link.until_scan IS NULL AND link.is_backing);
UPDATE place SET signature = 0
WHERE until_scan IS NULL AND image IN (
  SELECT image.id FROM temp.seen CROSS JOIN image ON image.id = seen.image
  WHERE image.content IS NOT NULL AND image.id NOT IN (SELECT image FROM temp.base_content));

UPDATE image SET content = (
  SELECT base_content.content FROM temp.base_content WHERE base_content.image = image.id)
WHERE id IN (SELECT image FROM temp.base_content);
