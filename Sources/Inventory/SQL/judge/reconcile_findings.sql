-- The findings as they are now, against those that are open.

CREATE INDEX temp.judged_by_holder ON judged (holder, kind);

UPDATE finding SET until_scan = :scan
WHERE until_scan IS NULL AND kind <> 'orphan'
  AND (holder IN (SELECT holder FROM temp.touched)
    OR kind IN (SELECT kind FROM temp.severity WHERE is_judged_whole))
  -- Of a chain whose links are as they were nothing was measured.
  AND (kind NOT IN ('backing-loop', 'chain-too-deep')
    OR holder IN (SELECT image FROM temp.chain_affected)
    OR holder IN (SELECT image FROM temp.vanished))
  AND NOT EXISTS (
    SELECT 1 FROM temp.judged
    WHERE judged.holder = finding.holder AND judged.kind = finding.kind
      AND judged.ordinal IS finding.ordinal);

INSERT INTO finding (kind, severity, holder, ordinal, from_scan, last_good, detail)
SELECT judged.kind, severity.severity, judged.holder, judged.ordinal, :scan,
  CASE WHEN judged.holder < 0 THEN (
    -- The last scan that knew the domain, and then had no such finding.
    SELECT max(scan.id) FROM scan JOIN domain_state ON domain_state.domain = judged.holder
      AND domain_state.from_scan <= scan.id
      AND (domain_state.until_scan IS NULL OR domain_state.until_scan > scan.id)
    WHERE scan.id < :scan)
  ELSE
  -- An image that is as old as its fault was never seen right.
  CASE WHEN image.first_scan < :scan AND (judged.ordinal IS NULL OR NOT EXISTS (
      SELECT 1 FROM link
      WHERE link.holder = judged.holder AND link.ordinal = judged.ordinal
        AND link.until_scan = :scan AND link.state = 'unknown'))
    THEN (
      SELECT max(pool_scan.scan) FROM place
      JOIN directory_state ON directory_state.directory = place.directory
        AND directory_state.until_scan IS NULL
      JOIN pool_scan ON pool_scan.pool = directory_state.pool
      WHERE place.image = judged.holder AND place.until_scan IS NULL
        AND pool_scan.scan < :scan AND pool_scan.state <> 'unavailable')
    END END,
  judged.detail
FROM temp.judged
JOIN temp.severity ON severity.kind = judged.kind
LEFT JOIN image ON image.id = judged.holder
WHERE NOT EXISTS (
  SELECT 1 FROM finding
  WHERE finding.holder = judged.holder AND finding.kind = judged.kind
    AND finding.ordinal IS judged.ordinal AND finding.until_scan IS NULL);
