-- m0021: how much room file systems have, for what grows.

-- As the scan found it that walked the root of a pool on it; bytes.
CREATE TABLE filesystem_state (
  filesystem INTEGER NOT NULL REFERENCES filesystem,
  from_scan  INTEGER NOT NULL,
  until_scan INTEGER,
  capacity   INTEGER NOT NULL,
  available  INTEGER NOT NULL,           -- what is left for whoever is not root
  PRIMARY KEY (filesystem, from_scan)
) STRICT, WITHOUT ROWID;
