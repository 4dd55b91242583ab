-- How many images and machines had something wrong after each scan from one on, by severity; what a person knows of now
-- is not counted, nor what was in doubt. Of the index of findings by their end all that closed before is passed over.
SELECT scan.id,
  count(DISTINCT iif(finding.severity = 'error', finding.holder, NULL)) AS errors,
  count(DISTINCT iif(finding.severity = 'warning', finding.holder, NULL)) AS warnings
FROM scan LEFT JOIN (
  SELECT * FROM finding_span AS finding
  WHERE (until_scan IS NULL OR until_scan > :start)
    AND id NOT IN (SELECT finding FROM acknowledgement_at WHERE ends IS NULL OR ends > :now)
) AS finding ON finding.from_scan <= scan.id
  AND (finding.until_scan IS NULL OR finding.until_scan > scan.id)
  AND NOT EXISTS (SELECT 1 FROM untold WHERE untold.kind = finding.kind AND untold.scan = scan.id)
WHERE scan.id >= :start AND scan.id <= (SELECT scan FROM asof) AND NOT scan.is_forgotten
GROUP BY scan.id
