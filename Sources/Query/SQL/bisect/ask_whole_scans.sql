-- The scans that looked at everything: each pool that was known by then was seen whole, and nothing was left out.
SELECT scan.id FROM scan
WHERE scan.id <= (SELECT scan FROM temp.asof) AND NOT scan.is_forgotten AND scan.state = 'complete'
  AND NOT EXISTS (
    SELECT 1 FROM pool
    WHERE pool.not_visited IS NULL
      AND EXISTS (
        SELECT 1 FROM pool_scan AS known WHERE known.pool = pool.id AND known.scan <= scan.id)
      AND NOT EXISTS (
        SELECT 1 FROM pool_scan AS seen
        WHERE seen.pool = pool.id AND seen.scan = scan.id AND seen.state = 'complete'
          AND seen.scope = 'tree'))
ORDER BY scan.id
