-- The tables of everything that broken references may mean; filled for the last scan or for an earlier one.

DROP TABLE IF EXISTS temp.broken_link;
CREATE TEMP TABLE broken_link (
  holder INTEGER, ordinal INTEGER, PRIMARY KEY (holder, ordinal)) WITHOUT ROWID;
DROP TABLE IF EXISTS temp.broken_name;
-- In lower case: Windows, where some names come from, does not tell cases apart.
CREATE TEMP TABLE broken_name (name BLOB PRIMARY KEY) WITHOUT ROWID;
DROP TABLE IF EXISTS temp.broken_mark;
CREATE TEMP TABLE broken_mark (mark TEXT PRIMARY KEY) WITHOUT ROWID;
-- Images of which it is asked whether they are meant.
DROP TABLE IF EXISTS temp.doubtful;
CREATE TEMP TABLE doubtful (image INTEGER PRIMARY KEY);
