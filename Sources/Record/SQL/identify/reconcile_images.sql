-- Images that are new, and those that are known by another file now. Hard links that are new
-- together are one image. {image} stands for the columns of ImageColumn.

CREATE INDEX temp.seen_elsewhere ON seen (inode, filesystem) WHERE is_elsewhere AND is_new;
UPDATE temp.seen SET image = (
  SELECT min(other.image) FROM temp.seen AS other
  WHERE other.is_elsewhere AND other.is_new AND other.inode = seen.inode
    AND other.filesystem = seen.filesystem AND other.birth_time IS seen.birth_time)
WHERE is_elsewhere AND is_new;

-- One row speaks for an image that was met at several paths.
CREATE INDEX temp.seen_elsewhere_by_image ON seen (image) WHERE is_elsewhere;
UPDATE temp.seen SET is_first = 0
WHERE is_elsewhere AND EXISTS (
  SELECT 1 FROM temp.seen AS other
  WHERE other.is_elsewhere AND other.image = seen.image AND other.id < seen.id);
UPDATE temp.seen SET is_first = 0
WHERE NOT is_new AND is_first AND EXISTS (
  SELECT 1 FROM temp.seen AS other WHERE other.image = seen.image AND other.id < seen.id);

INSERT INTO image (id, first_scan, {image})
SELECT image, :scan, {image}
FROM temp.seen WHERE is_new AND is_first;

-- Overlays were made on what it held before.
INSERT INTO temp.former_sample (image, sample)
SELECT image.id, image.sample
FROM temp.seen CROSS JOIN image ON image.id = seen.image
WHERE seen.is_first AND NOT seen.is_new AND seen.is_readable AND image.sample IS NOT seen.sample;
UPDATE image SET sample = seen.sample, revised_scan = :scan
FROM temp.seen
WHERE seen.image = image.id AND seen.is_first AND NOT seen.is_new AND seen.is_readable
  AND image.sample IS NOT seen.sample;

UPDATE image SET filesystem = seen.filesystem, inode = seen.inode, birth_time = seen.birth_time,
  revised_scan = :scan
FROM temp.seen
WHERE seen.image = image.id AND seen.is_first AND NOT seen.is_new
  AND (image.inode <> seen.inode OR image.filesystem <> seen.filesystem
    OR image.birth_time IS NOT seen.birth_time);
