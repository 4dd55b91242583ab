-- m0001: the whole model.
--
-- An interval is a pair of scans: true from from_scan on, until before until_scan; NULL is "still".
-- Paths and names are BLOBs, because a file name on Linux is bytes and need not be UTF-8.
-- Numbers of bytes are clamped to 2^63 - 1. Times of files are nanoseconds, times of scans
-- milliseconds, since 1970, UTC.

-- A machine whose file systems were scanned.
CREATE TABLE host (
  id         INTEGER PRIMARY KEY,
  machine_id TEXT NOT NULL UNIQUE,       -- /etc/machine-id, or the name where there is none
  name       TEXT NOT NULL               -- the host name when it was last seen
) STRICT;

-- A file system by its own identity: a device number changes with a reboot, this does not.
CREATE TABLE filesystem (
  id       INTEGER PRIMARY KEY,
  host     INTEGER NOT NULL REFERENCES host,
  identity TEXT    NOT NULL,             -- 'uuid:…', 'nfs:server:/export', 'fsid:…'
  UNIQUE (host, identity)
) STRICT;

-- A directory tree that is scanned under a name; a name may have several trees.
CREATE TABLE pool (
  id     INTEGER PRIMARY KEY,
  host   INTEGER NOT NULL REFERENCES host,
  name   TEXT    NOT NULL,
  path   BLOB    NOT NULL,               -- absolute
  origin TEXT    NOT NULL DEFAULT 'argument'
         CHECK (origin IN ('argument', 'configuration', 'libvirt')),
  not_visited TEXT,                      -- why no scan looks into it; NULL: scans do
  UNIQUE (host, path)
) STRICT;

-- One run over one or more pools: a numbered point in time.
CREATE TABLE scan (
  id              INTEGER PRIMARY KEY,   -- the scan's number, from 1
  host            INTEGER NOT NULL REFERENCES host,
  state           TEXT    NOT NULL CHECK (state IN ('complete', 'partial')),
  started         INTEGER NOT NULL,      -- milliseconds
  finished        INTEGER NOT NULL,      -- milliseconds
  is_forgotten    INTEGER NOT NULL DEFAULT 0,  -- 1: pruned; kept only to date what it first saw
  has_domains     INTEGER NOT NULL DEFAULT 0,  -- 1: domains were given, and every source was seen
  is_whole        INTEGER NOT NULL DEFAULT 0,  -- 1: has_domains, every pool was seen whole, and
                                         -- nothing in use leads where no scan looked
  max_depth       INTEGER NOT NULL,      -- images in a chain beyond which it is too deep
  grace           INTEGER NOT NULL,      -- complete scans before an unused image is an orphan
  images          INTEGER NOT NULL,      -- images known in the scanned pools after the scan
  added           INTEGER NOT NULL,      -- images that are new
  removed         INTEGER NOT NULL,      -- images that are gone from every path
  moved           INTEGER NOT NULL,      -- images at another path than before
  changed         INTEGER NOT NULL,      -- images whose header or file changed
  replaced        INTEGER NOT NULL,      -- paths at which another image stands now
  unchanged       INTEGER NOT NULL,      -- images that are as they were
  unreadable      INTEGER NOT NULL,      -- files that could not be read
  findings_open   INTEGER NOT NULL,      -- findings open after the scan
  findings_opened INTEGER NOT NULL,
  findings_closed INTEGER NOT NULL
) STRICT;

-- What became of one pool in one scan.
CREATE TABLE pool_scan (
  scan   INTEGER NOT NULL REFERENCES scan ON DELETE CASCADE,
  pool   INTEGER NOT NULL REFERENCES pool,
  state  TEXT    NOT NULL CHECK (state IN ('complete', 'partial', 'unavailable')),
  reason TEXT,                           -- why it was not seen whole
  images INTEGER NOT NULL,               -- images known in the pool after the scan
  PRIMARY KEY (pool, scan)
) STRICT, WITHOUT ROWID;
CREATE INDEX pool_scan_by_scan ON pool_scan (scan);

