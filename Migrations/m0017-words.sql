-- m0017: words of people: what is known, what is right as it is, what is kept.
--
-- A word is said after a scan and holds from that scan on. What a rule of the configuration says is a word too,
-- and is said by the scan that read it.

-- A finding that somebody knows of: it stays open and counts for nothing, until it changes or its day comes.
CREATE TABLE acknowledgement (
  finding    INTEGER NOT NULL,           -- its number
  from_scan  INTEGER NOT NULL,           -- the last scan when it was said
  until_scan INTEGER,                    -- the last scan when it was taken back, or the one that ended it
  who        TEXT    NOT NULL,           -- the person, or the configuration's path
  is_rule    INTEGER NOT NULL,           -- 1: the configuration says it
  said       INTEGER NOT NULL,           -- milliseconds
  reason     TEXT,
  ends       INTEGER,                    -- milliseconds: holds no longer than until then; NULL: no day was named
  state      TEXT    NOT NULL,           -- what the finding rested on; on anything else it is another
  PRIMARY KEY (finding, from_scan)
) STRICT, WITHOUT ROWID;

-- An image that is never called unused, nor is what it stands on.
CREATE TABLE keep (
  image      INTEGER NOT NULL,
  from_scan  INTEGER NOT NULL,           -- likewise, and so on
  until_scan INTEGER,
  who        TEXT    NOT NULL,
  is_rule    INTEGER NOT NULL,
  said       INTEGER NOT NULL,
  reason     TEXT,
  ends       INTEGER,
  PRIMARY KEY (image, from_scan)
) STRICT, WITHOUT ROWID;

-- A finding that a person closed: the state of that night is the right one.
CREATE TABLE settlement (
  finding    INTEGER NOT NULL,
  from_scan  INTEGER NOT NULL,
  until_scan INTEGER,
  who        TEXT    NOT NULL,
  said       INTEGER NOT NULL,
  reason     TEXT,
  kind       TEXT    NOT NULL,           -- of the finding, likewise
  holder     INTEGER NOT NULL,
  ordinal    INTEGER,
  state      TEXT,                       -- 'parent-mismatch': the marks that differ; of headers: the format before
  applied    INTEGER,                    -- the scan that went by it first
  PRIMARY KEY (finding, from_scan)
) STRICT, WITHOUT ROWID;
CREATE INDEX settlement_by_holder ON settlement (holder) WHERE until_scan IS NULL;

-- What an overlay is taken to have been made on, by such a word: what it stood on after a scan.
CREATE TABLE settled_link (
  holder  INTEGER NOT NULL,
  ordinal INTEGER NOT NULL,
  finding INTEGER NOT NULL,
  scan    INTEGER NOT NULL,
  PRIMARY KEY (holder, ordinal, finding)
) STRICT, WITHOUT ROWID;

-- Findings that a word closed after a scan, before the next one could.
CREATE TABLE lifted (
  finding INTEGER PRIMARY KEY,
  scan    INTEGER NOT NULL
) STRICT;

DROP VIEW open_findings;
DROP VIEW findings;

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
  coalesce((SELECT lifted.scan FROM lifted WHERE lifted.finding = finding.id), finding.until_scan)
                                                       AS closed_by_scan,
  finding.last_good                                    AS last_good_scan,
  (SELECT word.who FROM acknowledgement AS word
   WHERE word.finding = finding.id AND word.until_scan IS NULL) AS acknowledged_by
FROM finding
LEFT JOIN scan AS since ON since.id = finding.from_scan
LEFT JOIN domain ON domain.id = finding.holder;

-- Every finding that is open after the last scan.
CREATE VIEW open_findings AS
SELECT * FROM findings WHERE closed_by_scan IS NULL;
