-- What the scan did not see: pools that it did not look into, or could not, and with is_seen the places in
-- the others that it could not look at; complete is the last scan that saw the pool whole.
WITH known AS (
  SELECT known_pool.id, known_pool.name,
    (SELECT max(scan) FROM pool_scan
     WHERE pool = known_pool.id AND scan <= (SELECT scan FROM asof)
       AND state = 'complete' AND scope = 'tree') AS complete,
    EXISTS (
      SELECT 1 FROM pool_scan
      WHERE pool = known_pool.id AND scan = (SELECT scan FROM asof)
        AND state <> 'unavailable' AND scope = 'tree') AS is_seen
  FROM pool_at AS known_pool WHERE known_pool.not_visited IS NULL)
SELECT name, complete, is_seen, NULL AS path FROM known WHERE NOT is_seen
UNION ALL
SELECT known.name, known.complete, 1, problem.path
FROM known JOIN problem_at AS problem ON problem.pool = known.id
WHERE known.is_seen
ORDER BY 1, 4