-- A directory by its path as it was walked, or as a reference names it.
CREATE TABLE directory (
  id   INTEGER PRIMARY KEY,
  host INTEGER NOT NULL REFERENCES host,
  path BLOB    NOT NULL,                 -- absolute, symbolic links left alone
  UNIQUE (host, path)
) STRICT;

-- What is known of a directory: where it really is, and whether a pool covers it.
CREATE TABLE directory_state (
  directory  INTEGER NOT NULL REFERENCES directory,
  from_scan  INTEGER NOT NULL,
  until_scan INTEGER,
  pool       INTEGER REFERENCES pool,    -- NULL: no pool covers it; only references name it
  filesystem INTEGER REFERENCES filesystem,
  canonical  INTEGER REFERENCES directory,  -- without symbolic links; NULL: it is not there
  is_mount_point INTEGER NOT NULL DEFAULT 0,  -- 1: a file system was mounted here
  PRIMARY KEY (directory, from_scan)
) STRICT, WITHOUT ROWID;
CREATE INDEX directory_state_by_canonical ON directory_state (canonical) WHERE until_scan IS NULL;
CREATE INDEX directory_state_by_pool ON directory_state (pool) WHERE until_scan IS NULL;

-- An image: a number that survives renames and moves. All but the first two columns are those of the
-- last time that it was read; they find the image again at another path.
CREATE TABLE image (
  id         INTEGER PRIMARY KEY,
  first_scan INTEGER NOT NULL,
  filesystem INTEGER NOT NULL REFERENCES filesystem,
  inode      INTEGER NOT NULL,           -- unsigned on disk, the same 64 bits here
  birth_time INTEGER,                    -- nanoseconds; NULL where the file system has none
  sample     INTEGER,                    -- digest of blocks spread over the file; NULL: not taken
  content    INTEGER                     -- of a base: digest of its content; NULL: not taken
) STRICT;
CREATE INDEX image_by_file ON image (inode, filesystem);

-- A directory entry that is an image's file; several at once are hard links.
CREATE TABLE place (
  directory  INTEGER NOT NULL REFERENCES directory,
  name       BLOB    NOT NULL,
  from_scan  INTEGER NOT NULL,
  until_scan INTEGER,
  image      INTEGER NOT NULL REFERENCES image,
  signature  INTEGER NOT NULL,           -- of the file's inode, size and times when it was last
                                         -- read, not of that scan; 0: read it again next time
  PRIMARY KEY (directory, name, from_scan)
) STRICT, WITHOUT ROWID;
CREATE INDEX place_by_image ON place (image);

-- A symbolic link in a pool that leads to a file: another name, not another image.
CREATE TABLE alias (
  directory        INTEGER NOT NULL REFERENCES directory,
  name             BLOB    NOT NULL,
  from_scan        INTEGER NOT NULL,
  until_scan       INTEGER,
  link_text        BLOB    NOT NULL,     -- as the link stores it
  target_directory INTEGER REFERENCES directory,  -- where it ends, without links; NULL: nowhere
  target_name      BLOB,
  PRIMARY KEY (directory, name, from_scan)
) STRICT, WITHOUT ROWID;

-- What an image's header says; several images of one make share a row of facts.
CREATE TABLE image_detail (
  id     INTEGER PRIMARY KEY,
  digest INTEGER NOT NULL,               -- of json, to find it again
  json   TEXT    NOT NULL                -- {"format-specific", "snapshots", "identifiers", …}
) STRICT;
CREATE INDEX image_detail_by_digest ON image_detail (digest);

