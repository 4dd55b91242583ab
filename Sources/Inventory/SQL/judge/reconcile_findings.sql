-- The findings as they are now, against those that are open.

-- With the ordinal: one image may have as many findings of a kind as it has references.
CREATE INDEX temp.judged_by_holder ON judged (holder, kind, ordinal);

UPDATE finding SET until_scan = :scan
WHERE until_scan IS NULL AND kind NOT IN (SELECT kind FROM temp.rule WHERE scope = 'apart')
  AND (holder IN (SELECT holder FROM temp.touched)
    OR kind IN (SELECT kind FROM temp.rule WHERE scope = 'everything'))
  -- Of a chain whose links are as they were nothing was measured.
  AND (kind NOT IN (SELECT kind FROM temp.rule WHERE scope = 'chains')
    OR holder IN (SELECT image FROM temp.chain_affected)
    OR holder IN (SELECT image FROM temp.vanished))
  AND NOT EXISTS (
    SELECT 1 FROM temp.judged
    WHERE judged.holder = finding.holder AND judged.kind = finding.kind
      AND judged.ordinal IS finding.ordinal);

-- Those of what was judged that are open already, to be looked for by all three.
DROP TABLE IF EXISTS temp.open_judged;
CREATE TEMP TABLE open_judged (holder INTEGER, kind TEXT, ordinal INTEGER);
INSERT INTO temp.open_judged
SELECT finding.holder, finding.kind, finding.ordinal
FROM (SELECT DISTINCT holder, kind FROM temp.judged) AS judged
CROSS JOIN finding ON finding.kind = judged.kind AND finding.holder = judged.holder
WHERE finding.until_scan IS NULL;
CREATE INDEX temp.open_judged_by_holder ON open_judged (holder, kind, ordinal);

INSERT INTO finding (kind, severity, holder, ordinal, from_scan, last_good, detail)
SELECT judged.kind, rule.severity, judged.holder, judged.ordinal, :scan,
  CASE WHEN judged.holder < 0 THEN (
    -- The last scan that knew the domain, and then had no such finding.
    SELECT max(scan.id) FROM scan JOIN domain_state ON domain_state.domain = judged.holder
      AND domain_state.from_scan <= scan.id
      AND (domain_state.until_scan IS NULL OR domain_state.until_scan > scan.id)
    WHERE scan.id < :scan AND NOT EXISTS (
      SELECT 1 FROM temp.stale_rule WHERE stale_rule.kind = judged.kind AND stale_rule.is_new))
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
        AND pool_scan.scan < :scan AND pool_scan.state <> 'unavailable'
        -- Nobody asked before the rule was there.
        AND NOT EXISTS (
          SELECT 1 FROM temp.stale_rule
          WHERE stale_rule.pool = directory_state.pool AND stale_rule.kind = judged.kind
            AND stale_rule.is_new))
    END END,
  judged.detail
FROM temp.judged
JOIN temp.rule ON rule.kind = judged.kind
LEFT JOIN image ON image.id = judged.holder
WHERE NOT EXISTS (
  SELECT 1 FROM temp.open_judged
  WHERE open_judged.holder = judged.holder AND open_judged.kind = judged.kind
    AND open_judged.ordinal IS judged.ordinal);
