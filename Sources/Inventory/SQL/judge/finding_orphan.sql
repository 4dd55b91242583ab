-- Images that have been unused for as many whole looks as the grace asks for.

-- What a broken reference may mean is no orphan, whoever has the reference; its grace begins after that.
UPDATE unused SET held_in = :scan
WHERE until_scan IS NULL AND image IN (SELECT image FROM temp.spoken_for);

-- What was found is kept by a scan that did not see everything, and nothing is added by it.
UPDATE finding SET until_scan = :scan
WHERE until_scan IS NULL AND kind = 'orphan' AND (
  holder NOT IN (
    SELECT image FROM unused WHERE until_scan IS NULL AND held_in IS NOT :scan)
  -- A scan to which nobody said who uses a shared pool takes back what others called unused.
  OR EXISTS (SELECT 1 FROM shared_pool WHERE scan = :scan));

INSERT INTO finding (id, kind, severity, holder, from_scan, last_good)
SELECT
  (SELECT max(coalesce((SELECT max(id) FROM finding), 0),
    coalesce((SELECT last FROM number WHERE kind = 'finding'), 0)))
    + row_number() OVER (ORDER BY unused.image),
  'orphan', 'warning', unused.image, :scan, CASE WHEN unused.last_user IS NOT NULL
  THEN (
    SELECT max(scan) FROM temp.looked WHERE image = unused.image AND scan < unused.from_scan) END
FROM unused
WHERE unused.until_scan IS NULL AND EXISTS (SELECT 1 FROM temp.whole_look WHERE scan = :scan)
  AND NOT EXISTS (SELECT 1 FROM shared_pool WHERE scan = :scan)
  AND (SELECT count(*) FROM temp.whole_look
    WHERE scan >= unused.from_scan AND scan > coalesce(unused.held_in, 0)
      AND NOT EXISTS (SELECT 1 FROM shared_pool WHERE shared_pool.scan = whole_look.scan)) >= :grace
  AND NOT EXISTS (
    SELECT 1 FROM finding
    WHERE finding.holder = unused.image AND finding.kind = 'orphan'
      AND finding.until_scan IS NULL);
