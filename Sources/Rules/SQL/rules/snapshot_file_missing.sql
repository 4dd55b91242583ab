-- A file that only the metadata of snapshots name, and that is not there: nobody reverts to them.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'snapshot-file-missing', domain, ordinal FROM temp.domain_link
WHERE state = 'missing' AND NOT is_defined AND NOT is_current AND part = 'overlay'
  AND role IN ('memory', 'snapshot');
