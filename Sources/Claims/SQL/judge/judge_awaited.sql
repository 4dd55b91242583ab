-- Which images are wanted, and not used for certain. An INTEGER that is compared with a want's key needs a +
-- before it, or the key of the table is not used.

-- Nobody wants himself. What is wanted by number is few; the names and identities of all images are gone
-- through once where any is wanted.
DROP TABLE IF EXISTS temp.match;
CREATE TEMP TABLE match (
  image INTEGER, kind TEXT, key, PRIMARY KEY (image, kind, key)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.match
SELECT want.key, 'image', want.key FROM want
WHERE want.kind = 'image' AND want.until_scan IS NULL AND want.holder <> want.key;
INSERT OR IGNORE INTO temp.match
SELECT named.image, 'name', named.name FROM (
  SELECT place.image, CAST(lower(CAST(place.name AS TEXT)) AS BLOB) AS name
  FROM (SELECT 1 FROM want WHERE kind = 'name' AND until_scan IS NULL LIMIT 1)
  CROSS JOIN place WHERE place.until_scan IS NULL) AS named
WHERE EXISTS (
  SELECT 1 FROM want
  WHERE kind = 'name' AND key = +named.name AND until_scan IS NULL AND holder <> named.image);
INSERT OR IGNORE INTO temp.match
SELECT state.image, 'identity', mark.value
FROM (SELECT 1 FROM want WHERE kind = 'identity' AND until_scan IS NULL LIMIT 1)
CROSS JOIN image_state AS state
CROSS JOIN json_each(json_array(state.own_mark, state.own_uuid)) AS mark
WHERE state.until_scan IS NULL AND coalesce(state.own_mark, state.own_uuid) IS NOT NULL
  AND mark.value IS NOT NULL AND EXISTS (
    SELECT 1 FROM want
    WHERE kind = 'identity' AND key = +mark.value AND until_scan IS NULL
      AND holder <> state.image);
INSERT OR IGNORE INTO temp.match
SELECT image.id, 'content', image.sample
FROM (SELECT 1 FROM want WHERE kind = 'content' AND until_scan IS NULL LIMIT 1) CROSS JOIN image
WHERE image.sample IS NOT NULL AND EXISTS (
  SELECT 1 FROM want
  WHERE kind = 'content' AND key = +image.sample AND until_scan IS NULL AND holder <> image.id);

-- Which of them, and of what they stand on, nobody uses. Without domains whatever an image refers to is used.
DROP TABLE IF EXISTS temp.idle;
CREATE TEMP TABLE idle (image INTEGER PRIMARY KEY);
INSERT INTO temp.idle
WITH RECURSIVE down (image) AS (
  SELECT image FROM temp.match
  UNION
  SELECT link.target_image FROM down CROSS JOIN link ON link.holder = down.image
  WHERE link.until_scan IS NULL AND link.target_image IS NOT NULL)
SELECT down.image
FROM down CROSS JOIN image_state AS state ON state.image = down.image
WHERE state.until_scan IS NULL AND state.kind = 'image'
  AND CASE WHEN :known
    THEN NOT EXISTS (SELECT 1 FROM temp.reached WHERE reached.image = down.image)
    ELSE NOT EXISTS (
      SELECT 1 FROM link WHERE link.target_image = down.image AND link.until_scan IS NULL) END
  AND NOT EXISTS (SELECT 1 FROM temp.kept_image WHERE kept_image.image = down.image)
  AND NOT EXISTS (
    SELECT 1 FROM file_state AS file
    WHERE file.image = down.image AND file.until_scan IS NULL AND file.is_in_use);
DELETE FROM temp.match WHERE image NOT IN (SELECT image FROM temp.idle);

-- What more than :common images have names none of them, but with the same directory before it.
DROP TABLE IF EXISTS temp.common_key;
CREATE TEMP TABLE common_key AS
SELECT kind, key FROM temp.match GROUP BY kind, key HAVING count(*) > :common;
INSERT OR IGNORE INTO temp.match
SELECT tailed.image, 'tail', tailed.tail FROM (
  SELECT match.image, CAST(lower(
    substr(directory.text, length(rtrim(directory.text, replace(directory.text, '/', ''))) + 1)
    || '/' || CAST(place.name AS TEXT)) AS BLOB) AS tail
  FROM temp.common_key CROSS JOIN temp.match ON match.kind = 'name' AND match.key = common_key.key
  CROSS JOIN place ON place.image = match.image AND place.until_scan IS NULL
  CROSS JOIN (SELECT id, CAST(path AS TEXT) AS text FROM directory) AS directory
    ON directory.id = place.directory
  WHERE common_key.kind = 'name') AS tailed
WHERE EXISTS (
  SELECT 1 FROM want
  WHERE kind = 'tail' AND key = +tailed.tail AND until_scan IS NULL AND holder <> tailed.image);

-- The named first, down to the end; then what only a common key may mean.
DROP TABLE IF EXISTS temp.awaited_now;
CREATE TEMP TABLE awaited_now (image INTEGER PRIMARY KEY, strength TEXT NOT NULL);
INSERT INTO temp.awaited_now
WITH RECURSIVE down (image) AS (
  SELECT image FROM temp.match
  WHERE (kind, key) NOT IN (SELECT kind, key FROM temp.common_key)
  UNION
  SELECT link.target_image FROM down CROSS JOIN link ON link.holder = down.image
  WHERE link.until_scan IS NULL AND link.target_image IS NOT NULL)
SELECT image, 'named' FROM down WHERE image IN (SELECT image FROM temp.idle);
INSERT OR IGNORE INTO temp.awaited_now
WITH RECURSIVE down (image) AS (
  SELECT image FROM temp.match WHERE (kind, key) IN (SELECT kind, key FROM temp.common_key)
  UNION
  SELECT link.target_image FROM down CROSS JOIN link ON link.holder = down.image
  WHERE link.until_scan IS NULL AND link.target_image IS NOT NULL)
SELECT image, 'common' FROM down WHERE image IN (SELECT image FROM temp.idle);

UPDATE awaited SET until_scan = :scan
WHERE until_scan IS NULL AND NOT EXISTS (
  SELECT 1 FROM temp.awaited_now AS now
  WHERE now.image = awaited.image AND now.strength = awaited.strength);
INSERT INTO awaited (image, from_scan, strength)
SELECT image, :scan, strength FROM temp.awaited_now AS now
WHERE NOT EXISTS (
  SELECT 1 FROM awaited WHERE awaited.image = now.image AND awaited.until_scan IS NULL);
