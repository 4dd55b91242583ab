-- What the configuration's own queries find (temp.query_hit), against what is open. One that could not be asked
-- (temp.query_unasked) keeps what it found; one that is configured no more finds nothing.
UPDATE finding SET until_scan = :scan
WHERE until_scan IS NULL AND kind IN ('query-error', 'query-warning', 'query-info')
  AND ordinal NOT IN (SELECT ordinal FROM temp.query_unasked)
  AND NOT EXISTS (
    SELECT 1 FROM temp.query_hit AS hit
    WHERE hit.holder = finding.holder AND hit.ordinal = finding.ordinal AND hit.kind = finding.kind);

INSERT INTO finding (id, kind, severity, holder, ordinal, from_scan, detail)
SELECT
  (SELECT max(coalesce((SELECT max(id) FROM finding), 0),
    coalesce((SELECT last FROM number WHERE kind = 'finding'), 0)))
    + row_number() OVER (ORDER BY hit.ordinal, hit.holder),
  hit.kind, hit.severity, hit.holder, hit.ordinal, :scan, hit.detail
FROM temp.query_hit AS hit
-- An image that stands somewhere tonight.
WHERE EXISTS (SELECT 1 FROM place WHERE place.image = hit.holder AND place.until_scan IS NULL)
  AND NOT EXISTS (
    SELECT 1 FROM finding
    WHERE finding.kind = hit.kind AND finding.holder = hit.holder AND finding.ordinal = hit.ordinal
      AND finding.until_scan IS NULL);
