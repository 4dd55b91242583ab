-- A disk that is a volume of a pool that libvirt does not define.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'domain-volume-unknown', disk.domain, disk.ordinal
FROM temp.domain_link AS disk
CROSS JOIN reference ON reference.holder = disk.domain AND reference.ordinal = disk.ordinal
  AND reference.until_scan IS NULL
WHERE disk.type = 'volume' AND disk.is_current AND disk.part = 'source'
  AND disk.startup_policy IS NOT 'optional'
  AND json_extract(reference.detail, '$."pool-unknown"');
