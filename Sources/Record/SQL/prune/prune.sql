-- Forgets what held only between scans that are kept. temp.kept has the scans that are.

-- What a number meant once it never means again.
UPDATE number SET last = max(last, (SELECT coalesce(max(id), 0) FROM image)) WHERE kind = 'image';
UPDATE number SET last = max(last, (SELECT coalesce(max(id), 0) FROM finding))
WHERE kind = 'finding';

-- Anchors: what happened before the scans that are kept, and what is said of them rests on. References that a kept
-- scan saw broken, or has a finding about; of a machine all, since they are renumbered …
DROP TABLE IF EXISTS temp.anchor;
CREATE TEMP TABLE anchor (holder INTEGER, ordinal INTEGER, PRIMARY KEY (holder, ordinal))
  WITHOUT ROWID;
INSERT OR IGNORE INTO temp.anchor (holder, ordinal)
SELECT holder, ordinal FROM link
WHERE state <> 'ok' AND EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= link.from_scan
    AND (link.until_scan IS NULL OR scan < link.until_scan));
INSERT OR IGNORE INTO temp.anchor (holder, ordinal)
SELECT holder, ordinal FROM finding
WHERE ordinal IS NOT NULL AND EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= finding.from_scan
    AND (finding.until_scan IS NULL OR scan < finding.until_scan));
INSERT OR IGNORE INTO temp.anchor (holder, ordinal)
SELECT DISTINCT reference.holder, reference.ordinal
FROM (SELECT DISTINCT holder FROM temp.anchor WHERE holder < 0) AS machine
CROSS JOIN reference ON reference.holder = machine.holder;

-- Of an image that is away and needed, too: what its references said, and what they led to.
INSERT OR IGNORE INTO temp.anchor (holder, ordinal)
SELECT holder, ordinal FROM want
WHERE kind = 'image' AND until_scan IS NULL AND holder > 0 AND ordinal >= 0;

-- … the images to which they led, or that stood where they lead, and the last scan that saw them there.
DROP TABLE IF EXISTS temp.anchor_image;
CREATE TEMP TABLE anchor_image (image INTEGER, scan INTEGER, PRIMARY KEY (image, scan))
  WITHOUT ROWID;
INSERT OR IGNORE INTO temp.anchor_image (image, scan)
SELECT link.target_image, coalesce(link.until_scan, link.from_scan + 1) - 1
FROM temp.anchor CROSS JOIN link USING (holder, ordinal)
WHERE link.target_image IS NOT NULL;
INSERT OR IGNORE INTO temp.anchor_image (image, scan)
SELECT place.image, place.until_scan - 1
FROM temp.anchor CROSS JOIN link USING (holder, ordinal)
CROSS JOIN place ON place.name = link.name AND place.directory IN (
  SELECT link.directory
  UNION SELECT walked.directory
  FROM directory_state AS named
  JOIN directory_state AS walked ON walked.canonical = named.canonical
  WHERE named.directory = link.directory)
WHERE link.state = 'missing' AND place.until_scan IS NOT NULL;
-- And what was known of each last.
INSERT OR IGNORE INTO temp.anchor_image (image, scan)
SELECT anchor_image.image, max(image_state.from_scan)
FROM temp.anchor_image CROSS JOIN image_state ON image_state.image = anchor_image.image
GROUP BY anchor_image.image;

-- An image that somebody needs, or needed in a kept scan, is remembered: where it stood last, and how it was led to.
DROP TABLE IF EXISTS temp.wanted_image;
CREATE TEMP TABLE wanted_image (image INTEGER PRIMARY KEY);
INSERT OR IGNORE INTO temp.wanted_image
SELECT key FROM want WHERE kind = 'image' AND (until_scan IS NULL OR EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= want.from_scan AND scan < want.until_scan));
INSERT OR IGNORE INTO temp.wanted_image
SELECT holder FROM want WHERE holder > 0 AND (until_scan IS NULL OR EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= want.from_scan AND scan < want.until_scan));
-- And one of which a person said something that holds, also while it is away.
INSERT OR IGNORE INTO temp.wanted_image SELECT image FROM keep WHERE until_scan IS NULL;
INSERT OR IGNORE INTO temp.wanted_image
SELECT holder FROM settlement WHERE holder > 0 AND until_scan IS NULL;

