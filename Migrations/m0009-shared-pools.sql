-- m0009: pools on file systems that other hosts may use (NFS, Ceph, …), of which nobody says who does.

-- A pool that a scan found so: while there is one, nothing is certain to be unused. Nothing of it is
-- here where the configuration names the pool's viewers, or somebody says that it is this host's alone.
CREATE TABLE shared_pool (
  scan      INTEGER NOT NULL REFERENCES scan ON DELETE CASCADE,  -- one that did not walk it says what the one before did
  pool      INTEGER NOT NULL REFERENCES pool,
  directory BLOB    NOT NULL,            -- the first of the pool's on such a file system
  type      TEXT    NOT NULL,            -- of the file system: 'nfs', 'fuse.sshfs'
  PRIMARY KEY (scan, pool)
) STRICT, WITHOUT ROWID;
