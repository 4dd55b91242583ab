-- m0022: what is lost if tonight does not record it.

-- Which database this is: a copy that was restored has the same, and scans with other tokens.
CREATE TABLE identity (
  database   BLOB    NOT NULL,           -- 16 random bytes
  generation INTEGER NOT NULL,           -- begun anew when a copy goes its own way
  created    INTEGER NOT NULL            -- milliseconds
) STRICT;
INSERT INTO identity VALUES (randomblob(16), 1, CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER));
ALTER TABLE scan ADD COLUMN
  token BLOB;                            -- 16 random bytes; NULL: of a scan before there were any

-- Whose a file is, and who may do what with it.
CREATE TABLE ownership (
  id      INTEGER PRIMARY KEY,
  "user"  INTEGER NOT NULL,
  "group" INTEGER NOT NULL,
  mode    INTEGER NOT NULL,              -- permission bits, with those for set-uid, set-gid and sticky
  UNIQUE ("user", "group", mode)
) STRICT;
-- NULL: the file was looked at last before they were asked.
ALTER TABLE file_state ADD COLUMN links INTEGER;  -- how many names the file has, in the pools or not
ALTER TABLE file_state ADD COLUMN ownership INTEGER REFERENCES ownership;

-- Numbers, times, samples and contents of an image change in place.
ALTER TABLE image ADD COLUMN
  revised_scan INTEGER;                  -- the last scan that changed the row; NULL: none since there is this column

-- What a base held that overlays were made on, and holds no more: a copy of that may be the last.
ALTER TABLE foundation ADD COLUMN
  sample INTEGER;                        -- of the base; NULL: not taken
