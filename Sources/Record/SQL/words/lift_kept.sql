-- Orphans that a person keeps by now are none any more, and those that nobody keeps are.
DELETE FROM lifted WHERE scan = :scan AND finding IN (
  SELECT id FROM finding WHERE kind = 'orphan' AND until_scan IS NULL);
INSERT OR IGNORE INTO lifted (finding, scan)
WITH RECURSIVE down (image) AS (
  SELECT image FROM keep WHERE until_scan IS NULL AND (ends IS NULL OR ends > :now)
  UNION
  SELECT link.target_image FROM down CROSS JOIN link ON link.holder = down.image
  WHERE link.until_scan IS NULL AND link.target_image IS NOT NULL)
SELECT finding.id, :scan FROM finding
WHERE finding.kind = 'orphan' AND finding.until_scan IS NULL
  AND finding.holder IN (SELECT image FROM down);
