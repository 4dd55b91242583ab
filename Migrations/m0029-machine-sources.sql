-- m0029: sources of machines that scans read.

-- One that an earlier scan read and tonight's did not is not seen, whether a machine was in it or not.
CREATE TABLE machine_source (
  kind TEXT NOT NULL,                    -- its word on the command line: 'list', 'pve', …
  path BLOB NOT NULL,                    -- as it was asked for
  PRIMARY KEY (kind, path)
) STRICT, WITHOUT ROWID;
