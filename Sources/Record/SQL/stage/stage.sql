-- What one scan saw that is new or changed, before it is reconciled with what was known.
-- Temporary: it lives beside the database, not in it, and takes no lock.

DROP TABLE IF EXISTS temp.seen;
CREATE TEMP TABLE seen (
  id              INTEGER PRIMARY KEY,
  directory       INTEGER NOT NULL,
  name            BLOB    NOT NULL,
  known_image     INTEGER,
  filesystem      INTEGER NOT NULL,
  inode           INTEGER NOT NULL,
  birth_time      INTEGER,
  is_elsewhere    INTEGER NOT NULL,   -- the same file may stand at another path too
  file_size       INTEGER NOT NULL,
  actual_size     INTEGER NOT NULL,
  modified        INTEGER NOT NULL,
  changed         INTEGER NOT NULL,
  signature       INTEGER NOT NULL,
  links           INTEGER NOT NULL,   -- how many names the file has, seen or not
  ownership       INTEGER NOT NULL,
  is_in_use       INTEGER NOT NULL,
  is_readable     INTEGER NOT NULL,
  kind            TEXT,
  format          TEXT,
  content         TEXT,
  virtual_size    INTEGER,
  cluster_size    INTEGER,
  is_encrypted    INTEGER,
  is_dirty        INTEGER,
  is_corrupt      INTEGER,
  unknown_feature TEXT,
  fault           TEXT,
  detail          INTEGER,
  header_digest   INTEGER,
  sample          INTEGER,
  own_uuid        TEXT,
  own_mark        TEXT,
  parent_mark     TEXT,
  image           INTEGER,            -- which image it is
  is_new          INTEGER NOT NULL DEFAULT 0,  -- 1: an image that was never known
  is_first        INTEGER NOT NULL DEFAULT 1   -- 1: the row that speaks for its image
);

-- The samples of images that hold something else now, as they were.
DROP TABLE IF EXISTS temp.former_sample;
CREATE TEMP TABLE former_sample (image INTEGER PRIMARY KEY, sample INTEGER);

DROP TABLE IF EXISTS temp.seen_reference;
CREATE TEMP TABLE seen_reference (
  seen            INTEGER NOT NULL,
  ordinal         INTEGER NOT NULL,
  role            TEXT    NOT NULL,
  stored          BLOB    NOT NULL,
  recorded_format TEXT,
  format_in_reference TEXT,
  directory       INTEGER,            -- of the target, as the reference names it
  name            BLOB,
  state           TEXT,               -- 'remote', 'invalid', 'unknown'; NULL: to be found out
  PRIMARY KEY (seen, ordinal)
) WITHOUT ROWID;

DROP TABLE IF EXISTS temp.gone;
CREATE TEMP TABLE gone (
  directory INTEGER NOT NULL,
  name      BLOB    NOT NULL,
  PRIMARY KEY (directory, name)
) WITHOUT ROWID;

DROP TABLE IF EXISTS temp.seen_alias;
CREATE TEMP TABLE seen_alias (
  directory        INTEGER NOT NULL,
  name             BLOB    NOT NULL,
  link_text        BLOB    NOT NULL,
  target_directory INTEGER,
  target_name      BLOB,
  PRIMARY KEY (directory, name)
) WITHOUT ROWID;

DROP TABLE IF EXISTS temp.gone_alias;
CREATE TEMP TABLE gone_alias (
  directory INTEGER NOT NULL,
  name      BLOB    NOT NULL,
  PRIMARY KEY (directory, name)
) WITHOUT ROWID;

DROP TABLE IF EXISTS temp.seen_directory;
CREATE TEMP TABLE seen_directory (
  directory  INTEGER PRIMARY KEY,
  pool       INTEGER,
  filesystem INTEGER,
  canonical  INTEGER,
  is_mount_point INTEGER NOT NULL DEFAULT 0,
  inode      INTEGER                  -- of those that were walked
);
-- Directories that links name and no scan walks, in which an entry came, went or was replaced of late.
DROP TABLE IF EXISTS temp.stirred_directory;
CREATE TEMP TABLE stirred_directory (directory INTEGER PRIMARY KEY);

DROP TABLE IF EXISTS temp.gone_directory;
CREATE TEMP TABLE gone_directory (directory INTEGER PRIMARY KEY);

-- Pools that somebody let go of.
DROP TABLE IF EXISTS temp.forgotten_pool;
CREATE TEMP TABLE forgotten_pool (pool INTEGER PRIMARY KEY);

-- What the reconciliation finds out on its way.

-- What bases were read to hold, by the numbers of contents.
DROP TABLE IF EXISTS temp.base_content;
CREATE TEMP TABLE base_content (image INTEGER PRIMARY KEY, content INTEGER NOT NULL);
-- Overlays that hold no block of their own, of those that were looked at for it.
DROP TABLE IF EXISTS temp.empty_overlay;
CREATE TEMP TABLE empty_overlay (image INTEGER PRIMARY KEY);
-- Whether guests see of overlays on their new base what they saw on the old one.
DROP TABLE IF EXISTS temp.compared_view;
CREATE TEMP TABLE compared_view (holder INTEGER PRIMARY KEY, is_same INTEGER NOT NULL);
-- Links of overlays that are about to lead elsewhere, or to another content, with what they were made on.
DROP TABLE IF EXISTS temp.unkept;
CREATE TEMP TABLE unkept (
  holder INTEGER, ordinal INTEGER, image INTEGER NOT NULL, content INTEGER,
  PRIMARY KEY (holder, ordinal)) WITHOUT ROWID;
