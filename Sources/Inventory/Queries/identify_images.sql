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

-- Copied to another place and removed here: the content says so. Who leaves …
INSERT OR IGNORE INTO temp.leaving (image)
SELECT place.image FROM temp.gone JOIN place USING (directory, name)
WHERE place.until_scan IS NULL
UNION SELECT place.image FROM temp.gone_directory JOIN place USING (directory)
WHERE place.until_scan IS NULL
UNION SELECT known_image FROM temp.seen WHERE image IS NULL AND known_image IS NOT NULL
-- … and who left earlier and stood where something stands now …
UNION SELECT place.image FROM temp.seen JOIN place USING (directory, name)
WHERE seen.image IS NULL AND seen.known_image IS NULL;

DELETE FROM temp.leaving
WHERE image IN (SELECT image FROM temp.seen WHERE image IS NOT NULL)
  OR EXISTS (
    SELECT 1 FROM place
    WHERE place.image = leaving.image AND place.until_scan IS NULL
      AND NOT EXISTS (
        SELECT 1 FROM temp.gone
        WHERE gone.directory = place.directory AND gone.name = place.name)
      AND place.directory NOT IN (SELECT directory FROM temp.gone_directory)
      AND NOT EXISTS (
        SELECT 1 FROM temp.seen
        WHERE seen.directory = place.directory AND seen.name = place.name));

-- … and came with the same header, length and sample, or, where no sample was taken, the same time.
INSERT INTO temp.other_half (seen, image, digest, size, sample, modified, is_same_time)
SELECT seen.id, leaving.image, seen.header_digest, seen.file_size, seen.sample, seen.modified,
  file_state.modified = seen.modified
FROM temp.leaving
JOIN image ON image.id = leaving.image
JOIN image_state ON image_state.image = leaving.image AND image_state.kind = 'image'
  AND image_state.from_scan = (
    SELECT max(from_scan) FROM image_state AS last WHERE last.image = leaving.image)
JOIN file_state ON file_state.image = leaving.image AND file_state.from_scan = (
    SELECT max(from_scan) FROM file_state AS last WHERE last.image = leaving.image)
JOIN temp.seen ON seen.image IS NULL AND seen.header_digest = image_state.header_digest
  AND seen.file_size = file_state.file_size AND seen.file_size > 0 AND seen.is_readable
WHERE image.sample = seen.sample
  OR ((image.sample IS NULL OR seen.sample IS NULL) AND file_state.modified = seen.modified);

-- A copy that kept its time is told from one that did not.
DELETE FROM temp.other_half WHERE NOT is_same_time AND EXISTS (
  SELECT 1 FROM temp.other_half AS better
  WHERE better.is_same_time
    AND (better.seen = other_half.seen OR better.image = other_half.image));

-- Twins cannot be told apart: not those that leave or come together …
DELETE FROM temp.other_half WHERE rowid IN (
  SELECT one.rowid FROM temp.other_half AS one JOIN temp.other_half AS two
  WHERE one.rowid <> two.rowid AND (one.seen = two.seen OR one.image = two.image));

-- … and not from one that stays.
DELETE FROM temp.other_half WHERE rowid IN (
  SELECT other_half.rowid
  FROM temp.other_half
  JOIN image_state AS twin ON twin.header_digest = other_half.digest
    AND twin.until_scan IS NULL AND twin.image <> other_half.image
  JOIN file_state ON file_state.image = twin.image AND file_state.until_scan IS NULL
    AND file_state.file_size = other_half.size
  JOIN image ON image.id = twin.image
  WHERE (image.sample = other_half.sample OR image.sample IS NULL OR other_half.sample IS NULL)
    AND (NOT other_half.is_same_time OR file_state.modified = other_half.modified));

UPDATE temp.seen SET image = other_half.image
FROM temp.other_half WHERE other_half.seen = seen.id;

DROP INDEX temp.seen_by_image;

-- What is left was never known.
UPDATE temp.seen SET is_new = 1, image = fresh.number
FROM (
  SELECT id, (SELECT coalesce(max(id), 0) FROM image) + row_number() OVER (ORDER BY id) AS number
  FROM temp.seen WHERE image IS NULL) AS fresh
WHERE seen.id = fresh.id;

CREATE INDEX temp.seen_by_image ON seen (image);
