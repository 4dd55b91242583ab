-- What could not be looked at in one pool, against what could not be looked at before. Without a
-- pool: libvirt's files.
UPDATE problem SET until_scan = :scan
WHERE until_scan IS NULL AND pool IS :pool AND NOT EXISTS (
  SELECT 1 FROM temp.met
  WHERE met.pool IS problem.pool AND met.path = problem.path AND met.message = problem.message);

-- Of a pool that was let go of nothing is looked at any more.
UPDATE problem SET until_scan = :scan
WHERE until_scan IS NULL AND pool IN (SELECT pool FROM temp.forgotten_pool);

INSERT INTO problem (pool, path, message, from_scan)
SELECT DISTINCT met.pool, met.path, met.message, :scan FROM temp.met
WHERE met.pool IS :pool AND NOT EXISTS (
  SELECT 1 FROM problem
  WHERE problem.pool IS met.pool AND problem.path = met.path
    AND problem.message = met.message AND problem.until_scan IS NULL);
