-- What could not be looked at in one pool, against what could not be looked at before.
UPDATE problem SET until_scan = :scan
WHERE until_scan IS NULL AND pool = :pool AND NOT EXISTS (
  SELECT 1 FROM temp.met
  WHERE met.pool = problem.pool AND met.path = problem.path AND met.message = problem.message);

INSERT INTO problem (pool, path, message, from_scan)
SELECT DISTINCT met.pool, met.path, met.message, :scan FROM temp.met
WHERE met.pool = :pool AND NOT EXISTS (
  SELECT 1 FROM problem
  WHERE problem.pool = met.pool AND problem.path = met.path
    AND problem.message = met.message AND problem.until_scan IS NULL);
