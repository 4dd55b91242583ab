-- Forgets what held only between scans that are kept. temp.kept has the scans that are.

-- An image that somebody still needs is remembered: where it stood last, and how it was led to.
DROP TABLE IF EXISTS temp.wanted_image;
CREATE TEMP TABLE wanted_image (image INTEGER PRIMARY KEY);
INSERT OR IGNORE INTO temp.wanted_image
SELECT key FROM want WHERE kind = 'image' AND until_scan IS NULL;
INSERT OR IGNORE INTO temp.wanted_image
SELECT holder FROM want WHERE holder > 0 AND until_scan IS NULL;

DELETE FROM place WHERE until_scan IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM temp.kept WHERE scan >= place.from_scan AND scan < place.until_scan)
  AND NOT (image IN (SELECT image FROM temp.wanted_image) AND until_scan = (
    SELECT max(last.until_scan) FROM place AS last WHERE last.image = place.image));
DELETE FROM alias WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= alias.from_scan AND scan < alias.until_scan);
DELETE FROM directory_state WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept
  WHERE scan >= directory_state.from_scan AND scan < directory_state.until_scan);
DELETE FROM image_state WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= image_state.from_scan AND scan < image_state.until_scan);
DELETE FROM file_state WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= file_state.from_scan AND scan < file_state.until_scan);
DELETE FROM domain_state WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= domain_state.from_scan AND scan < domain_state.until_scan);
-- The references of a domain are numbered anew; which of them led to an image is told by what they said.
DELETE FROM reference WHERE until_scan IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM temp.kept WHERE scan >= reference.from_scan AND scan < reference.until_scan)
  AND NOT (holder < 0 AND EXISTS (
    SELECT 1 FROM want WHERE want.holder = reference.holder AND want.kind = 'image'
      AND want.until_scan IS NULL));
DELETE FROM link WHERE until_scan IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM temp.kept WHERE scan >= link.from_scan AND scan < link.until_scan)
  AND NOT EXISTS (
    SELECT 1 FROM want
    WHERE want.kind = 'image' AND want.key = +link.target_image AND want.holder = link.holder
      AND want.until_scan IS NULL);
DELETE FROM want WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= want.from_scan AND scan < want.until_scan);
DELETE FROM awaited WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= awaited.from_scan AND scan < awaited.until_scan);
DELETE FROM unused WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= unused.from_scan AND scan < unused.until_scan);
DELETE FROM finding WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= finding.from_scan AND scan < finding.until_scan);
DELETE FROM problem WHERE until_scan IS NOT NULL AND NOT EXISTS (
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
        AND last.state = 'complete'));

DELETE FROM shared_pool WHERE scan NOT IN (SELECT scan FROM temp.kept);

DELETE FROM image WHERE NOT EXISTS (SELECT 1 FROM place WHERE place.image = image.id);
DELETE FROM scan_change WHERE image NOT IN (SELECT id FROM image);
DELETE FROM image_detail
WHERE id NOT IN (SELECT detail FROM image_state WHERE detail IS NOT NULL);
UPDATE scan SET is_forgotten = 1 WHERE id NOT IN (SELECT scan FROM temp.kept);