CREATE TABLE image_state (
  image           INTEGER NOT NULL REFERENCES image,
  from_scan       INTEGER NOT NULL,
  until_scan      INTEGER,
  kind            TEXT    NOT NULL CHECK (kind IN ('image', 'other')),
  format          TEXT    NOT NULL,      -- detected in the header; QEMU's name
  content         TEXT,                  -- what a raw image holds
  virtual_size    INTEGER,               -- bytes
  cluster_size    INTEGER,               -- bytes
  is_encrypted    INTEGER NOT NULL,
  is_dirty        INTEGER NOT NULL,      -- the header's own bit
  is_corrupt      INTEGER NOT NULL,      -- the header's own bit
  unknown_feature TEXT,                  -- incompatible features that are not known, by name
  fault           TEXT,                  -- why the header cannot be true
  detail          INTEGER REFERENCES image_detail,
  header_digest   INTEGER NOT NULL,      -- of the first bytes of the file
  own_uuid        TEXT,                  -- by which a VDI names its parent
  own_mark        TEXT,                  -- what a child records of the state of this image
  parent_mark     TEXT,                  -- what this image records of the state of its parent
  PRIMARY KEY (image, from_scan)
) STRICT, WITHOUT ROWID;
CREATE INDEX image_state_by_uuid ON image_state (own_uuid)
  WHERE own_uuid IS NOT NULL AND until_scan IS NULL;

-- The file's size and times: what a busy guest changes every night.
CREATE TABLE file_state (
  image       INTEGER NOT NULL REFERENCES image,
  from_scan   INTEGER NOT NULL,
  until_scan  INTEGER,
  file_size   INTEGER NOT NULL,          -- bytes
  actual_size INTEGER NOT NULL,          -- allocated bytes
  modified    INTEGER NOT NULL,          -- nanoseconds
  changed     INTEGER NOT NULL,          -- nanoseconds
  is_in_use   INTEGER NOT NULL,          -- another process held QEMU's lock
  is_readable INTEGER NOT NULL,          -- 0: the file may not be read; its header is as it was
  PRIMARY KEY (image, from_scan)
) STRICT, WITHOUT ROWID;

-- A virtual machine of libvirt's.
CREATE TABLE domain (
  id   INTEGER PRIMARY KEY CHECK (id < 0),  -- negative: see reference.holder
  host INTEGER NOT NULL REFERENCES host,
  uuid TEXT,
  name TEXT NOT NULL
) STRICT;

CREATE TABLE domain_state (
  domain     INTEGER NOT NULL REFERENCES domain,
  from_scan  INTEGER NOT NULL,
  until_scan INTEGER,
  source     BLOB    NOT NULL,           -- the file that defines it
  is_running INTEGER NOT NULL,
  PRIMARY KEY (domain, from_scan)
) STRICT, WITHOUT ROWID;

-- A stored pointer from an image or a domain to storage, exactly as stored: a fact.
CREATE TABLE reference (
  holder          INTEGER NOT NULL,      -- an image's number, or a domain's (negative)
  ordinal         INTEGER NOT NULL,      -- the place among the holder's references, from 0
  from_scan       INTEGER NOT NULL,
  until_scan      INTEGER,
  role            TEXT    NOT NULL,      -- 'backing', 'data-file', 'extent', 'parent', 'disk', …
  stored          BLOB    NOT NULL,      -- byte for byte, secrets included
  recorded_format TEXT,                  -- what the holder states for the target
  format_in_reference TEXT,              -- what the stored string itself states (json:)
  detail          TEXT,                  -- JSON; of a domain's: {"target", "device", "read-only", …}
  PRIMARY KEY (holder, ordinal, from_scan)
) STRICT, WITHOUT ROWID;

