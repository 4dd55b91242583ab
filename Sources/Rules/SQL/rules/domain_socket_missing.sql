-- A disk that is reached over a unix socket of this host, which is not there.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'domain-socket-missing', disk.domain, disk.ordinal
FROM temp.domain_link AS disk
CROSS JOIN reference ON reference.holder = disk.domain AND reference.ordinal = disk.ordinal
  AND reference.until_scan IS NULL
WHERE disk.is_defined AND NOT disk.is_running AND disk.part = 'source'
  AND disk.role IN ('disk', 'backing', 'data-file') AND disk.startup_policy IS NOT 'optional'
  AND json_extract(reference.detail, '$."missing-socket"') IS NOT NULL;
