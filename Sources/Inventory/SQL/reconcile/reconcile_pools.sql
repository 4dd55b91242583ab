-- One pool as this scan names it. What it was before is kept for the scans before.
INSERT INTO former_pool (pool, until_scan, name, not_visited)
SELECT id, :scan, name, not_visited FROM pool
WHERE id = :id AND (name <> :name OR not_visited IS NOT :reason)
  AND EXISTS (SELECT 1 FROM pool_scan WHERE pool_scan.pool = pool.id);

INSERT INTO pool (id, host, name, path, origin, not_visited)
VALUES (:id, :host, :name, :path, coalesce(:origin, 'argument'), :reason)
ON CONFLICT (host, path) DO UPDATE
SET name = :name, origin = coalesce(:origin, origin), not_visited = :reason;