-- Of an image that stands nowhere, and of which a kept scan tells something all the same, the place and the header
-- that were the last ones then.
DROP TABLE IF EXISTS temp.told;
CREATE TEMP TABLE told AS
SELECT DISTINCT holder AS image,
  (SELECT max(from_scan) FROM place
    WHERE place.image = holder AND place.from_scan <= kept.scan) AS placed,
  (SELECT max(from_scan) FROM image_state
    WHERE image_state.image = holder AND image_state.from_scan <= kept.scan) AS stated
FROM finding CROSS JOIN temp.kept ON kept.scan >= finding.from_scan
  AND (finding.until_scan IS NULL OR kept.scan < finding.until_scan)
WHERE kind IN ('header-appeared', 'header-vanished');

DELETE FROM place WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= place.from_scan AND scan < place.until_scan)
  AND NOT EXISTS (
    SELECT 1 FROM temp.anchor_image
    WHERE anchor_image.image = place.image AND anchor_image.scan >= place.from_scan
      AND anchor_image.scan < place.until_scan)
  AND NOT (image IN (SELECT image FROM temp.wanted_image) AND until_scan = (
    SELECT max(last.until_scan) FROM place AS last WHERE last.image = place.image))
  AND (image, from_scan) NOT IN (SELECT image, placed FROM temp.told);
DELETE FROM alias WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= alias.from_scan AND scan < alias.until_scan);
-- Which directory a link names, or named when something stood there, says what that was.
DELETE FROM directory_state WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept
  WHERE scan >= directory_state.from_scan AND scan < directory_state.until_scan)
  AND (canonical IS NULL OR directory NOT IN (
    SELECT link.directory FROM temp.anchor CROSS JOIN link USING (holder, ordinal)
    WHERE link.state = 'missing' AND link.directory IS NOT NULL));
DELETE FROM image_state WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= image_state.from_scan AND scan < image_state.until_scan)
  AND NOT EXISTS (
    SELECT 1 FROM temp.anchor_image
    WHERE anchor_image.image = image_state.image AND anchor_image.scan >= image_state.from_scan
      AND anchor_image.scan < image_state.until_scan)
  AND (image, from_scan) NOT IN (SELECT image, stated FROM temp.told);
DELETE FROM file_state WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= file_state.from_scan AND scan < file_state.until_scan)
  AND NOT EXISTS (
    SELECT 1 FROM temp.anchor_image
    WHERE anchor_image.image = file_state.image AND anchor_image.scan >= file_state.from_scan
      AND anchor_image.scan < file_state.until_scan);
DELETE FROM domain_state WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= domain_state.from_scan AND scan < domain_state.until_scan);
-- A changed domain has new numbers for its references. Their stored strings show which of them led to an image.
DELETE FROM reference WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= reference.from_scan AND scan < reference.until_scan)
  AND (holder, ordinal) NOT IN (SELECT holder, ordinal FROM temp.anchor)
  AND NOT (holder < 0 AND EXISTS (
    SELECT 1 FROM want WHERE want.holder = reference.holder AND want.kind = 'image'
      AND want.until_scan IS NULL));
DELETE FROM link WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= link.from_scan AND scan < link.until_scan)
  -- Those that never led anywhere say nothing.
  AND ((target_image IS NULL AND state <> 'outside-pools')
    OR (holder, ordinal) NOT IN (SELECT holder, ordinal FROM temp.anchor))
  AND NOT EXISTS (
    SELECT 1 FROM want
    WHERE want.kind = 'image' AND want.key = +link.target_image AND want.holder = link.holder
      AND want.until_scan IS NULL);
DELETE FROM want WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= want.from_scan AND scan < want.until_scan);
DELETE FROM awaited WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= awaited.from_scan AND scan < awaited.until_scan);
DELETE FROM filesystem_state WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept
  WHERE scan >= filesystem_state.from_scan AND scan < filesystem_state.until_scan);
