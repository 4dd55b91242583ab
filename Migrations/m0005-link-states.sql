-- m0005: what a link may be is asked of each new one; a list of seven words costs more there than all the
-- rest of the row, because SQLite makes a table of the list for every row that a constraint, or the
-- condition of an index, looks at. Nearly every link is 'ok', and that is asked first now.

CREATE TABLE new_link (
  holder       INTEGER NOT NULL,
  ordinal      INTEGER NOT NULL,
  from_scan    INTEGER NOT NULL,
  until_scan   INTEGER,
  directory    INTEGER REFERENCES directory,  -- of the target, as the reference names it
  name         BLOB,
  target_image INTEGER REFERENCES image,
  is_backing   INTEGER NOT NULL,         -- 1: a link of a chain (role 'backing' or 'parent')
  state        TEXT    NOT NULL CHECK (state = 'ok' OR state IN
    ('missing', 'unreadable', 'outside-pools', 'remote', 'invalid', 'unknown')),
  PRIMARY KEY (holder, ordinal, from_scan)
) STRICT, WITHOUT ROWID;
INSERT INTO new_link (
  holder, ordinal, from_scan, until_scan, directory, name, target_image, is_backing, state)
SELECT holder, ordinal, from_scan, until_scan, directory, name, target_image, is_backing, state
FROM link ORDER BY holder, ordinal, from_scan;
DROP TABLE link;
-- The views name the table; they are not to be looked at while it is away.
PRAGMA legacy_alter_table = ON;
ALTER TABLE new_link RENAME TO link;
PRAGMA legacy_alter_table = OFF;
CREATE INDEX link_by_target ON link (target_image) WHERE target_image IS NOT NULL;
-- Links that are looked for again every night are among these.
CREATE INDEX link_not_ok ON link (state) WHERE until_scan IS NULL AND state <> 'ok';
