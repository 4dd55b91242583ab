-- What is wrong with hosts and storages themselves. $1 is the time, or NULL; $2 that time or now; $3 the age in milliseconds
-- after which a host is silent; $4 by how much a clock may be wrong.
WITH asof AS MATERIALIZED (SELECT * FROM at_time($1))
SELECT 'viewer-silent' AS kind, viewer.host, NULL::text AS other_host, storage.identity AS storage,
  scan.finished AS since, NULL::bigint AS amount
FROM storage_viewer
JOIN storage ON storage.id = storage_viewer.storage
LEFT JOIN source ON (source.name = storage_viewer.host OR source.machine_id = storage_viewer.host)
  AND source.retired IS NULL
LEFT JOIN asof ON asof.source = source.id
LEFT JOIN scan ON scan.source = asof.source AND scan.id = asof.scan
CROSS JOIN LATERAL (SELECT coalesce(source.name, storage_viewer.host) AS host) AS viewer
WHERE scan.finished IS NULL OR scan.finished < $2::bigint - $3::bigint
UNION ALL
SELECT 'clock-skew', source.name, NULL, NULL, scan.finished, scan.skew_ms
FROM asof
JOIN source ON source.id = asof.source
JOIN scan ON scan.source = asof.source AND scan.id = asof.scan
WHERE abs(scan.skew_ms) > $4::bigint
UNION ALL
-- For thirty days: then everybody knows.
SELECT 'generation-changed', new.name, NULL, NULL, (extract(epoch FROM old.retired) * 1000)::bigint, new.generation
FROM source AS old
JOIN source AS new ON new.database = old.database AND new.generation = (
  SELECT min(next.generation) FROM source AS next
  WHERE next.database = old.database AND next.generation > old.generation)
WHERE extract(epoch FROM old.retired) * 1000 <= $2::bigint
  AND extract(epoch FROM old.retired) * 1000 > $2::bigint - 30 * 86400000::bigint
UNION ALL
-- A name as each host gives its own disks, on several hosts: one storage, or disks that were cloned.
SELECT 'storage-identity-unclear', min(source.name), max(source.name), filesystem.identity, max(first.finished), count(*)
FROM filesystem
JOIN asof ON asof.source = filesystem.source
JOIN source ON source.id = filesystem.source
JOIN storage ON storage.identity = filesystem.identity AND NOT storage.is_shared
JOIN scan AS first ON first.source = filesystem.source AND first.id = (
  SELECT min(image.first_scan) FROM image
  WHERE image.source = filesystem.source AND image.filesystem = filesystem.id)
WHERE filesystem.identity ~ '^(uuid:|[a-z0-9]+:[0-9a-f]{16}$)' AND filesystem.identity !~ '^tmpfs:'
  AND first.id <= asof.scan
GROUP BY filesystem.identity HAVING count(DISTINCT source.machine_id) > 1
