-- f0005: what a host said that is no JSON, file systems of which nobody knows whether they are one, and images at a scan.

-- JSON of a host's; NULL where it is none that the server can read: one row does not spoil the answers about all hosts.
CREATE FUNCTION as_json(detail text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN detail::jsonb;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;

-- File systems that hosts name as one of their own, and that other hosts name alike: one storage, or disks that were copied.
CREATE VIEW unclear_filesystem AS
SELECT filesystem.source, filesystem.id, filesystem.identity
FROM filesystem
JOIN source ON source.id = filesystem.source AND source.retired IS NULL
JOIN storage ON storage.identity = filesystem.identity AND NOT storage.is_shared
WHERE filesystem.identity ~ '^(uuid:|[a-z0-9]+:[0-9a-f]{16}$)' AND filesystem.identity !~ '^tmpfs:'
  AND EXISTS (
    SELECT FROM filesystem AS alike
    JOIN source AS other ON other.id = alike.source AND other.retired IS NULL
    WHERE alike.identity = filesystem.identity AND other.machine_id <> source.machine_id);

-- The disks of libvirt's machines that lead to files of shared storages, as of a time; and from when to when the host itself
-- saw them so. Machines of other sources are left out: several hosts may read one list of them.
CREATE OR REPLACE FUNCTION machine_disks(moment bigint) RETURNS TABLE (
  source integer, scan integer, host text, domain integer, uuid text, name text, image integer, shared bigint, writes boolean,
  from_scan integer, seen_first bigint, seen_last bigint, skew bigint)
LANGUAGE sql STABLE SET search_path = backstory AS $$
  SELECT asof.source, asof.scan, source.name, domain.id, domain.uuid, domain.name, link.target_image, viewing.shared,
    detail.json ->> 'part' = 'source' AND detail.json ->> 'level' = '0'
      AND coalesce(detail.json ->> 'read-only', '0') NOT IN ('1', 'true')
      AND coalesce(detail.json ->> 'shareable', '0') NOT IN ('1', 'true')
      AND coalesce(detail.json ->> 'transient', '0') NOT IN ('1', 'true'),
    begun.scan, first.finished, last.started, coalesce(abs(source.skew_ms), 0)
  FROM at_time(moment) AS asof
  JOIN source ON source.id = asof.source
  JOIN link ON link.source = asof.source AND link.holder < 0 AND link.from_scan <= asof.scan
    AND (link.until_scan IS NULL OR link.until_scan > asof.scan)
  JOIN viewing ON viewing.source = asof.source AND viewing.image = link.target_image
  JOIN reference ON reference.source = asof.source AND reference.holder = link.holder
    AND reference.ordinal = link.ordinal AND reference.role = 'disk' AND reference.from_scan <= asof.scan
    AND (reference.until_scan IS NULL OR reference.until_scan > asof.scan)
  JOIN domain ON domain.source = asof.source AND domain.id = link.holder
  JOIN own_machine_state AS state ON state.source = asof.source AND state.domain = link.holder
    AND state.from_scan <= asof.scan AND (state.until_scan IS NULL OR state.until_scan > asof.scan)
  CROSS JOIN LATERAL (SELECT as_json(reference.detail) AS json) AS detail
  CROSS JOIN LATERAL (SELECT greatest(link.from_scan, reference.from_scan) AS scan) AS begun
  JOIN scan AS first ON first.source = asof.source AND first.id = begun.scan
  -- A scan that did not see every source of machines carries on what was known.
  CROSS JOIN LATERAL (
    SELECT max(scan.started) AS started FROM scan
    WHERE scan.source = asof.source AND scan.id BETWEEN begun.scan AND asof.scan AND scan.has_domains = 1) AS last
  WHERE detail.json -> 'documents' ? CASE WHEN state.is_live = 1 THEN 'live' ELSE 'definition' END
    OR detail.json -> 'documents' ? 'process' AND state.is_running = 1
$$;

-- An image as a scan of its host knew it, at its first path; no row where it was not there.
CREATE FUNCTION image_at(wanted_source integer, wanted_image integer, wanted_scan integer) RETURNS TABLE (
  path bytea, name bytea, format text, content text, virtual_size bigint, cluster_size bigint, is_encrypted smallint,
  file_size bigint, actual_size bigint, modified bigint, is_in_use smallint)
LANGUAGE sql STABLE SET search_path = backstory AS $$
  SELECT directory.path, place.name, state.format, state.content, state.virtual_size, state.cluster_size, state.is_encrypted,
    file.file_size, file.actual_size, file.modified, file.is_in_use
  FROM place
  JOIN directory ON directory.source = place.source AND directory.id = place.directory
  JOIN image_state AS state ON state.source = place.source AND state.image = place.image AND state.kind = 'image'
    AND state.from_scan <= wanted_scan AND (state.until_scan IS NULL OR state.until_scan > wanted_scan)
  JOIN file_state AS file ON file.source = place.source AND file.image = place.image
    AND file.from_scan <= wanted_scan AND (file.until_scan IS NULL OR file.until_scan > wanted_scan)
  WHERE place.source = wanted_source AND place.image = wanted_image AND place.from_scan <= wanted_scan
    AND (place.until_scan IS NULL OR place.until_scan > wanted_scan)
  ORDER BY directory.path, place.name LIMIT 1
$$;

-- Links that lead astray, standing or ended: few.
CREATE INDEX link_astray ON link (source) WHERE state <> 'ok';
