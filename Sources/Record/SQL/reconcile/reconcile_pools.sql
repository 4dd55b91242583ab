-- One pool as this scan names it, and where it is. What it was before is kept for the scans before.
INSERT INTO former_pool (pool, until_scan, name, not_visited, path)
SELECT id, :scan, name, not_visited, path FROM pool
WHERE id = :id AND (name <> :name OR path <> :path OR not_visited IS NOT :reason)
  AND EXISTS (SELECT 1 FROM pool_scan WHERE pool_scan.pool = pool.id);

UPDATE pool SET path = :path WHERE id = :id AND path <> :path;

INSERT INTO pool (id, host, name, path, origin, not_visited)
VALUES (:id, :host, :name, :path, coalesce(:origin, 'argument'), :reason)
ON CONFLICT (host, path) DO UPDATE
SET name = :name, origin = coalesce(:origin, origin), not_visited = :reason, until_scan = NULL;