DELETE FROM unused WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= unused.from_scan AND scan < unused.until_scan);
DELETE FROM victim WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= victim.from_scan AND scan < victim.until_scan);
-- What a person settled can be taken back.
DELETE FROM foundation WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= foundation.from_scan AND scan < foundation.until_scan)
  AND NOT EXISTS (
    SELECT 1 FROM settled_link JOIN settlement USING (finding)
    WHERE settled_link.holder = foundation.holder AND settled_link.ordinal = foundation.ordinal
      AND settlement.applied = foundation.until_scan);
DELETE FROM finding WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= finding.from_scan AND scan < finding.until_scan);
DELETE FROM own_blocks WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= own_blocks.from_scan AND scan < own_blocks.until_scan);
DELETE FROM holding WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= holding.from_scan AND scan < holding.until_scan);
DELETE FROM lifted WHERE finding NOT IN (SELECT id FROM finding);
DELETE FROM acknowledgement WHERE finding NOT IN (SELECT id FROM finding)
  OR until_scan IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM temp.kept
    WHERE scan >= acknowledgement.from_scan AND scan < acknowledgement.until_scan);
DELETE FROM keep WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= keep.from_scan AND scan < keep.until_scan);
DELETE FROM settlement WHERE until_scan IS NOT NULL AND applied IS NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= settlement.from_scan AND scan < settlement.until_scan);
-- Here and below, the last row of all stays: the next one has the number after it, and no number is given twice.
DELETE FROM problem
WHERE until_scan IS NOT NULL AND id < (SELECT max(id) FROM problem) AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= problem.from_scan AND scan < problem.until_scan);

-- A comparison of two kept scans looks at everything that changed between them.
INSERT OR IGNORE INTO scan_change (scan, image)
SELECT (SELECT min(kept.scan) FROM temp.kept WHERE kept.scan > scan_change.scan), image
FROM scan_change
WHERE scan NOT IN (SELECT scan FROM temp.kept)
  AND scan < (SELECT max(scan) FROM temp.kept);
DELETE FROM scan_change WHERE scan NOT IN (SELECT scan FROM temp.kept);

DELETE FROM former_pool WHERE NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan < former_pool.until_scan);

-- Of a pool, its last scan, and its last complete one, as of every scan that is kept.
DELETE FROM pool_scan
WHERE scan NOT IN (SELECT scan FROM temp.kept)
  AND NOT EXISTS (
    SELECT 1 FROM temp.kept WHERE pool_scan.scan = (
      SELECT max(last.scan) FROM pool_scan AS last
      WHERE last.pool = pool_scan.pool AND last.scan <= kept.scan))
  AND NOT EXISTS (
    SELECT 1 FROM temp.kept WHERE pool_scan.scan = (
      SELECT max(last.scan) FROM pool_scan AS last
      WHERE last.pool = pool_scan.pool AND last.scan <= kept.scan
        AND last.state = 'complete' AND last.scope = 'tree'));

DELETE FROM scan_image WHERE scan NOT IN (SELECT scan FROM temp.kept);
DELETE FROM shared_pool WHERE scan NOT IN (SELECT scan FROM temp.kept);

DELETE FROM image WHERE NOT EXISTS (SELECT 1 FROM place WHERE place.image = image.id);
-- What an overlay was made on is remembered as long as the overlay is.
DELETE FROM foundation WHERE holder NOT IN (SELECT id FROM image);
DELETE FROM keep WHERE image NOT IN (SELECT id FROM image);
DELETE FROM settlement WHERE holder NOT IN (SELECT id FROM image);
DELETE FROM settled_link WHERE holder NOT IN (SELECT id FROM image)
  OR finding NOT IN (SELECT finding FROM settlement);
DELETE FROM content WHERE id < (SELECT max(id) FROM content)
  AND id NOT IN (SELECT content FROM image WHERE content IS NOT NULL)
  AND id NOT IN (SELECT content FROM foundation WHERE content IS NOT NULL);
-- What led to one that is forgotten leads nowhere any more.
DELETE FROM link WHERE until_scan IS NOT NULL AND target_image NOT IN (SELECT id FROM image);
DELETE FROM scan_change WHERE image NOT IN (SELECT id FROM image);
DELETE FROM image_detail WHERE id < (SELECT max(id) FROM image_detail)
  AND id NOT IN (SELECT detail FROM image_state WHERE detail IS NOT NULL);
UPDATE scan SET is_forgotten = 1 WHERE id NOT IN (SELECT scan FROM temp.kept);
