-- m0011: what only a scan that looked can say, and numbers that are never given twice.

-- Of a scan that was asked for single images: which of them it looked at.
CREATE TABLE scan_image (
  scan  INTEGER NOT NULL,
  image INTEGER NOT NULL,
  PRIMARY KEY (scan, image)
) STRICT, WITHOUT ROWID;

-- The highest number of a kind that was ever given to what is forgotten by now. It is given to nothing else:
-- what was written down with it would mean another thing.
CREATE TABLE number (
  kind TEXT    PRIMARY KEY,              -- 'image', 'finding'
  last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO number (kind, last)
SELECT 'image', coalesce(max(last), 0) FROM (
  SELECT max(id) AS last FROM image
  UNION ALL SELECT max(target_image) FROM link
  UNION ALL SELECT max(holder) FROM finding
  UNION ALL SELECT max(json_extract(cause, '$.image')) FROM finding WHERE cause IS NOT NULL
  UNION ALL SELECT max(json_extract(detail, '$.replaced')) FROM finding
    WHERE kind = 'base-modified' AND detail IS NOT NULL);
INSERT INTO number (kind, last) SELECT 'finding', coalesce(max(id), 0) FROM finding;

-- A pool is known by its directory, so that one that was renamed is the same pool.
ALTER TABLE pool ADD COLUMN filesystem INTEGER REFERENCES filesystem;  -- of its root, when that was last walked
ALTER TABLE pool ADD COLUMN inode INTEGER;                             -- likewise
ALTER TABLE pool ADD COLUMN birth_time INTEGER;                        -- likewise; nanoseconds
ALTER TABLE former_pool ADD COLUMN path BLOB;                          -- where it was then
UPDATE former_pool SET path = (SELECT path FROM pool WHERE pool.id = former_pool.pool);