-- What the judgement of foundations comes to: 'same', 'victim', 'changed', 'gone' or, where it cannot be
-- told tonight, 'waits'.
DROP TABLE IF EXISTS temp.verdict;
CREATE TEMP TABLE verdict (
  holder INTEGER, ordinal INTEGER, word TEXT NOT NULL, base INTEGER,
  PRIMARY KEY (holder, ordinal)) WITHOUT ROWID;
-- Changed bases whose content could not be read.
DROP TABLE IF EXISTS temp.unread_base;
CREATE TEMP TABLE unread_base (image INTEGER PRIMARY KEY);
DROP TABLE IF EXISTS temp.leaving;
CREATE TEMP TABLE leaving (image INTEGER PRIMARY KEY);
DROP TABLE IF EXISTS temp.leaving_key;
CREATE TEMP TABLE leaving_key (
  image INTEGER, digest INTEGER, size INTEGER, sample INTEGER, modified INTEGER);
DROP TABLE IF EXISTS temp.other_half;
CREATE TEMP TABLE other_half (
  seen     INTEGER NOT NULL,
  image    INTEGER NOT NULL,
  digest   INTEGER NOT NULL,
  size     INTEGER NOT NULL,
  sample   INTEGER,
  modified INTEGER                    -- where it is what told them; NULL: the sample was
);
DROP TABLE IF EXISTS temp.staying;
CREATE TEMP TABLE staying (
  digest INTEGER, size INTEGER, sample INTEGER, modified INTEGER,
  PRIMARY KEY (digest, size, sample, modified)) WITHOUT ROWID;
DROP TABLE IF EXISTS temp.closed_place;
CREATE TEMP TABLE closed_place (directory INTEGER, name BLOB, image INTEGER);
DROP TABLE IF EXISTS temp.opened_place;
CREATE TEMP TABLE opened_place (directory INTEGER, name BLOB, image INTEGER, is_new INTEGER);
DROP TABLE IF EXISTS temp.vanished;
CREATE TEMP TABLE vanished (image INTEGER PRIMARY KEY);
DROP TABLE IF EXISTS temp.changed_alias;
CREATE TEMP TABLE changed_alias (directory INTEGER, name BLOB, PRIMARY KEY (directory, name))
  WITHOUT ROWID;
DROP TABLE IF EXISTS temp.touched_target;
CREATE TEMP TABLE touched_target (image INTEGER PRIMARY KEY);
DROP TABLE IF EXISTS temp.changed_directory;
CREATE TEMP TABLE changed_directory (directory INTEGER PRIMARY KEY);
DROP TABLE IF EXISTS temp.changed_state;
CREATE TEMP TABLE changed_state (image INTEGER PRIMARY KEY, is_visible INTEGER, is_format INTEGER);
DROP TABLE IF EXISTS temp.changed_file;
CREATE TEMP TABLE changed_file (image INTEGER PRIMARY KEY, was_readable INTEGER, is_visible INTEGER);
-- Images that the scan was asked for by their paths, in pools that it did not walk.
DROP TABLE IF EXISTS temp.lone_image;
CREATE TEMP TABLE lone_image (image INTEGER PRIMARY KEY);
-- Pools that are known and that the scan was not asked for.
DROP TABLE IF EXISTS temp.unasked_pool;
CREATE TEMP TABLE unasked_pool (pool INTEGER PRIMARY KEY);
-- Pools that the scan walked, as far as it could.
DROP TABLE IF EXISTS temp.walked_pool;
CREATE TEMP TABLE walked_pool (pool INTEGER PRIMARY KEY);
DROP TABLE IF EXISTS temp.relink;
CREATE TEMP TABLE relink (
  holder     INTEGER NOT NULL,
  ordinal    INTEGER NOT NULL,
  is_backing INTEGER NOT NULL,
  directory  INTEGER,
  name       BLOB,
  state      TEXT,
  image      INTEGER,
  target_filesystem INTEGER,
  target_inode      INTEGER,
  PRIMARY KEY (holder, ordinal)
) WITHOUT ROWID;
-- Images of a first scan that stand at several paths.
DROP TABLE IF EXISTS temp.several_names;
CREATE TEMP TABLE several_names (image INTEGER PRIMARY KEY);
DROP TABLE IF EXISTS temp.landing;
CREATE TEMP TABLE landing (directory INTEGER PRIMARY KEY, real INTEGER);
DROP TABLE IF EXISTS temp.changed_link;
CREATE TEMP TABLE changed_link (holder INTEGER, ordinal INTEGER, PRIMARY KEY (holder, ordinal))
  WITHOUT ROWID;
DROP TABLE IF EXISTS temp.lost_target;
CREATE TEMP TABLE lost_target (image INTEGER PRIMARY KEY, holder INTEGER);
DROP TABLE IF EXISTS temp.touched;
CREATE TEMP TABLE touched (holder INTEGER PRIMARY KEY);
DROP TABLE IF EXISTS temp.deep_chain;
CREATE TEMP TABLE deep_chain (
  holder INTEGER PRIMARY KEY,
  length INTEGER NOT NULL,            -- images in the chain, the top included
  is_loop INTEGER NOT NULL            -- 1: the image is a member of a cycle of that length
);
DROP TABLE IF EXISTS temp.judged;
CREATE TEMP TABLE judged (
  kind    TEXT    NOT NULL,
  holder  INTEGER NOT NULL,
  ordinal INTEGER,
  detail  TEXT
);
