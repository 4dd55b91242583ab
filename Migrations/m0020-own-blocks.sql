-- m0020: what deleting an image that nobody uses would free.

-- Blocks that an image does not share with other files, by reflinks or snapshots of the file system. Asked of images
-- that no reference leads to for certain: what others share changes without the image.
CREATE TABLE own_blocks (
  image      INTEGER NOT NULL,
  from_scan  INTEGER NOT NULL,
  until_scan INTEGER,
  bytes      INTEGER,                    -- allocated bytes that are its own; NULL: the file system does not say
  names      INTEGER NOT NULL,           -- of the file, wherever they are
  PRIMARY KEY (image, from_scan)
) STRICT, WITHOUT ROWID;

ALTER TABLE scan ADD COLUMN
  is_measured INTEGER NOT NULL DEFAULT 0;  -- 1: it asked for that
