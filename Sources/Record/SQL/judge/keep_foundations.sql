-- Overlays whose base, or what it holds, is about to be another keep what they were made on; with what the
-- scan before knew of them.
INSERT INTO foundation (
  holder, ordinal, from_scan, image, content, stored, mark, actual_size, sample)
SELECT unkept.holder, unkept.ordinal, :scan, unkept.image, unkept.content, reference.stored,
  image_state.parent_mark, file_state.actual_size,
  iif(former.image IS NULL, image.sample, former.sample)
FROM temp.unkept
CROSS JOIN image ON image.id = unkept.image
LEFT JOIN temp.former_sample AS former ON former.image = unkept.image
CROSS JOIN reference ON reference.holder = unkept.holder AND reference.ordinal = unkept.ordinal
  AND reference.from_scan < :scan AND (reference.until_scan IS NULL OR reference.until_scan = :scan)
LEFT JOIN image_state ON image_state.image = unkept.holder AND image_state.from_scan < :scan
  AND (image_state.until_scan IS NULL OR image_state.until_scan = :scan)
LEFT JOIN file_state ON file_state.image = unkept.holder AND file_state.from_scan < :scan
  AND (file_state.until_scan IS NULL OR file_state.until_scan = :scan)
WHERE NOT EXISTS (
  SELECT 1 FROM foundation
  WHERE foundation.holder = unkept.holder AND foundation.ordinal = unkept.ordinal
    AND foundation.until_scan IS NULL);
DELETE FROM temp.unkept;
