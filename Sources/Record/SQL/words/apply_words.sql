-- What people said since the scan before, and took back: before anything is compared, so that what is found tonight
-- is held against what is right.

UPDATE finding SET until_scan = :scan
WHERE until_scan IS NULL AND id IN (SELECT finding FROM lifted);

-- The references of which something is settled, or is not any more: their wants are stated again.
DROP TABLE IF EXISTS temp.settled_now;
CREATE TEMP TABLE settled_now (
  holder INTEGER, ordinal INTEGER, PRIMARY KEY (holder, ordinal)) WITHOUT ROWID;

-- Overlays were made on what they stand on. What is written to tonight is held against that.
INSERT OR IGNORE INTO settled_link (holder, ordinal, finding, scan)
SELECT victim.holder, victim.ordinal, settlement.finding, settlement.from_scan
FROM settlement CROSS JOIN victim ON victim.base = settlement.holder AND victim.until_scan IS NULL
WHERE settlement.applied IS NULL AND settlement.until_scan IS NULL
  AND settlement.kind = 'base-modified';
INSERT OR IGNORE INTO settled_link (holder, ordinal, finding, scan)
SELECT holder, ordinal, finding, from_scan FROM settlement
WHERE applied IS NULL AND until_scan IS NULL AND kind = 'backing-changed';
INSERT OR IGNORE INTO temp.settled_now
SELECT settled_link.holder, settled_link.ordinal
FROM settlement CROSS JOIN settled_link ON settled_link.finding = settlement.finding
WHERE settlement.applied IS NULL AND settlement.until_scan IS NULL;
UPDATE foundation SET until_scan = :scan
WHERE until_scan IS NULL AND (holder, ordinal) IN (SELECT holder, ordinal FROM temp.settled_now);
UPDATE victim SET until_scan = :scan
WHERE until_scan IS NULL AND (holder, ordinal) IN (SELECT holder, ordinal FROM temp.settled_now);

-- A disk is known by the format that its header shows.
UPDATE image SET accepted_format = NULL, accepted_scan = NULL, revised_scan = :scan
WHERE id IN (
  SELECT holder FROM settlement
  WHERE applied IS NULL AND until_scan IS NULL AND kind IN ('header-appeared', 'header-vanished'));

INSERT OR IGNORE INTO temp.settled_now
SELECT holder, ordinal FROM settlement
WHERE kind = 'parent-mismatch' AND (applied IS NULL) = (until_scan IS NULL);
UPDATE settlement SET applied = :scan WHERE applied IS NULL AND until_scan IS NULL;

-- What was settled and is not any more stands as it stood before; what came to light since goes before it.
INSERT OR IGNORE INTO temp.settled_now
SELECT settled_link.holder, settled_link.ordinal
FROM settlement CROSS JOIN settled_link ON settled_link.finding = settlement.finding
WHERE settlement.applied IS NOT NULL AND settlement.until_scan IS NOT NULL;
INSERT OR IGNORE INTO foundation (
  holder, ordinal, from_scan, image, content, stored, mark, actual_size, sample)
SELECT was.holder, was.ordinal, :scan, was.image, was.content, was.stored, was.mark,
  was.actual_size, was.sample
FROM settlement CROSS JOIN settled_link ON settled_link.finding = settlement.finding
CROSS JOIN foundation AS was ON was.holder = settled_link.holder
  AND was.ordinal = settled_link.ordinal AND was.until_scan = settlement.applied
WHERE settlement.applied IS NOT NULL AND settlement.until_scan IS NOT NULL
  AND EXISTS (
    SELECT 1 FROM link
    WHERE link.holder = was.holder AND link.ordinal = was.ordinal AND link.until_scan IS NULL)
  AND NOT EXISTS (
    SELECT 1 FROM foundation AS now
    WHERE now.holder = was.holder AND now.ordinal = was.ordinal AND now.until_scan IS NULL);
UPDATE image SET accepted_format = back.format, accepted_scan = back.scan, revised_scan = :scan
FROM (
  SELECT settlement.holder, settlement.state AS format, settlement.from_scan AS scan FROM settlement
  WHERE settlement.applied IS NOT NULL AND settlement.until_scan IS NOT NULL
    AND settlement.kind IN ('header-appeared', 'header-vanished')) AS back
WHERE image.id = back.holder AND image.accepted_format IS NULL;
INSERT OR IGNORE INTO temp.touched (holder)
SELECT holder FROM settlement
WHERE applied IS NOT NULL AND until_scan IS NOT NULL AND kind = 'parent-mismatch';
DELETE FROM settled_link WHERE finding IN (
  SELECT finding FROM settlement WHERE applied IS NOT NULL AND until_scan IS NOT NULL);
UPDATE settlement SET applied = NULL WHERE applied IS NOT NULL AND until_scan IS NOT NULL;
