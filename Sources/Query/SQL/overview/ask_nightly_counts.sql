-- How many images and machines had something wrong after each scan from one on, by severity. What a person knew of then
-- is not counted (words take effect from the last scan on, and of no earlier one), nor what was in doubt. Of the index of
-- findings by their end all that closed before is passed over.
SELECT scan.id,
  count(DISTINCT iif(finding.severity = 'error', finding.holder, NULL)) AS errors,
  count(DISTINCT iif(finding.severity = 'warning', finding.holder, NULL)) AS warnings
FROM scan LEFT JOIN (
  SELECT finding.*, word.from_scan AS known_from
  FROM finding_span AS finding LEFT JOIN (
    SELECT finding, min(from_scan) AS from_scan FROM acknowledgement_at
    WHERE ends IS NULL OR ends > :now GROUP BY finding
  ) AS word ON word.finding = finding.id
  WHERE finding.until_scan IS NULL OR finding.until_scan > :start
) AS finding ON finding.from_scan <= scan.id
  AND (finding.until_scan IS NULL OR finding.until_scan > scan.id)
  AND (finding.known_from IS NULL OR finding.known_from > scan.id)
  AND NOT EXISTS (SELECT 1 FROM untold WHERE untold.kind = finding.kind AND untold.scan = scan.id)
WHERE scan.id >= :start AND scan.id <= (SELECT scan FROM asof) AND NOT scan.is_forgotten
GROUP BY scan.id
