-- m0026: what a host has to know to send its scans to a centre of many hosts.

-- The last scan that a centre has said that it has.
CREATE TABLE sent (
  destination  TEXT    PRIMARY KEY,      -- as the configuration names the centre; '': whoever was told by hand
  scan         INTEGER NOT NULL,
  token        BLOB    NOT NULL,         -- of the scan
  acknowledged INTEGER NOT NULL          -- milliseconds
) STRICT, WITHOUT ROWID;

-- The number of a content changes in place, when the same is measured in another way.
ALTER TABLE foundation ADD COLUMN
  revised_scan INTEGER;                  -- the last scan that changed the row; NULL: none since there is this column
