-- Scans that ended before they began, and a count of findings that is not that of the findings.

SELECT 'scan ' || id || ' ends before it begins' FROM scan WHERE finished < started
UNION ALL
SELECT 'scan ' || id || ' counts ' || findings_open || ' open findings'
FROM scan
WHERE id = (SELECT max(id) FROM scan) AND findings_open <> (
  SELECT count(*) FROM finding
  WHERE until_scan IS NULL AND kind NOT IN (SELECT untold.kind FROM untold WHERE untold.scan = scan.id))
