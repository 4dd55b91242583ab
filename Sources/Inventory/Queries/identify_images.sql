-- Which image is each file that was seen, in a database that knows images? By the file first, by its content where the file system
-- gives no lasting number, and otherwise it is new.

-- The same file at the same path.
UPDATE temp.seen SET image = known_image
WHERE known_image IS NOT NULL AND EXISTS (
  SELECT 1 FROM image
  WHERE image.id = seen.known_image AND image.inode = seen.inode
    AND image.filesystem = seen.filesystem AND image.birth_time IS seen.birth_time);

-- The same file at another path. Without a birth time the number alone may be a reused one, so the
-- header has to be the same as well.
UPDATE temp.seen SET image = (
  SELECT image.id FROM image
  WHERE image.inode = seen.inode AND image.filesystem = seen.filesystem
    AND image.birth_time IS seen.birth_time
    AND (seen.birth_time IS NOT NULL OR EXISTS (
      SELECT 1 FROM image_state
      WHERE image_state.image = image.id AND image_state.header_digest = seen.header_digest))
  ORDER BY image.id DESC LIMIT 1)
WHERE image IS NULL;

-- Another number for the file at the same path, and nothing else is different: a copy put in its
-- place, or a file system that numbers anew with every mount. Not when the image that was here has
-- been met elsewhere.
CREATE INDEX temp.seen_by_image ON seen (image);
UPDATE temp.seen SET image = known_image
WHERE image IS NULL AND known_image IS NOT NULL AND is_readable
  AND NOT EXISTS (SELECT 1 FROM temp.seen AS other WHERE other.image = seen.known_image)
  AND EXISTS (
  SELECT 1 FROM image_state JOIN file_state USING (image)
  WHERE image_state.image = seen.known_image AND image_state.until_scan IS NULL
    AND file_state.until_scan IS NULL
    AND image_state.header_digest = seen.header_digest
    AND file_state.file_size = seen.file_size AND file_state.modified = seen.modified);

DROP INDEX temp.seen_by_image;

-- What is left was never known.
UPDATE temp.seen SET is_new = 1, image = fresh.number
FROM (
  SELECT id, (SELECT coalesce(max(id), 0) FROM image) + row_number() OVER (ORDER BY id) AS number
  FROM temp.seen WHERE image IS NULL) AS fresh
WHERE seen.id = fresh.id;

CREATE INDEX temp.seen_by_image ON seen (image);
