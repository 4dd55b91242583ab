-- An overlay that no domain reaches, beside one of the same base that a domain does: from the bases of
-- those that are reached on, once each, and not from every pair.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'chain-leftover', leftover.holder, leftover.ordinal
FROM (
  SELECT DISTINCT beside.target_image AS base
  FROM temp.reached CROSS JOIN link AS beside ON beside.holder = reached.image
  WHERE beside.until_scan IS NULL AND beside.is_backing AND beside.target_image IS NOT NULL
) AS used
CROSS JOIN link AS leftover ON leftover.target_image = used.base
CROSS JOIN file_state ON file_state.image = leftover.holder AND file_state.until_scan IS NULL
WHERE leftover.until_scan IS NULL AND leftover.is_backing AND leftover.holder > 0
  AND leftover.holder NOT IN (SELECT image FROM temp.reached)
  AND NOT file_state.is_in_use;
