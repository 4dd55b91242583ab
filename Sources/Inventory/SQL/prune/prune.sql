-- Forgets what held only between scans that are kept. temp.kept has the scans that are.

-- Of an image that stands nowhere, and of which something is told all the same, the last place and header.
DROP TABLE IF EXISTS temp.told;
CREATE TEMP TABLE told AS
SELECT holder AS image,
  (SELECT max(from_scan) FROM place WHERE place.image = holder) AS placed,
  (SELECT max(from_scan) FROM image_state WHERE image_state.image = holder) AS stated
FROM finding
WHERE kind IN ('header-appeared', 'header-vanished') AND (until_scan IS NULL OR EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= finding.from_scan AND scan < finding.until_scan));

DELETE FROM place WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= place.from_scan AND scan < place.until_scan)
  AND (image, from_scan) NOT IN (SELECT image, placed FROM temp.told);
DELETE FROM alias WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= alias.from_scan AND scan < alias.until_scan);
DELETE FROM directory_state WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept
  WHERE scan >= directory_state.from_scan AND scan < directory_state.until_scan);
DELETE FROM image_state WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= image_state.from_scan AND scan < image_state.until_scan)
  AND (image, from_scan) NOT IN (SELECT image, stated FROM temp.told);
DELETE FROM file_state WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= file_state.from_scan AND scan < file_state.until_scan);
DELETE FROM domain_state WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= domain_state.from_scan AND scan < domain_state.until_scan);
DELETE FROM reference WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= reference.from_scan AND scan < reference.until_scan);
DELETE FROM link WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= link.from_scan AND scan < link.until_scan);
DELETE FROM unused WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= unused.from_scan AND scan < unused.until_scan);
DELETE FROM victim WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= victim.from_scan AND scan < victim.until_scan);
DELETE FROM foundation WHERE until_scan IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM temp.kept WHERE scan >= foundation.from_scan AND scan < foundation.until_scan);
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
-- What an overlay was made on is remembered as long as the overlay is.
DELETE FROM foundation WHERE holder NOT IN (SELECT id FROM image);
DELETE FROM content WHERE id NOT IN (SELECT content FROM image WHERE content IS NOT NULL)
  AND id NOT IN (SELECT content FROM foundation WHERE content IS NOT NULL);
DELETE FROM scan_change WHERE image NOT IN (SELECT id FROM image);
DELETE FROM image_detail
WHERE id NOT IN (SELECT detail FROM image_state WHERE detail IS NOT NULL);
UPDATE scan SET is_forgotten = 1 WHERE id NOT IN (SELECT scan FROM temp.kept);
