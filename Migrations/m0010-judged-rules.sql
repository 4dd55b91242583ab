-- m0010: which version of which rule has judged a pool. A scan with a newer rule, or with another setting of
-- one, judges all of the pool once, and not only what changed; so does the first scan after this.

CREATE TABLE judged_rule (
  pool    INTEGER NOT NULL REFERENCES pool ON DELETE CASCADE,
  kind    TEXT    NOT NULL,              -- of finding
  version INTEGER NOT NULL,
  setting INTEGER,                       -- for rules about chains: images in one that were allowed
  PRIMARY KEY (pool, kind)
) STRICT, WITHOUT ROWID;

-- It says that of chains too.
ALTER TABLE pool DROP COLUMN judged_depth;
