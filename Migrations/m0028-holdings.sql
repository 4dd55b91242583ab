-- m0028: how many images there are, kept with the scans: who asks every few minutes does not count them again.

-- Images by pool and format. One that stands in several pools is in each of them, and in one of them at home: in that
-- with the first name. Bytes are allocated ones.
CREATE TABLE holding (
  pool        INTEGER NOT NULL,          -- 0: those in no pool
  format      TEXT    NOT NULL,
  from_scan   INTEGER NOT NULL,
  until_scan  INTEGER,
  images      INTEGER NOT NULL,
  actual_size INTEGER NOT NULL,
  home_images INTEGER NOT NULL,          -- those that are at home here
  home_size   INTEGER NOT NULL,
  PRIMARY KEY (pool, format, from_scan)
) STRICT, WITHOUT ROWID;

ALTER TABLE scan ADD COLUMN
  is_counted INTEGER NOT NULL DEFAULT 0; -- 1: "holding" says what there was after the scan
ALTER TABLE scan ADD COLUMN
  longest_chain INTEGER;                 -- images, of those that stand on another; NULL: not counted
ALTER TABLE scan ADD COLUMN
  longest_chain_top INTEGER;             -- an image with such a chain under it; NULL: there is none
