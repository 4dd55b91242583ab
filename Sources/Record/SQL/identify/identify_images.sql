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
-- place, or a file system that assigns new inode numbers with every mount. Not when the image that was here has
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
SELECT place.image FROM temp.gone CROSS JOIN place USING (directory, name)
WHERE place.until_scan IS NULL
UNION SELECT place.image FROM temp.gone_directory CROSS JOIN place USING (directory)
WHERE place.until_scan IS NULL
UNION SELECT known_image FROM temp.seen WHERE known_image IS NOT NULL AND image IS NOT known_image
-- … and who left earlier and stood where something stands now …
UNION SELECT place.image FROM temp.seen CROSS JOIN place USING (directory, name)
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

-- … by what it is known …
INSERT INTO temp.leaving_key (image, digest, size, sample, modified)
SELECT leaving.image, image_state.header_digest, file_state.file_size, image.sample,
  file_state.modified
FROM temp.leaving
CROSS JOIN image ON image.id = leaving.image
CROSS JOIN image_state ON image_state.image = leaving.image AND image_state.kind = 'image'
  AND image_state.from_scan = (
    SELECT max(from_scan) FROM image_state AS last WHERE last.image = leaving.image)
CROSS JOIN file_state ON file_state.image = leaving.image AND file_state.from_scan = (
    SELECT max(from_scan) FROM file_state AS last WHERE last.image = leaving.image)
WHERE file_state.file_size > 0;

-- … and who came with the same header, length and time. Twins cannot be told apart: a key that two
-- leave with, or two come with, is none.
INSERT INTO temp.other_half (seen, image, digest, size, sample, modified)
SELECT came.seen, went.image, digest, size, coalesce(came.sample, went.sample), modified
FROM (
  SELECT digest, size, modified, min(image) AS image, min(sample) AS sample
  FROM temp.leaving_key GROUP BY digest, size, modified HAVING count(*) = 1) AS went
JOIN (
  SELECT header_digest AS digest, file_size AS size, modified, min(id) AS seen,
    min(sample) AS sample
  FROM temp.seen WHERE image IS NULL AND is_readable
  GROUP BY header_digest, file_size, modified HAVING count(*) = 1) AS came
USING (digest, size, modified)
WHERE went.sample IS NULL OR came.sample IS NULL OR went.sample = came.sample;

-- Whoever comes with another time is known by the sample of its content.
INSERT INTO temp.other_half (seen, image, digest, size, sample)
SELECT came.seen, went.image, digest, size, sample
FROM (
  SELECT digest, size, sample, min(image) AS image FROM temp.leaving_key
  WHERE sample IS NOT NULL AND image NOT IN (SELECT image FROM temp.other_half)
  GROUP BY digest, size, sample HAVING count(*) = 1) AS went
JOIN (
  SELECT header_digest AS digest, file_size AS size, sample, min(id) AS seen FROM temp.seen
  WHERE image IS NULL AND is_readable AND sample IS NOT NULL
    AND id NOT IN (SELECT seen FROM temp.other_half)
  GROUP BY header_digest, file_size, sample HAVING count(*) = 1) AS came
USING (digest, size, sample);

-- A twin that stays may be the one that was copied.
INSERT OR IGNORE INTO temp.staying (digest, size, sample, modified)
SELECT image_state.header_digest, file_state.file_size, coalesce(image.sample, 0),
  file_state.modified
FROM (SELECT 1 FROM temp.other_half LIMIT 1)  -- nothing is looked through for nobody
CROSS JOIN image_state
CROSS JOIN file_state ON file_state.image = image_state.image AND file_state.until_scan IS NULL
CROSS JOIN image ON image.id = image_state.image
WHERE image_state.until_scan IS NULL
  AND image_state.header_digest IN (SELECT digest FROM temp.other_half)
  AND image_state.image NOT IN (SELECT image FROM temp.leaving);

DELETE FROM temp.other_half WHERE EXISTS (
  SELECT 1 FROM temp.staying
  WHERE staying.digest = other_half.digest AND staying.size = other_half.size
    AND (staying.sample IN (0, other_half.sample) OR other_half.sample IS NULL)
    AND (other_half.modified IS NULL OR staying.modified = other_half.modified));

UPDATE temp.seen SET image = other_half.image
FROM temp.other_half WHERE other_half.seen = seen.id;

DROP INDEX temp.seen_by_image;

-- What is left was never known.
UPDATE temp.seen SET is_new = 1, image = fresh.number
FROM (
  SELECT id, (SELECT max(coalesce((SELECT max(id) FROM image), 0), last) FROM number
    WHERE kind = 'image') + row_number() OVER (ORDER BY id) AS number
  FROM temp.seen WHERE image IS NULL) AS fresh
WHERE seen.id = fresh.id;

CREATE INDEX temp.seen_by_image ON seen (image);
