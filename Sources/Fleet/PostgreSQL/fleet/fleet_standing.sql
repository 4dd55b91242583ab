-- What is wrong with hosts and storages themselves. $1 is the time, or NULL; $2 that time or now; $3 the age in milliseconds
-- after which a host is silent; $4 by how much a clock may be wrong.
WITH asof AS MATERIALIZED (SELECT * FROM at_time($1)),
-- Some files of each storage, the same ones of two that are one: those with the lowest numbers.
sample AS MATERIALIZED (
  SELECT storage.id AS storage, storage.identity, file.id AS shared, file.inode, file.birth_time, state.changed, state.file_size,
    source.name AS host, scan.finished
  FROM storage
  CROSS JOIN LATERAL (
    SELECT id, inode, birth_time FROM shared_image
    WHERE shared_image.storage = storage.id ORDER BY inode, birth_time LIMIT 1000) AS file
  JOIN viewing ON viewing.shared = file.id
  JOIN asof ON asof.source = viewing.source
  JOIN source ON source.id = asof.source
  JOIN scan ON scan.source = asof.source AND scan.id = asof.scan
  JOIN file_state AS state ON state.source = viewing.source AND state.image = viewing.image AND state.from_scan <= asof.scan
    AND (state.until_scan IS NULL OR state.until_scan > asof.scan)
  WHERE storage.is_shared AND storage.same_as IS NULL
    AND 1 < (SELECT count(*) FROM storage AS alike WHERE alike.is_shared AND alike.same_as IS NULL)
)
SELECT 'viewer-silent' AS kind, viewer.host, NULL::text AS other_host, storage.identity AS storage, NULL::text AS other_storage,
  scan.finished AS since, NULL::bigint AS amount
FROM storage_viewer
JOIN storage ON storage.id = storage_viewer.storage
LEFT JOIN source ON (source.name = storage_viewer.host OR source.machine_id = storage_viewer.host)
  AND source.retired IS NULL
LEFT JOIN asof ON asof.source = source.id
LEFT JOIN scan ON scan.source = asof.source AND scan.id = asof.scan
CROSS JOIN LATERAL (SELECT coalesce(source.name, storage_viewer.host) AS host) AS viewer
WHERE scan.finished IS NULL OR scan.finished - coalesce(scan.skew_ms, 0) < $2::bigint - $3::bigint
UNION ALL
SELECT 'clock-skew', source.name, NULL, NULL, NULL, scan.finished, scan.skew_ms
FROM asof
JOIN source ON source.id = asof.source
JOIN scan ON scan.source = asof.source AND scan.id = asof.scan
WHERE abs(scan.skew_ms) > $4::bigint
UNION ALL
-- For thirty days: then everybody knows.
SELECT 'generation-changed', new.name, NULL, NULL, NULL, (extract(epoch FROM old.retired) * 1000)::bigint, new.generation
FROM source AS old
JOIN source AS new ON new.database = old.database AND new.generation = (
  SELECT min(next.generation) FROM source AS next
  WHERE next.database = old.database AND next.generation > old.generation)
WHERE extract(epoch FROM old.retired) * 1000 <= $2::bigint
  AND extract(epoch FROM old.retired) * 1000 > $2::bigint - 30 * 86400000::bigint
UNION ALL
-- A name as each host gives its own disks, on several hosts: one storage, or disks that were cloned.
SELECT 'storage-identity-unclear', min(source.name), max(source.name), filesystem.identity, NULL, max(first.finished), count(*)
FROM unclear_filesystem AS filesystem
JOIN asof ON asof.source = filesystem.source
JOIN source ON source.id = filesystem.source
JOIN scan AS first ON first.source = filesystem.source AND first.id = (
  SELECT min(image.first_scan) FROM image
  WHERE image.source = filesystem.source AND image.filesystem = filesystem.id)
WHERE first.id <= asof.scan
GROUP BY filesystem.identity HAVING count(DISTINCT source.machine_id) > 1
UNION ALL
-- Two names of storages whose files are the same by all that their servers say: two spellings of one.
SELECT 'storage-identity-unclear', min(one.host), min(other.host), one.identity, other.identity,
  max(greatest(one.finished, other.finished)), count(DISTINCT one.shared)
FROM sample AS one
JOIN sample AS other ON other.inode = one.inode AND other.birth_time = one.birth_time AND other.changed = one.changed
  AND other.file_size = one.file_size AND other.storage > one.storage
GROUP BY one.storage, one.identity, other.storage, other.identity
HAVING count(DISTINCT one.shared) >= 3 AND count(DISTINCT one.shared) >= 0.95 * least(
  (SELECT count(DISTINCT shared) FROM sample WHERE sample.storage = one.storage),
  (SELECT count(DISTINCT shared) FROM sample WHERE sample.storage = other.storage))
