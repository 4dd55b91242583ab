-- Images that have been unused for as long as the grace asks for.

-- The looks that count for a pool: scans that saw it whole, and whoever may use it.
DROP TABLE IF EXISTS temp.counted_look;
CREATE TEMP TABLE counted_look (
  pool INTEGER, scan INTEGER, started INTEGER, PRIMARY KEY (pool, scan)) WITHOUT ROWID;
INSERT INTO temp.counted_look
SELECT pool_scan.pool, scan.id, scan.started
FROM scan CROSS JOIN pool_scan ON pool_scan.scan = scan.id
WHERE scan.id >= (SELECT min(from_scan) FROM unused WHERE until_scan IS NULL)
  AND scan.sees_users AND pool_scan.state = 'complete' AND pool_scan.scope = 'tree';
INSERT OR IGNORE INTO temp.counted_look
SELECT pool, :scan, (SELECT started FROM scan WHERE id = :scan) FROM temp.looked_pool
WHERE (SELECT sees_users FROM scan WHERE id = :scan);

-- What is unused in a pool since such a scan, or an earlier one, was looked for often enough, and from the first
-- look to the last for long enough.
DROP TABLE IF EXISTS temp.due;
CREATE TEMP TABLE due (pool INTEGER PRIMARY KEY, since INTEGER);
INSERT INTO temp.due
SELECT pool, min(
  coalesce((
    SELECT look.scan FROM temp.counted_look AS look WHERE look.pool = last.pool
    ORDER BY look.scan DESC LIMIT 1 OFFSET :grace - 1), 0),
  coalesce((
    SELECT max(look.scan) FROM temp.counted_look AS look
    WHERE look.pool = last.pool AND look.started <= last.started - :age), 0))
FROM temp.counted_look AS last
WHERE last.scan = (SELECT max(scan) FROM temp.counted_look AS later WHERE later.pool = last.pool);

-- What was found is kept by a scan that did not see everything, and nothing is added by it. A scan to which
-- nobody said who uses a shared pool takes back what others called unused.
UPDATE finding SET until_scan = :scan
WHERE until_scan IS NULL AND kind = 'orphan' AND (
  holder NOT IN (SELECT image FROM unused WHERE until_scan IS NULL)
  OR EXISTS (SELECT 1 FROM shared_pool WHERE scan = :scan));

INSERT INTO finding (id, kind, severity, holder, from_scan, last_good, detail)
SELECT
  (SELECT max(coalesce((SELECT max(id) FROM finding), 0),
    coalesce((SELECT last FROM number WHERE kind = 'finding'), 0)))
    + row_number() OVER (ORDER BY unused.image),
  'orphan', 'warning', unused.image, :scan, CASE WHEN unused.last_user IS NOT NULL
  THEN (
    SELECT max(scan) FROM temp.looked WHERE image = unused.image AND scan < unused.from_scan) END,
  CASE WHEN unused.last_user IS NULL THEN json_object('user', 'none') END
FROM unused
WHERE unused.until_scan IS NULL AND (SELECT sees_orphans FROM scan WHERE id = :scan)
  AND unused.from_scan <= (
    SELECT min(coalesce(due.since, 0)) FROM place
    LEFT JOIN directory_state AS dir ON dir.directory = place.directory AND dir.until_scan IS NULL
    LEFT JOIN temp.due ON due.pool = dir.pool
    WHERE place.image = unused.image AND place.until_scan IS NULL)
  AND NOT EXISTS (
    SELECT 1 FROM finding
    WHERE finding.holder = unused.image AND finding.kind = 'orphan'
      AND finding.until_scan IS NULL);
