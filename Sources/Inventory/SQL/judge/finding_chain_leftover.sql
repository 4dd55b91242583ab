-- An overlay that no domain reaches, beside one of the same base that a domain does.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT DISTINCT 'chain-leftover', leftover.holder, leftover.ordinal
FROM (SELECT 1 FROM temp.reached LIMIT 1) CROSS JOIN link AS leftover
JOIN link AS beside ON beside.target_image = leftover.target_image
  AND beside.until_scan IS NULL AND beside.is_backing AND beside.holder > 0
JOIN file_state ON file_state.image = leftover.holder AND file_state.until_scan IS NULL
WHERE leftover.until_scan IS NULL AND leftover.is_backing AND leftover.holder > 0
  AND leftover.target_image IS NOT NULL
  AND leftover.holder NOT IN (SELECT image FROM temp.reached)
  AND beside.holder IN (SELECT image FROM temp.reached)
  AND NOT file_state.is_in_use;