-- Where a reference leads and what was found there: a judgement, made anew every scan.
CREATE TABLE link (
  holder       INTEGER NOT NULL,
  ordinal      INTEGER NOT NULL,
  from_scan    INTEGER NOT NULL,
  until_scan   INTEGER,
  directory    INTEGER REFERENCES directory,  -- of the target, as the reference names it
  name         BLOB,
  target_image INTEGER REFERENCES image,
  is_backing   INTEGER NOT NULL,         -- 1: a link of a chain (role 'backing' or 'parent')
  state        TEXT    NOT NULL CHECK (state IN
    ('ok', 'missing', 'unreadable', 'outside-pools', 'remote', 'invalid', 'unknown')),
  PRIMARY KEY (holder, ordinal, from_scan)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_by_target ON link (target_image) WHERE target_image IS NOT NULL;
CREATE INDEX link_unresolved ON link (state)
  WHERE until_scan IS NULL AND state IN ('missing', 'unreadable', 'outside-pools', 'unknown');

-- An image that had users and has none since a scan.
CREATE TABLE unused (
  image      INTEGER NOT NULL REFERENCES image,
  from_scan  INTEGER NOT NULL,
  until_scan INTEGER,
  last_user  BLOB,                       -- path of the last overlay, or name of the last domain
  PRIMARY KEY (image, from_scan)
) STRICT, WITHOUT ROWID;

-- Which images a scan found added, gone, moved or changed: where a comparison of two scans looks.
-- The first scan of a database compares with nothing and has no rows.
CREATE TABLE scan_change (
  scan  INTEGER NOT NULL,
  image INTEGER NOT NULL REFERENCES image,
  PRIMARY KEY (scan, image)
) STRICT, WITHOUT ROWID;

-- Something that an operator should know, from the scan that first saw it.
CREATE TABLE finding (
  id         INTEGER PRIMARY KEY,
  kind       TEXT    NOT NULL,
  severity   TEXT    NOT NULL CHECK (severity IN ('error', 'warning', 'info')),
  holder     INTEGER NOT NULL,           -- the image, or the domain (negative)
  ordinal    INTEGER,                    -- the holder's reference, where it is about one
  from_scan  INTEGER NOT NULL,
  until_scan INTEGER,
  last_good  INTEGER,                    -- the last scan before from_scan that saw it right
  detail     TEXT,                       -- JSON: numbers and names for the message
  cause      TEXT                        -- JSON: {"kind", "evidence", "now-at"}
) STRICT;
CREATE INDEX finding_by_holder ON finding (holder);
CREATE INDEX finding_by_start ON finding (from_scan);
CREATE INDEX finding_by_end ON finding (until_scan) WHERE until_scan IS NOT NULL;
CREATE INDEX finding_open ON finding (kind, holder) WHERE until_scan IS NULL;

-- Something that could not be looked at.
CREATE TABLE problem (
  id         INTEGER PRIMARY KEY,
  pool       INTEGER REFERENCES pool,
  path       BLOB    NOT NULL,
  message    TEXT    NOT NULL,
  from_scan  INTEGER NOT NULL,
  until_scan INTEGER
) STRICT;
CREATE INDEX problem_open ON problem (pool, path) WHERE until_scan IS NULL;

-- ---------------------------------------------------------------------------------------------
-- Views with plain names, for people with sqlite3 or Datasette in their hands.

-- Every image at every path, for every scan that saw it so.
CREATE VIEW images_in_scan AS
SELECT
  scan.id                                              AS scan,
  place.image                                          AS image_id,
  CAST(directory.path || '/' || place.name AS TEXT)    AS filename,
  pool.name                                            AS pool,
  image_state.kind                                     AS kind,
  image_state.format                                   AS format,
  image_state.content                                  AS content,
  image_state.virtual_size                             AS virtual_size,
  file_state.actual_size                               AS actual_size,
  file_state.file_size                                 AS file_size,
  image_state.cluster_size                             AS cluster_size,
  image_state.is_encrypted                             AS encrypted,
  image_state.is_dirty                                 AS dirty_flag,
  file_state.is_in_use                                 AS in_use,
  datetime(file_state.modified / 1000000000, 'unixepoch') || 'Z' AS modified,
  image_state.fault                                    AS header_fault
FROM (SELECT id FROM scan WHERE NOT is_forgotten) AS scan
JOIN place ON place.from_scan <= scan.id
  AND (place.until_scan IS NULL OR place.until_scan > scan.id)
JOIN directory ON directory.id = place.directory
JOIN image_state ON image_state.image = place.image AND image_state.from_scan <= scan.id
  AND (image_state.until_scan IS NULL OR image_state.until_scan > scan.id)
JOIN file_state ON file_state.image = place.image AND file_state.from_scan <= scan.id
  AND (file_state.until_scan IS NULL OR file_state.until_scan > scan.id)
LEFT JOIN directory_state ON directory_state.directory = place.directory
  AND directory_state.from_scan <= scan.id
  AND (directory_state.until_scan IS NULL OR directory_state.until_scan > scan.id)
LEFT JOIN pool ON pool.id = directory_state.pool;

-- Every image as the last scan knows it.
CREATE VIEW current_images AS
SELECT * FROM images_in_scan
WHERE scan = (SELECT max(id) FROM scan) AND kind = 'image';

-- Every reference of every image and domain, for every scan.
CREATE VIEW references_in_scan AS
SELECT
  scan.id                                              AS scan,
  CASE WHEN reference.holder > 0 THEN reference.holder END AS image_id,
  (SELECT CAST(directory.path || '/' || place.name AS TEXT)
   FROM place JOIN directory ON directory.id = place.directory
   WHERE place.image = reference.holder AND place.from_scan <= scan.id
     AND (place.until_scan IS NULL OR place.until_scan > scan.id)
   ORDER BY directory.path, place.name LIMIT 1)        AS filename,
  domain.name                                          AS domain,
  reference.role                                       AS role,
  CAST(reference.stored AS TEXT)                       AS stored,
  reference.recorded_format                            AS recorded_format,
  link.state                                           AS state,
  CAST(target.path || '/' || link.name AS TEXT)        AS target,
  link.target_image                                    AS target_image_id
FROM (SELECT id FROM scan WHERE NOT is_forgotten) AS scan
JOIN reference ON reference.from_scan <= scan.id
  AND (reference.until_scan IS NULL OR reference.until_scan > scan.id)
LEFT JOIN link ON link.holder = reference.holder AND link.ordinal = reference.ordinal
  AND link.from_scan <= scan.id AND (link.until_scan IS NULL OR link.until_scan > scan.id)
LEFT JOIN directory AS target ON target.id = link.directory
LEFT JOIN domain ON domain.id = reference.holder;

-- Every reference as the last scan knows it.
CREATE VIEW current_references AS
SELECT * FROM references_in_scan WHERE scan = (SELECT max(id) FROM scan);

-- Every finding, open or closed, with its image or domain.
CREATE VIEW findings AS
SELECT
  finding.id                                           AS finding_id,
  finding.kind                                         AS kind,
  finding.severity                                     AS severity,
  CASE WHEN finding.holder > 0 THEN finding.holder END AS image_id,
  (SELECT CAST(directory.path || '/' || place.name AS TEXT)
   FROM place JOIN directory ON directory.id = place.directory
   WHERE place.image = finding.holder
   ORDER BY place.until_scan IS NOT NULL, place.until_scan DESC, directory.path, place.name
   LIMIT 1)                                            AS filename,
  domain.name                                          AS domain,
  finding.from_scan                                    AS since_scan,
  datetime(since.finished / 1000, 'unixepoch') || 'Z'  AS since,
  finding.until_scan                                   AS closed_by_scan,
  finding.last_good                                    AS last_good_scan
FROM finding
LEFT JOIN scan AS since ON since.id = finding.from_scan
LEFT JOIN domain ON domain.id = finding.holder;

-- Every finding that is open after the last scan.
CREATE VIEW open_findings AS
SELECT * FROM findings WHERE closed_by_scan IS NULL;

-- Every scan, times as text.
CREATE VIEW scans AS
SELECT
  id AS scan, state,
  datetime(started / 1000, 'unixepoch') || 'Z'  AS started,
  datetime(finished / 1000, 'unixepoch') || 'Z' AS finished,
  images, added, removed, moved, changed, replaced, unchanged, unreadable,
  findings_open, findings_opened, findings_closed
FROM scan WHERE NOT is_forgotten;

-- Everything that could not be looked at in the last scan of its pool.
CREATE VIEW current_problems AS
SELECT CAST(path AS TEXT) AS filename, message, from_scan AS since_scan
FROM problem WHERE until_scan IS NULL;
