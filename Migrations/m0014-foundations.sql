-- m0014: what an overlay was made on is remembered as long as the overlay is.

-- What overlays see of an image, as it was measured; images that hold the same share a row. A content may be
-- measured in several ways, and two are compared only where the way is one.
CREATE TABLE content (
  id     INTEGER PRIMARY KEY,
  method INTEGER NOT NULL,               -- 1: of the bytes of the file
  level  INTEGER NOT NULL,               -- 0: all of it was read; k: one block of 2^k
  ladder BLOB    NOT NULL,               -- of method 1: the digest, in decimal digits
  UNIQUE (method, level, ladder)
) STRICT;
INSERT INTO content (method, level, ladder)
SELECT DISTINCT 1, 0, CAST(CAST(digest AS TEXT) AS BLOB)
FROM (
  SELECT content AS digest FROM image
  UNION
  SELECT json_extract(detail, '$.was') FROM finding
  WHERE kind = 'base-modified' AND until_scan IS NULL)
WHERE digest IS NOT NULL;
-- From here on image.content is a row of it.
UPDATE image SET content = (
  SELECT content.id FROM content WHERE content.ladder = CAST(CAST(image.content AS TEXT) AS BLOB))
WHERE content IS NOT NULL;
CREATE INDEX image_by_content ON image (content) WHERE content IS NOT NULL;

-- What an overlay was made on, where that is not simply what it stands on. An overlay without a row
-- stands on what it was made on: on its link's target, with the content that the target has now. A row is
-- written before that ends, and ends when the overlay stands on the same again.
CREATE TABLE foundation (
  holder      INTEGER NOT NULL,
  ordinal     INTEGER NOT NULL,
  from_scan   INTEGER NOT NULL,          -- the scan that wrote it; the overlay stood on it before
  until_scan  INTEGER,
  image       INTEGER NOT NULL,
  content     INTEGER REFERENCES content,  -- NULL: was not measured
  stored      BLOB    NOT NULL,          -- what the reference said
  mark        TEXT,                      -- what the overlay recorded of the state of its parent
  actual_size INTEGER,                   -- allocated bytes of the overlay
  PRIMARY KEY (holder, ordinal, from_scan)
) STRICT, WITHOUT ROWID;
CREATE INDEX foundation_open ON foundation (holder) WHERE until_scan IS NULL;

-- An overlay that stands on another content than it was made on, and by no doing of its own.
CREATE TABLE victim (
  holder     INTEGER NOT NULL,
  ordinal    INTEGER NOT NULL,
  from_scan  INTEGER NOT NULL,
  until_scan INTEGER,
  base       INTEGER NOT NULL,           -- the image that it stands on
  PRIMARY KEY (holder, ordinal, from_scan)
) STRICT, WITHOUT ROWID;
CREATE INDEX victim_by_base ON victim (base);

-- Findings that are open keep what they rest on.
INSERT INTO foundation (holder, ordinal, from_scan, image, content, stored)
SELECT link.holder, link.ordinal, max(finding.from_scan),
  coalesce(json_extract(finding.detail, '$.replaced'), finding.holder), (
    SELECT content.id FROM content
    WHERE content.ladder = CAST(CAST(json_extract(finding.detail, '$.was') AS TEXT) AS BLOB)),
  reference.stored
FROM finding
JOIN link ON link.target_image = finding.holder AND link.until_scan IS NULL AND link.is_backing
JOIN reference ON reference.holder = link.holder AND reference.ordinal = link.ordinal
  AND reference.until_scan IS NULL AND reference.from_scan < finding.from_scan
WHERE finding.kind = 'base-modified' AND finding.until_scan IS NULL
GROUP BY link.holder, link.ordinal;
INSERT INTO victim (holder, ordinal, from_scan, base)
SELECT foundation.holder, foundation.ordinal, foundation.from_scan, link.target_image
FROM foundation JOIN link ON link.holder = foundation.holder
  AND link.ordinal = foundation.ordinal AND link.until_scan IS NULL;

-- The format by which a disk is known, where its header shows another now: a guest may have written that
-- one. NULL: the one that its header shows.
ALTER TABLE image ADD COLUMN accepted_format TEXT;
ALTER TABLE image ADD COLUMN accepted_scan INTEGER;  -- the first scan that saw another
CREATE INDEX image_by_accepted_format ON image (id) WHERE accepted_format IS NOT NULL;
UPDATE image SET (accepted_format, accepted_scan) = (
  SELECT iif(kind = 'header-appeared', 'raw', coalesce(json_extract(detail, '$.was'), 'qcow2')), from_scan
  FROM finding WHERE holder = image.id AND until_scan IS NULL
    AND kind IN ('header-appeared', 'header-vanished') LIMIT 1)
WHERE id IN (
  SELECT holder FROM finding
  WHERE until_scan IS NULL AND kind IN ('header-appeared', 'header-vanished'));
