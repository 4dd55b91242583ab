-- An overlay that no domain reaches, beside one of the same base that a domain does: from the bases of
-- those that are reached on, once each, and not from every pair. Whoever removes it must know that it is
-- not the only copy: only a scan that saw everything says so.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'chain-leftover', leftover.holder, leftover.ordinal
FROM (
  SELECT DISTINCT beside.target_image AS base
  FROM (SELECT 1 FROM scan WHERE id = :scan AND is_whole)
  CROSS JOIN temp.reached CROSS JOIN link AS beside ON beside.holder = reached.image
  WHERE beside.until_scan IS NULL AND beside.is_backing AND beside.target_image IS NOT NULL
) AS used
CROSS JOIN link AS leftover ON leftover.target_image = used.base
CROSS JOIN file_state ON file_state.image = leftover.holder AND file_state.until_scan IS NULL
WHERE leftover.until_scan IS NULL AND leftover.is_backing AND leftover.holder > 0
  AND leftover.holder NOT IN (SELECT image FROM temp.reached)
  AND NOT file_state.is_in_use
  -- None that a person keeps, and none that a broken reference may mean.
  AND leftover.holder NOT IN (SELECT image FROM temp.kept_image)
  AND NOT EXISTS (
    SELECT 1 FROM awaited WHERE awaited.image = leftover.holder AND awaited.until_scan IS NULL);

-- What was one before stays one while that cannot be said: it would come and go with a pool or a base.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT finding.kind, finding.holder, finding.ordinal
FROM finding
CROSS JOIN link ON link.holder = finding.holder AND link.ordinal = finding.ordinal
  AND link.until_scan IS NULL
WHERE finding.until_scan IS NULL AND finding.kind = 'chain-leftover'
  AND finding.holder NOT IN (SELECT image FROM temp.reached)
  AND finding.holder NOT IN (SELECT image FROM temp.kept_image)
  AND (link.state <> 'ok' OR NOT EXISTS (SELECT 1 FROM scan WHERE id = :scan AND is_whole));
