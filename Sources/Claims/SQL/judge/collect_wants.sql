-- Whose wants are stated again: the references that changed, and those whose marks, or the marks of whose
-- targets, are others now.
DROP TABLE IF EXISTS temp.want_touched;
CREATE TEMP TABLE want_touched (
  holder INTEGER, ordinal INTEGER, PRIMARY KEY (holder, ordinal)) WITHOUT ROWID;
-- By which names a reference may be looked for; filled by Swift, which knows how references are written.
DROP TABLE IF EXISTS temp.want_name;
CREATE TEMP TABLE want_name (
  kind TEXT, key BLOB, holder INTEGER, ordinal INTEGER,
  PRIMARY KEY (kind, key, holder, ordinal)) WITHOUT ROWID;

INSERT OR IGNORE INTO temp.want_touched SELECT holder, ordinal FROM temp.changed_link;
INSERT OR IGNORE INTO temp.want_touched
SELECT link.holder, link.ordinal
FROM temp.changed_state CROSS JOIN link ON link.holder = changed_state.image
WHERE link.until_scan IS NULL;
INSERT OR IGNORE INTO temp.want_touched
SELECT link.holder, link.ordinal
FROM temp.changed_state CROSS JOIN link ON link.target_image = changed_state.image
WHERE link.until_scan IS NULL AND link.is_backing;
-- The references of a domain are renumbered when one is added.
INSERT OR IGNORE INTO temp.want_touched
SELECT link.holder, link.ordinal
FROM temp.changed_domain CROSS JOIN link ON link.holder = changed_domain.domain
WHERE link.until_scan IS NULL;
-- What stood where a reference leads is known since tonight: it left, or it is known since tonight which directory is
-- meant. All links that are not in order are looked through, and only where there is any such place or directory.
INSERT OR IGNORE INTO temp.want_touched
SELECT link.holder, link.ordinal
FROM (SELECT 1 FROM temp.changed_directory LIMIT 1)
CROSS JOIN link CROSS JOIN temp.changed_directory ON changed_directory.directory = link.directory
WHERE link.until_scan IS NULL AND link.state <> 'ok';
INSERT OR IGNORE INTO temp.want_touched
SELECT link.holder, link.ordinal
FROM (SELECT 1 FROM temp.closed_place LIMIT 1) CROSS JOIN link
WHERE link.until_scan IS NULL AND link.state <> 'ok'
  AND link.name IN (SELECT name FROM temp.closed_place);
-- A symbolic link by which a reference leads nowhere is new, or says something else.
INSERT OR IGNORE INTO temp.want_touched
SELECT link.holder, link.ordinal
FROM (SELECT 1 FROM temp.changed_alias LIMIT 1) CROSS JOIN link
WHERE link.until_scan IS NULL AND link.state <> 'ok'
  AND link.name IN (SELECT name FROM temp.changed_alias);
-- What was lost is back.
INSERT OR IGNORE INTO temp.want_touched
SELECT want.holder, want.ordinal
FROM temp.opened_place CROSS JOIN want ON want.holder = opened_place.image
WHERE want.until_scan IS NULL;

-- Overlays whose base holds something else than they were made on since tonight, or no more.
INSERT OR IGNORE INTO temp.want_touched
SELECT holder, ordinal FROM victim WHERE :scan IN (from_scan, until_scan);
-- Those that stand on something else since tonight than they were made on, or no more.
INSERT OR IGNORE INTO temp.want_touched
SELECT holder, ordinal FROM foundation WHERE :scan IN (from_scan, until_scan);
INSERT OR IGNORE INTO temp.want_touched
SELECT holder, ordinal FROM temp.verdict
WHERE word = 'changed' AND NOT EXISTS (
  SELECT 1 FROM finding
  WHERE finding.kind = 'backing-changed' AND finding.holder = verdict.holder
    AND finding.ordinal = verdict.ordinal AND finding.until_scan IS NULL);
-- Those whose former base is written to, where it went.
INSERT OR IGNORE INTO temp.want_touched
SELECT made.holder, made.ordinal
FROM foundation AS made CROSS JOIN temp.former_sample ON former_sample.image = made.image
WHERE made.until_scan IS NULL;

-- What a person settled, or settles no longer.
INSERT OR IGNORE INTO temp.want_touched SELECT holder, ordinal FROM temp.settled_now;

-- The first scan of a database, and the first by this rule: all that is not in order, and all that led elsewhere.
INSERT OR IGNORE INTO temp.want_touched
SELECT holder, ordinal FROM link WHERE :all AND until_scan IS NULL AND state <> 'ok';
INSERT OR IGNORE INTO temp.want_touched
SELECT holder, ordinal FROM victim WHERE :all AND until_scan IS NULL;
-- A link that is in order by its name may lead to another image than the one that is recorded. A first scan has
-- noted who records one, and earlier scans who does not have it.
INSERT OR IGNORE INTO temp.want_touched
SELECT link.holder, link.ordinal
FROM temp.touched
CROSS JOIN image_state AS own ON own.image = touched.holder AND own.until_scan IS NULL
CROSS JOIN link ON link.holder = touched.holder
WHERE :all AND own.parent_mark IS NOT NULL AND link.until_scan IS NULL AND link.is_backing;
INSERT OR IGNORE INTO temp.want_touched
SELECT holder, ordinal FROM finding
WHERE :all AND kind = 'parent-mismatch' AND ordinal IS NOT NULL AND until_scan IS NULL;
INSERT OR IGNORE INTO temp.want_touched
SELECT holder, ordinal FROM link
WHERE :all AND until_scan IS NOT NULL AND target_image IS NOT NULL AND (is_backing OR holder > 0);
