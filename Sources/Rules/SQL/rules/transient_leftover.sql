-- The overlay of a transient disk that stands where libvirt wants to make a new one: it refuses to start the
-- domain then (libvirt src/qemu/qemu_snapshot.c, "Overlay file … for transient disk … already exists").
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT DISTINCT 'transient-leftover', disk.domain, disk.ordinal
FROM temp.domain_link AS disk
CROSS JOIN domain ON domain.id = disk.domain
CROSS JOIN directory_state AS named ON named.directory = disk.directory
  AND named.until_scan IS NULL
CROSS JOIN directory_state AS walked ON walked.canonical = named.canonical
  AND walked.until_scan IS NULL AND walked.pool IS NOT NULL
CROSS JOIN place ON place.directory = walked.directory AND place.until_scan IS NULL
  AND place.name = CAST(CAST(disk.name AS TEXT) || '.TRANSIENT-' || domain.name AS BLOB)
CROSS JOIN file_state ON file_state.image = place.image AND file_state.until_scan IS NULL
WHERE disk.is_transient AND disk.is_defined AND NOT disk.is_running AND disk.role = 'disk'
  AND disk.level = 0 AND disk.part = 'source' AND NOT file_state.is_in_use;
