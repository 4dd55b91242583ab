-- A small history as version 0.1.0 recorded it, with the migrations up to m0007; UpgradeTests reads it.
PRAGMA journal_mode = WAL;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO grdb_migrations VALUES('m0001-inventory');
INSERT INTO grdb_migrations VALUES('m0002-retake-contents');
INSERT INTO grdb_migrations VALUES('m0003-former-pools');
INSERT INTO grdb_migrations VALUES('m0004-retake-samples');
INSERT INTO grdb_migrations VALUES('m0005-link-states');
INSERT INTO grdb_migrations VALUES('m0006-judged-depth');
INSERT INTO grdb_migrations VALUES('m0007-places-of-image');
CREATE TABLE host (
  id         INTEGER PRIMARY KEY,
  machine_id TEXT NOT NULL UNIQUE,       -- /etc/machine-id, or the name where there is none
  name       TEXT NOT NULL               -- the host name when it was last seen
) STRICT;
INSERT INTO host VALUES(1,'0123456789abcdef0123456789abcdef','vm');
CREATE TABLE filesystem (
  id       INTEGER PRIMARY KEY,
  host     INTEGER NOT NULL REFERENCES host,
  identity TEXT    NOT NULL,             -- 'uuid:…', 'nfs:server:/export', 'fsid:…'
  UNIQUE (host, identity)
) STRICT;
INSERT INTO filesystem VALUES(1,1,'ext4:aac90d5bb315723c');
CREATE TABLE pool (
  id     INTEGER PRIMARY KEY,
  host   INTEGER NOT NULL REFERENCES host,
  name   TEXT    NOT NULL,
  path   BLOB    NOT NULL,               -- absolute
  origin TEXT    NOT NULL DEFAULT 'argument'
         CHECK (origin IN ('argument', 'configuration', 'libvirt')),
  not_visited TEXT, judged_depth INTEGER,                      -- why no scan looks into it; NULL: scans do
  UNIQUE (host, path)
) STRICT;
INSERT INTO pool VALUES(1,1,'pool',X'2f7372762f696d616765732f706f6f6c','argument',NULL,16);
INSERT INTO pool VALUES(2,1,'shelf',X'2f7372762f696d616765732f7368656c66','argument',NULL,16);
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
INSERT INTO scan VALUES(1,1,'complete',1795986769777,1795986770039,0,1,1,16,2,15,15,0,0,0,0,0,0,9,9,0);
INSERT INTO scan VALUES(2,1,'complete',1795986770438,1795986771121,0,1,1,16,2,15,0,0,1,0,0,14,0,18,11,2);
INSERT INTO scan VALUES(3,1,'complete',1795986771292,1795986771448,0,1,1,16,2,14,0,1,1,0,0,13,0,15,3,6);
INSERT INTO scan VALUES(4,1,'partial',1795986771777,1795986771989,0,1,0,16,2,14,0,0,0,0,0,14,0,16,1,0);
INSERT INTO scan VALUES(5,1,'complete',1795986772236,1795986772335,0,1,1,16,2,14,0,0,0,0,1,13,0,17,1,0);
INSERT INTO scan VALUES(6,1,'complete',1795986772608,1795986772830,0,1,1,16,2,14,0,0,0,0,1,13,0,16,0,1);
CREATE TABLE pool_scan (
  scan   INTEGER NOT NULL REFERENCES scan ON DELETE CASCADE,
  pool   INTEGER NOT NULL REFERENCES pool,
  state  TEXT    NOT NULL CHECK (state IN ('complete', 'partial', 'unavailable')),
  reason TEXT,                           -- why it was not seen whole
  images INTEGER NOT NULL,               -- images known in the pool after the scan
  PRIMARY KEY (pool, scan)
) STRICT, WITHOUT ROWID;
INSERT INTO pool_scan VALUES(1,1,'complete',NULL,8);
INSERT INTO pool_scan VALUES(2,1,'complete',NULL,8);
INSERT INTO pool_scan VALUES(3,1,'complete',NULL,7);
INSERT INTO pool_scan VALUES(4,1,'complete',NULL,7);
INSERT INTO pool_scan VALUES(5,1,'complete',NULL,7);
INSERT INTO pool_scan VALUES(6,1,'complete',NULL,7);
INSERT INTO pool_scan VALUES(1,2,'complete',NULL,7);
INSERT INTO pool_scan VALUES(2,2,'complete',NULL,7);
INSERT INTO pool_scan VALUES(3,2,'complete',NULL,7);
INSERT INTO pool_scan VALUES(4,2,'unavailable','no such file or directory',7);
INSERT INTO pool_scan VALUES(5,2,'complete',NULL,7);
INSERT INTO pool_scan VALUES(6,2,'complete',NULL,7);
CREATE TABLE directory (
  id   INTEGER PRIMARY KEY,
  host INTEGER NOT NULL REFERENCES host,
  path BLOB    NOT NULL,                 -- absolute, symbolic links left alone
  UNIQUE (host, path)
) STRICT;
INSERT INTO directory VALUES(1,1,X'2f7372762f696d616765732f706f6f6c');
INSERT INTO directory VALUES(2,1,X'2f7372762f696d616765732f7368656c66');
INSERT INTO directory VALUES(3,1,X'2f7372762f696d616765732f6f757473696465');
INSERT INTO directory VALUES(4,1,X'2f7372762f696d616765732f7368656c662f2e2e2f706f6f6c');
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
INSERT INTO directory_state VALUES(1,1,NULL,1,1,1,0);
INSERT INTO directory_state VALUES(2,1,NULL,2,1,2,0);
INSERT INTO directory_state VALUES(3,1,NULL,NULL,NULL,NULL,0);
INSERT INTO directory_state VALUES(4,1,NULL,NULL,NULL,1,0);
CREATE TABLE image (
  id         INTEGER PRIMARY KEY,
  first_scan INTEGER NOT NULL,
  filesystem INTEGER NOT NULL REFERENCES filesystem,
  inode      INTEGER NOT NULL,           -- unsigned on disk, the same 64 bits here
  birth_time INTEGER,                    -- nanoseconds; NULL where the file system has none
  sample     INTEGER,                    -- digest of blocks spread over the file; NULL: not taken
  content    INTEGER                     -- of a base: digest of its content; NULL: not taken
) STRICT;
INSERT INTO image VALUES(1,1,1,1050157,1795986769433617531,4337977133670048595,737567315601947831);
INSERT INTO image VALUES(2,1,1,1050158,1795986769433666423,2652632006769239539,NULL);
INSERT INTO image VALUES(3,1,1,1050159,1795986769433762216,4920038490290017679,4114128809572326558);
INSERT INTO image VALUES(4,1,1,1050160,1795986769433834223,-129552932633918403,NULL);
INSERT INTO image VALUES(5,1,1,1050161,1795986769433903296,2251016421554720543,8675754551038288641);
INSERT INTO image VALUES(6,1,1,1050162,1795986769433971588,4491593080507231048,8238842895155336608);
INSERT INTO image VALUES(7,1,1,1050163,1795986769434039499,-6314605169779922781,NULL);
INSERT INTO image VALUES(8,1,1,1050164,1795986769434101501,3504811803646740880,NULL);
INSERT INTO image VALUES(9,1,1,1050166,1795986769482087327,992563404792599336,-1564884765666644973);
INSERT INTO image VALUES(10,1,1,1050167,1795986769502087328,5181203760043928046,-8842950750004832707);
INSERT INTO image VALUES(11,1,1,1050168,1795986769518087329,-8801973542414471305,NULL);
INSERT INTO image VALUES(12,1,1,1050169,1795986769526087329,-6032083355607103755,NULL);
INSERT INTO image VALUES(13,1,1,1050170,1795986769530087329,-9184385568068987241,NULL);
INSERT INTO image VALUES(14,1,1,1050171,1795986769538087329,-7613562817406677707,NULL);
INSERT INTO image VALUES(15,1,1,1050172,1795986769562087330,-3972782648210024153,NULL);
INSERT INTO image VALUES(16,5,1,1050158,1795986772042087420,1405385009481430525,NULL);
INSERT INTO image VALUES(17,6,1,1050171,1795986772426087434,-5629122964643764257,NULL);
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
INSERT INTO place VALUES(1,X'626173652e71636f7732',1,2,1,0);
INSERT INTO place VALUES(1,X'626173652e71636f7732',3,NULL,1,0);
INSERT INTO place VALUES(1,X'64622d736e61702e71636f7732',1,NULL,4,2907411598556756420);
INSERT INTO place VALUES(1,X'64622e71636f7732',1,NULL,3,5193801611995652004);
INSERT INTO place VALUES(1,X'676f6c642e71636f7732',2,3,1,0);
INSERT INTO place VALUES(1,X'676f6e652e71636f7732',1,NULL,7,-2969374037409014795);
INSERT INTO place VALUES(1,X'6c6f6f70312e71636f7732',1,NULL,5,-8281216881717592051);
INSERT INTO place VALUES(1,X'6c6f6f70322e71636f7732',1,3,6,0);
INSERT INTO place VALUES(1,X'6e62642e71636f7732',1,NULL,8,-6668614802519031469);
INSERT INTO place VALUES(1,X'7765622e71636f7732',1,5,2,4328181326765297336);
INSERT INTO place VALUES(1,X'7765622e71636f7732',5,NULL,16,0);
INSERT INTO place VALUES(2,X'62ff2e71636f7732',1,NULL,15,1443908793247373118);
INSERT INTO place VALUES(2,X'6469736b2e766d646b',1,NULL,13,4750749972220221246);
INSERT INTO place VALUES(2,X'6c6f73742e71636f7732',1,6,14,8548369461416124499);
INSERT INTO place VALUES(2,X'6c6f73742e71636f7732',6,NULL,17,0);
INSERT INTO place VALUES(2,X'6f6c642e71636f77',1,NULL,10,-5733547937744485760);
INSERT INTO place VALUES(2,X'6f6e2e716564',1,NULL,12,4051685788704636485);
INSERT INTO place VALUES(2,X'706c61696e2e696d67',1,NULL,9,-5222203195335436482);
INSERT INTO place VALUES(2,X'74776963652e71636f77',1,NULL,11,7445697629895141078);
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
CREATE TABLE image_detail (
  id     INTEGER PRIMARY KEY,
  digest INTEGER NOT NULL,               -- of json, to find it again
  json   TEXT    NOT NULL                -- {"format-specific", "snapshots", "identifiers", …}
) STRICT;
INSERT INTO image_detail VALUES(1,8281792343225290298,'{"format-specific":{"data":{"compat":"1.1","compression-type":"zlib","corrupt":false,"extended-l2":false,"lazy-refcounts":false,"refcount-bits":16},"type":"qcow2"}}');
INSERT INTO image_detail VALUES(2,-2903045092235901565,'{"format-specific":{"data":{"cid":2602817633,"create-type":"monolithicSparse","extents":[{"cluster-size":65536,"filename":"disk.vmdk","format":"","virtual-size":1048576}],"parent-cid":4294967295},"type":"vmdk"},"identifiers":[{"subject":"own","value":"9b23d861"}]}');
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
INSERT INTO image_state VALUES(1,1,NULL,'image','qcow2',NULL,1048576,4096,0,0,0,NULL,NULL,1,-1906637437749103148,NULL,NULL,NULL);
INSERT INTO image_state VALUES(2,1,5,'image','qcow2',NULL,1048576,4096,0,0,0,NULL,NULL,1,3053291990135667414,NULL,NULL,NULL);
INSERT INTO image_state VALUES(3,1,NULL,'image','qcow2',NULL,1048576,4096,0,0,0,NULL,NULL,1,-5702747136594156603,NULL,NULL,NULL);
INSERT INTO image_state VALUES(4,1,NULL,'image','qcow2',NULL,1048576,4096,0,0,0,NULL,NULL,1,-6249960948347817208,NULL,NULL,NULL);
INSERT INTO image_state VALUES(5,1,NULL,'image','qcow2',NULL,1048576,4096,0,0,0,NULL,NULL,1,3715546940082519179,NULL,NULL,NULL);
INSERT INTO image_state VALUES(6,1,3,'image','qcow2',NULL,1048576,4096,0,0,0,NULL,NULL,1,-3624082612218695423,NULL,NULL,NULL);
INSERT INTO image_state VALUES(7,1,NULL,'image','qcow2',NULL,1048576,4096,0,0,0,NULL,NULL,1,2679735001771473175,NULL,NULL,NULL);
INSERT INTO image_state VALUES(8,1,NULL,'image','qcow2',NULL,1048576,4096,0,0,0,NULL,NULL,1,-7104154574208230290,NULL,NULL,NULL);
INSERT INTO image_state VALUES(9,1,NULL,'image','raw',NULL,1048576,NULL,0,0,0,NULL,NULL,NULL,-8931381585479856287,NULL,NULL,NULL);
INSERT INTO image_state VALUES(10,1,NULL,'image','qcow',NULL,1048576,512,0,0,0,NULL,NULL,NULL,5639206305857497671,NULL,NULL,NULL);
INSERT INTO image_state VALUES(11,1,NULL,'image','qcow',NULL,1048576,512,0,0,0,NULL,NULL,NULL,4338131503908870178,NULL,NULL,NULL);
INSERT INTO image_state VALUES(12,1,NULL,'image','qed',NULL,1048576,65536,0,0,0,NULL,NULL,NULL,-7667653831889514909,NULL,NULL,NULL);
INSERT INTO image_state VALUES(13,1,NULL,'image','vmdk',NULL,1048576,65536,0,0,0,NULL,NULL,2,-1408153291400387757,NULL,'9b23d861',NULL);
INSERT INTO image_state VALUES(14,1,6,'image','qcow2',NULL,1048576,65536,0,0,0,NULL,NULL,1,4225560078439080247,NULL,NULL,NULL);
INSERT INTO image_state VALUES(15,1,NULL,'image','qcow2',NULL,1048576,4096,0,0,0,NULL,NULL,1,1864660752998203181,NULL,NULL,NULL);
INSERT INTO image_state VALUES(16,5,NULL,'image','qcow2',NULL,1048576,4096,0,0,0,NULL,NULL,1,-5702747136594156603,NULL,NULL,NULL);
INSERT INTO image_state VALUES(17,6,NULL,'image','qcow2',NULL,1048576,4096,0,0,0,NULL,NULL,1,-1906637437749103148,NULL,NULL,NULL);
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
INSERT INTO file_state VALUES(1,1,2,24576,24576,1795986769433666423,1795986769433666423,0,1);
INSERT INTO file_state VALUES(1,2,3,24576,24576,1795986769433666423,1795986770158087352,0,1);
INSERT INTO file_state VALUES(1,3,NULL,24576,24576,1795986771203075105,1795986771203075105,0,1);
INSERT INTO file_state VALUES(2,1,5,24576,24576,1795986769433762216,1795986769433762216,0,1);
INSERT INTO file_state VALUES(3,1,NULL,24576,24576,1795986769433834223,1795986769433834223,0,1);
INSERT INTO file_state VALUES(4,1,NULL,24576,24576,1795986769433903296,1795986769433903296,0,1);
INSERT INTO file_state VALUES(5,1,NULL,24576,24576,1795986769433971588,1795986769433971588,0,1);
INSERT INTO file_state VALUES(6,1,3,24576,24576,1795986769434039499,1795986769434039499,0,1);
INSERT INTO file_state VALUES(7,1,NULL,24576,24576,1795986769434101501,1795986769434101501,0,1);
INSERT INTO file_state VALUES(8,1,NULL,24576,24576,1795986769434161831,1795986769434161831,0,1);
INSERT INTO file_state VALUES(9,1,NULL,1048576,4096,1795986769483060640,1795986769483060640,0,1);
INSERT INTO file_state VALUES(10,1,NULL,576,4096,1795986769503825277,1795986769503825277,0,1);
INSERT INTO file_state VALUES(11,1,NULL,568,4096,1795986769520202005,1795986769520202005,0,1);
INSERT INTO file_state VALUES(12,1,NULL,327680,266240,1795986769528151553,1795986769528151553,0,1);
INSERT INTO file_state VALUES(13,1,NULL,65536,12288,1795986769534451605,1795986769534451605,0,1);
INSERT INTO file_state VALUES(14,1,6,196616,200704,1795986769558087330,1795986769558087330,0,1);
INSERT INTO file_state VALUES(15,1,NULL,24576,24576,1795986769564288497,1795986769564288497,0,1);
INSERT INTO file_state VALUES(16,5,NULL,24576,24576,1795986772043341956,1795986772043341956,0,1);
INSERT INTO file_state VALUES(17,6,NULL,24576,24576,1795986772427456548,1795986772427456548,0,1);
CREATE TABLE domain (
  id   INTEGER PRIMARY KEY CHECK (id < 0),  -- negative: see reference.holder
  host INTEGER NOT NULL REFERENCES host,
  uuid TEXT,
  name TEXT NOT NULL
) STRICT;
INSERT INTO domain VALUES(-3,1,'2567a5ec-9705-4b7a-82c9-84033e06189d','web');
INSERT INTO domain VALUES(-2,1,'149603e6-c035-4636-8a8d-a23f624db945','old');
INSERT INTO domain VALUES(-1,1,'d77d5e50-3ad1-439f-885a-c494268b351b','db');
CREATE TABLE domain_state (
  domain     INTEGER NOT NULL REFERENCES domain,
  from_scan  INTEGER NOT NULL,
  until_scan INTEGER,
  source     BLOB    NOT NULL,           -- the file that defines it
  is_running INTEGER NOT NULL,
  PRIMARY KEY (domain, from_scan)
) STRICT, WITHOUT ROWID;
INSERT INTO domain_state VALUES(-3,1,NULL,X'2f7372762f696d616765732f786d6c2f7765622e786d6c',0);
INSERT INTO domain_state VALUES(-2,1,NULL,X'2f7372762f696d616765732f786d6c2f6f6c642e786d6c',0);
INSERT INTO domain_state VALUES(-1,1,NULL,X'2f7372762f696d616765732f786d6c2f64622e786d6c',0);
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
INSERT INTO reference VALUES(-3,0,1,NULL,'disk',X'2f7372762f696d616765732f706f6f6c2f7765622e71636f7732','qcow2',NULL,'{"bus":"virtio","chain-end":false,"continued":false,"device":"disk","documents":["definition"],"level":0,"part":"source","read-only":false,"shareable":false,"sources":["/srv/images/xml/web.xml"],"target":"vda","transient":false}');
INSERT INTO reference VALUES(-2,0,1,NULL,'disk',X'2f7372762f696d616765732f7368656c662f74776963652e71636f77','qcow',NULL,'{"bus":"virtio","chain-end":false,"continued":false,"device":"disk","documents":["definition"],"level":0,"part":"source","read-only":false,"shareable":false,"sources":["/srv/images/xml/old.xml"],"target":"vda","transient":false}');
INSERT INTO reference VALUES(-1,0,1,NULL,'disk',X'2f7372762f696d616765732f706f6f6c2f64622d736e61702e71636f7732','qcow2',NULL,'{"bus":"virtio","chain-end":false,"continued":false,"device":"disk","documents":["definition"],"level":0,"part":"source","read-only":false,"shareable":false,"sources":["/srv/images/xml/db.xml"],"target":"vda","transient":false}');
INSERT INTO reference VALUES(2,0,1,5,'backing',X'626173652e71636f7732','qcow2',NULL,NULL);
INSERT INTO reference VALUES(3,0,1,NULL,'backing',X'626173652e71636f7732',NULL,NULL,NULL);
INSERT INTO reference VALUES(4,0,1,NULL,'backing',X'64622e71636f7732','qcow2',NULL,NULL);
INSERT INTO reference VALUES(5,0,1,NULL,'backing',X'6c6f6f70322e71636f7732','qcow2',NULL,NULL);
INSERT INTO reference VALUES(6,0,1,3,'backing',X'6c6f6f70312e71636f7732','qcow2',NULL,NULL);
INSERT INTO reference VALUES(7,0,1,NULL,'backing',X'2f7372762f696d616765732f6f7574736964652f676f6c64656e2e71636f7732','qcow2',NULL,NULL);
INSERT INTO reference VALUES(8,0,1,NULL,'backing',X'6e62643a2f2f73746f726167652f6578706f7274','raw',NULL,NULL);
INSERT INTO reference VALUES(10,0,1,NULL,'backing',X'706c61696e2e696d67',NULL,NULL,NULL);
INSERT INTO reference VALUES(11,0,1,NULL,'backing',X'6f6c642e71636f77',NULL,NULL,NULL);
INSERT INTO reference VALUES(12,0,1,NULL,'backing',X'706c61696e2e696d67','raw',NULL,NULL);
INSERT INTO reference VALUES(15,0,1,NULL,'backing',X'2e2e2f706f6f6c2f626173652e71636f7732','raw',NULL,NULL);
INSERT INTO reference VALUES(16,0,5,NULL,'backing',X'626173652e71636f7732',NULL,NULL,NULL);
CREATE TABLE unused (
  image      INTEGER NOT NULL REFERENCES image,
  from_scan  INTEGER NOT NULL,
  until_scan INTEGER,
  last_user  BLOB,                       -- path of the last overlay, or name of the last domain
  PRIMARY KEY (image, from_scan)
) STRICT, WITHOUT ROWID;
INSERT INTO unused VALUES(1,2,3,X'2f7372762f696d616765732f706f6f6c2f7765622e71636f7732');
INSERT INTO unused VALUES(5,1,NULL,NULL);
INSERT INTO unused VALUES(6,1,3,NULL);
INSERT INTO unused VALUES(7,1,NULL,NULL);
INSERT INTO unused VALUES(8,1,NULL,NULL);
INSERT INTO unused VALUES(12,1,NULL,NULL);
INSERT INTO unused VALUES(13,1,NULL,NULL);
INSERT INTO unused VALUES(14,1,6,NULL);
INSERT INTO unused VALUES(15,1,NULL,NULL);
INSERT INTO unused VALUES(17,6,NULL,NULL);
CREATE TABLE scan_change (
  scan  INTEGER NOT NULL,
  image INTEGER NOT NULL REFERENCES image,
  PRIMARY KEY (scan, image)
) STRICT, WITHOUT ROWID;
INSERT INTO scan_change VALUES(2,1);
INSERT INTO scan_change VALUES(3,1);
INSERT INTO scan_change VALUES(3,6);
INSERT INTO scan_change VALUES(5,2);
INSERT INTO scan_change VALUES(5,16);
INSERT INTO scan_change VALUES(6,14);
INSERT INTO scan_change VALUES(6,17);
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
INSERT INTO finding VALUES(1,'backing-missing','error',7,0,1,NULL,NULL,NULL,'{"kind":"never-seen","evidence":"it has been so since scan 1, the first that knows this reference"}');
INSERT INTO finding VALUES(2,'backing-remote','info',8,0,1,NULL,NULL,NULL,NULL);
INSERT INTO finding VALUES(3,'backing-format-unrecorded','error',3,0,1,NULL,NULL,NULL,NULL);
INSERT INTO finding VALUES(4,'backing-format-mismatch','error',15,0,1,2,NULL,NULL,NULL);
INSERT INTO finding VALUES(5,'backing-loop','error',5,0,1,3,NULL,NULL,NULL);
INSERT INTO finding VALUES(6,'backing-loop','error',6,0,1,3,NULL,NULL,NULL);
INSERT INTO finding VALUES(7,'domain-chain-refused','error',-2,0,1,NULL,NULL,NULL,NULL);
INSERT INTO finding VALUES(8,'chain-leftover','info',15,0,1,2,NULL,NULL,NULL);
INSERT INTO finding VALUES(9,'chain-leftover','info',12,0,1,NULL,NULL,NULL,NULL);
INSERT INTO finding VALUES(10,'backing-missing','error',2,0,2,3,1,NULL,'{"kind":"target-moved","evidence":"image #1, which stood there until scan 1, stands elsewhere now","image":1}');
INSERT INTO finding VALUES(11,'backing-missing','error',3,0,2,3,1,NULL,'{"image":1,"evidence":"image #1, which stood there until scan 1, stands elsewhere now","kind":"target-moved"}');
INSERT INTO finding VALUES(12,'backing-missing','error',15,0,2,3,1,NULL,'{"kind":"target-moved","evidence":"image #1, which stood there until scan 1, stands elsewhere now","image":1}');
INSERT INTO finding VALUES(13,'orphan','warning',5,NULL,2,NULL,NULL,NULL,NULL);
INSERT INTO finding VALUES(14,'orphan','warning',6,NULL,2,3,NULL,NULL,NULL);
INSERT INTO finding VALUES(15,'orphan','warning',7,NULL,2,NULL,NULL,NULL,NULL);
INSERT INTO finding VALUES(16,'orphan','warning',8,NULL,2,NULL,NULL,NULL,NULL);
INSERT INTO finding VALUES(17,'orphan','warning',12,NULL,2,NULL,NULL,NULL,NULL);
INSERT INTO finding VALUES(18,'orphan','warning',13,NULL,2,NULL,NULL,NULL,NULL);
INSERT INTO finding VALUES(19,'orphan','warning',14,NULL,2,6,NULL,NULL,NULL);
INSERT INTO finding VALUES(20,'orphan','warning',15,NULL,2,NULL,NULL,NULL,NULL);
INSERT INTO finding VALUES(21,'backing-missing','error',5,0,3,NULL,2,NULL,'{"evidence":"image #6, which stood there until scan 2, is gone","kind":"target-removed"}');
INSERT INTO finding VALUES(22,'backing-format-mismatch','error',15,0,3,NULL,2,NULL,NULL);
INSERT INTO finding VALUES(23,'chain-leftover','info',15,0,3,NULL,2,NULL,NULL);
INSERT INTO finding VALUES(24,'base-modified','error',1,NULL,4,NULL,3,'{"was":7411215195368047402}',NULL);
INSERT INTO finding VALUES(25,'backing-format-unrecorded','error',16,0,5,NULL,NULL,NULL,NULL);
CREATE TABLE problem (
  id         INTEGER PRIMARY KEY,
  pool       INTEGER REFERENCES pool,
  path       BLOB    NOT NULL,
  message    TEXT    NOT NULL,
  from_scan  INTEGER NOT NULL,
  until_scan INTEGER
) STRICT;
CREATE TABLE former_pool (
  pool        INTEGER NOT NULL REFERENCES pool,
  until_scan  INTEGER NOT NULL,          -- the first scan that did not know it so
  name        TEXT    NOT NULL,
  not_visited TEXT,                      -- why no scan looked into it; NULL: scans did
  PRIMARY KEY (pool, until_scan)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS "link" (
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
INSERT INTO link VALUES(-3,0,1,5,1,X'7765622e71636f7732',2,0,'ok');
INSERT INTO link VALUES(-3,0,5,NULL,1,X'7765622e71636f7732',16,0,'ok');
INSERT INTO link VALUES(-2,0,1,NULL,2,X'74776963652e71636f77',11,0,'ok');
INSERT INTO link VALUES(-1,0,1,NULL,1,X'64622d736e61702e71636f7732',4,0,'ok');
INSERT INTO link VALUES(2,0,1,2,1,X'626173652e71636f7732',1,1,'ok');
INSERT INTO link VALUES(2,0,2,3,1,X'626173652e71636f7732',NULL,1,'missing');
INSERT INTO link VALUES(2,0,3,5,1,X'626173652e71636f7732',1,1,'ok');
INSERT INTO link VALUES(3,0,1,2,1,X'626173652e71636f7732',1,1,'ok');
INSERT INTO link VALUES(3,0,2,3,1,X'626173652e71636f7732',NULL,1,'missing');
INSERT INTO link VALUES(3,0,3,NULL,1,X'626173652e71636f7732',1,1,'ok');
INSERT INTO link VALUES(4,0,1,NULL,1,X'64622e71636f7732',3,1,'ok');
INSERT INTO link VALUES(5,0,1,3,1,X'6c6f6f70322e71636f7732',6,1,'ok');
INSERT INTO link VALUES(5,0,3,NULL,1,X'6c6f6f70322e71636f7732',NULL,1,'missing');
INSERT INTO link VALUES(6,0,1,3,1,X'6c6f6f70312e71636f7732',5,1,'ok');
INSERT INTO link VALUES(7,0,1,NULL,3,X'676f6c64656e2e71636f7732',NULL,1,'missing');
INSERT INTO link VALUES(8,0,1,NULL,NULL,NULL,NULL,1,'remote');
INSERT INTO link VALUES(10,0,1,NULL,2,X'706c61696e2e696d67',9,1,'ok');
INSERT INTO link VALUES(11,0,1,NULL,2,X'6f6c642e71636f77',10,1,'ok');
INSERT INTO link VALUES(12,0,1,NULL,2,X'706c61696e2e696d67',9,1,'ok');
INSERT INTO link VALUES(15,0,1,2,4,X'626173652e71636f7732',1,1,'ok');
INSERT INTO link VALUES(15,0,2,3,4,X'626173652e71636f7732',NULL,1,'missing');
INSERT INTO link VALUES(15,0,3,NULL,4,X'626173652e71636f7732',1,1,'ok');
INSERT INTO link VALUES(16,0,5,NULL,1,X'626173652e71636f7732',1,1,'ok');
CREATE INDEX pool_scan_by_scan ON pool_scan (scan);
CREATE INDEX directory_state_by_canonical ON directory_state (canonical) WHERE until_scan IS NULL;
CREATE INDEX directory_state_by_pool ON directory_state (pool) WHERE until_scan IS NULL;
CREATE INDEX image_by_file ON image (inode, filesystem);
CREATE INDEX image_detail_by_digest ON image_detail (digest);
CREATE INDEX image_state_by_uuid ON image_state (own_uuid)
  WHERE own_uuid IS NOT NULL AND until_scan IS NULL;
CREATE INDEX finding_by_holder ON finding (holder);
CREATE INDEX finding_by_start ON finding (from_scan);
CREATE INDEX finding_by_end ON finding (until_scan) WHERE until_scan IS NOT NULL;
CREATE INDEX finding_open ON finding (kind, holder) WHERE until_scan IS NULL;
CREATE INDEX problem_open ON problem (pool, path) WHERE until_scan IS NULL;
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
CREATE VIEW current_references AS
SELECT * FROM references_in_scan WHERE scan = (SELECT max(id) FROM scan);
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
CREATE VIEW open_findings AS
SELECT * FROM findings WHERE closed_by_scan IS NULL;
CREATE VIEW scans AS
SELECT
  id AS scan, state,
  datetime(started / 1000, 'unixepoch') || 'Z'  AS started,
  datetime(finished / 1000, 'unixepoch') || 'Z' AS finished,
  images, added, removed, moved, changed, replaced, unchanged, unreadable,
  findings_open, findings_opened, findings_closed
FROM scan WHERE NOT is_forgotten;
CREATE VIEW current_problems AS
SELECT CAST(path AS TEXT) AS filename, message, from_scan AS since_scan
FROM problem WHERE until_scan IS NULL;
CREATE VIEW images_in_scan AS
SELECT
  scan.id                                              AS scan,
  place.image                                          AS image_id,
  CAST(directory.path || '/' || place.name AS TEXT)    AS filename,
  coalesce(
    (SELECT former_pool.name FROM former_pool
     WHERE former_pool.pool = pool.id AND former_pool.until_scan > scan.id
     ORDER BY former_pool.until_scan LIMIT 1), pool.name) AS pool,
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
CREATE VIEW current_images AS
SELECT * FROM images_in_scan
WHERE scan = (SELECT max(id) FROM scan) AND kind = 'image';
CREATE INDEX link_by_target ON link (target_image) WHERE target_image IS NOT NULL;
CREATE INDEX link_not_ok ON link (state) WHERE until_scan IS NULL AND state <> 'ok';
CREATE INDEX place_by_image ON place (image, until_scan);
COMMIT;
PRAGMA application_id = 1114329972;
