-- m0024: sources of machines that somebody let go of.

-- What was read of machines at or below the path ends with the next scan that asks for machines, unless that scan reads
-- it; then the row goes.
CREATE TABLE forgotten_source (
  path BLOB NOT NULL PRIMARY KEY         -- a file or a directory
) STRICT, WITHOUT ROWID;
