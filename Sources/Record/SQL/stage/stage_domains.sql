-- What one scan saw of domains, before it is reconciled with what was known.

DROP TABLE IF EXISTS temp.seen_domain;
CREATE TEMP TABLE seen_domain (
  domain     INTEGER PRIMARY KEY,     -- negative
  uuid       TEXT,
  name       TEXT    NOT NULL,
  is_new     INTEGER NOT NULL,        -- 1: a domain that was never known
  source     BLOB    NOT NULL,
  is_running INTEGER NOT NULL,
  kind       TEXT    NOT NULL,        -- whose file that is
  identity   TEXT,                    -- what its keeper calls it, where that is neither UUID nor name
  is_live    INTEGER NOT NULL
);

DROP TABLE IF EXISTS temp.gone_domain;
CREATE TEMP TABLE gone_domain (domain INTEGER PRIMARY KEY);

-- Every reference of the domains that were seen, those included that stay because their file could
-- not be seen.
DROP TABLE IF EXISTS temp.seen_domain_reference;
CREATE TEMP TABLE seen_domain_reference (
  domain          INTEGER NOT NULL,
  ordinal         INTEGER NOT NULL,
  role            TEXT    NOT NULL,
  stored          BLOB    NOT NULL,
  recorded_format TEXT,
  detail          TEXT    NOT NULL,
  directory       INTEGER,            -- of the target
  name            BLOB,
  state           TEXT,               -- 'remote', 'invalid', 'unknown'; NULL: to be found out
  PRIMARY KEY (domain, ordinal)
) WITHOUT ROWID;

-- Directories that domains see whole.
DROP TABLE IF EXISTS temp.whole_directory;
CREATE TEMP TABLE whole_directory (directory INTEGER PRIMARY KEY);

-- Domains of which anything is new, changed or gone.
DROP TABLE IF EXISTS temp.changed_domain;
CREATE TEMP TABLE changed_domain (domain INTEGER PRIMARY KEY);
