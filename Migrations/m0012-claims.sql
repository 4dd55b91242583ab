-- m0012: who may need an image. Certain claims are links; possible ones are wants.

-- What a reference asks for that does not lead where it led: which image may answer is not said here, so that
-- neither a new candidate nor one that leaves changes a row.
CREATE TABLE want (
  kind       TEXT    NOT NULL CHECK (kind IN ('image', 'identity', 'name', 'tail', 'content')),
  key        ANY     NOT NULL,           -- 'image': its number; 'identity': text; 'name', 'tail': bytes of the
                                         -- last component, or of the last two, ASCII letters in lower case;
                                         -- 'content': an image's sample
  holder     INTEGER NOT NULL,           -- who wants it: an image, standing or lost, or a domain (negative)
  ordinal    INTEGER NOT NULL,           -- the holder's reference; -1: the image as a whole
  from_scan  INTEGER NOT NULL,
  until_scan INTEGER,
  why        TEXT    NOT NULL CHECK (why IN (
    'made-on', 'led-to', 'stood-there', 'below-lost', 'identity', 'name', 'tail', 'content')),
  PRIMARY KEY (kind, key, holder, ordinal, from_scan)
) STRICT, WITHOUT ROWID;
CREATE INDEX want_by_holder ON want (holder, ordinal) WHERE until_scan IS NULL;

-- An image that no certain claim holds and a possible one may.
CREATE TABLE awaited (
  image      INTEGER NOT NULL REFERENCES image,
  from_scan  INTEGER NOT NULL,
  until_scan INTEGER,
  strength   TEXT    NOT NULL CHECK (strength IN ('named', 'common')),  -- 'common': so many share what is
                                         -- wanted that it names none of them
  PRIMARY KEY (image, from_scan)
) STRICT, WITHOUT ROWID;

ALTER TABLE scan ADD COLUMN
  grace_age INTEGER NOT NULL DEFAULT 0;  -- milliseconds between the first and the last scan of the grace
ALTER TABLE scan ADD COLUMN
  sees_users INTEGER NOT NULL DEFAULT 0; -- 1: every source of domains was seen, or none is known, and nothing in
                                         -- use leads where no scan looked
ALTER TABLE scan ADD COLUMN
  claims_rule INTEGER NOT NULL DEFAULT 0;  -- the rule by which claims were judged; 0: before there was one
UPDATE scan SET sees_users = is_whole
  OR NOT EXISTS (SELECT 1 FROM domain_state) AND NOT EXISTS (
    SELECT 1 FROM shared_pool WHERE shared_pool.scan = scan.id);

-- What a broken reference may mean is awaited now. The grace of what none may mean any more goes on.
UPDATE unused SET from_scan = held_in
WHERE until_scan IS NULL AND held_in > from_scan;
ALTER TABLE unused DROP COLUMN held_in;
