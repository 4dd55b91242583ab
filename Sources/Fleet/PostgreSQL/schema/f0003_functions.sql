-- f0003: parts, indexes and functions.

-- The large ones in sixteen parts, each of which has some sources whole.
DO $$
DECLARE
  parent text;
BEGIN
  FOREACH parent IN ARRAY ARRAY['directory', 'directory_state', 'image', 'place', 'image_state', 'file_state',
    'reference', 'link', 'image_detail', 'scan_change', 'finding', 'unused'] LOOP
    FOR part IN 0..15 LOOP
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 16, REMAINDER %s)',
        parent || '_' || part, parent, part);
    END LOOP;
  END LOOP;
END $$;

CREATE INDEX scan_by_end ON scan (source, finished);
CREATE INDEX place_by_image ON place (source, image);
CREATE INDEX link_by_target ON link (source, target_image) WHERE target_image IS NOT NULL;
CREATE INDEX link_not_ok ON link (state) WHERE until_scan IS NULL AND state <> 'ok';
CREATE INDEX finding_open ON finding (kind) WHERE until_scan IS NULL;
CREATE INDEX finding_by_start ON finding (source, from_scan);
CREATE INDEX finding_by_end ON finding (source, until_scan) WHERE until_scan IS NOT NULL;
CREATE INDEX domain_by_uuid ON domain (uuid) WHERE uuid IS NOT NULL;

-- The last scan of each source that had finished before a time, in milliseconds since 1970; NULL: its last. Sources that
-- are retired are left out.
CREATE FUNCTION at_time(moment bigint) RETURNS TABLE (source integer, scan integer)
LANGUAGE sql STABLE SET search_path = backstory AS $$
  SELECT source.id, CASE WHEN moment IS NULL THEN source.last_scan ELSE (
    SELECT max(scan.id) FROM scan
    WHERE scan.source = source.id AND scan.finished < moment AND scan.is_forgotten = 0) END
  FROM source
  WHERE source.last_scan > 0 AND (source.retired IS NULL
    OR moment IS NOT NULL AND extract(epoch FROM source.retired) * 1000 > moment)
    AND (moment IS NULL OR EXISTS (
      SELECT 1 FROM scan
      WHERE scan.source = source.id AND scan.finished < moment AND scan.is_forgotten = 0))
$$;

-- A path or a name for eyes; bytes that are no UTF-8 are shown as octal numbers.
CREATE FUNCTION shown(path bytea) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN convert_from(path, 'UTF8');
EXCEPTION WHEN OTHERS THEN
  RETURN encode(path, 'escape');
END $$;

-- Takes up which shared files the images of a source are; those on one storage, or on all.
CREATE FUNCTION view_images(wanted_source integer, wanted_storage integer) RETURNS void
LANGUAGE sql SET search_path = backstory AS $$
  INSERT INTO shared_image (storage, inode, birth_time)
  SELECT DISTINCT coalesce(storage.same_as, storage.id), image.inode, coalesce(image.birth_time, 0)
  FROM filesystem
  JOIN storage ON storage.identity = filesystem.identity AND storage.is_shared
  JOIN image ON image.source = filesystem.source AND image.filesystem = filesystem.id
  WHERE filesystem.source = wanted_source AND storage.id = coalesce(wanted_storage, storage.id)
  ORDER BY 1, 2, 3
  ON CONFLICT DO NOTHING;
  INSERT INTO viewing (source, image, shared)
  SELECT image.source, image.id, shared_image.id
  FROM filesystem
  JOIN storage ON storage.identity = filesystem.identity AND storage.is_shared
  JOIN image ON image.source = filesystem.source AND image.filesystem = filesystem.id
  JOIN shared_image ON shared_image.storage = coalesce(storage.same_as, storage.id)
    AND shared_image.inode = image.inode AND shared_image.birth_time = coalesce(image.birth_time, 0)
  WHERE filesystem.source = wanted_source AND storage.id = coalesce(wanted_storage, storage.id)
  ON CONFLICT (source, image) DO UPDATE SET shared = excluded.shared WHERE viewing.shared <> excluded.shared;
$$;

-- Where the files of libvirt's own stand that a machine is read from, before its 'etc' or 'run'; NULL for others, as copies of
-- the XML of other hosts are.
CREATE FUNCTION libvirt_root(file bytea) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT substring(encode(file, 'escape') FROM '^(.*)/(?:etc|run|var/run)/libvirt/qemu/[^/]*$')
$$;

-- Machines of libvirt's that are the host's own. Where it reads several trees of libvirt's, its own is at the shortest path.
CREATE VIEW own_machine_state AS
SELECT state.* FROM domain_state AS state
JOIN (
  SELECT DISTINCT ON (source) source AS of_source, libvirt_root(source_file) AS root FROM domain_state
  WHERE kind = 'libvirt' AND libvirt_root(source_file) IS NOT NULL
  ORDER BY source, length(libvirt_root(source_file)), libvirt_root(source_file)) AS own ON own.of_source = state.source
WHERE state.kind = 'libvirt' AND libvirt_root(state.source_file) = own.root;

-- The disks of libvirt's machines that lead to files of shared storages, as of a time; and from when to when the host itself
-- saw them so. Machines of other sources are left out: several hosts may read one list of them.
CREATE FUNCTION machine_disks(moment bigint) RETURNS TABLE (
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
  CROSS JOIN LATERAL (SELECT reference.detail::jsonb AS json) AS detail
  CROSS JOIN LATERAL (SELECT greatest(link.from_scan, reference.from_scan) AS scan) AS begun
  JOIN scan AS first ON first.source = asof.source AND first.id = begun.scan
  -- A scan that did not see every source of machines carries on what was known.
  CROSS JOIN LATERAL (
    SELECT max(scan.started) AS started FROM scan
    WHERE scan.source = asof.source AND scan.id BETWEEN begun.scan AND asof.scan AND scan.has_domains = 1) AS last
  WHERE EXISTS (
    SELECT FROM jsonb_array_elements_text(detail.json -> 'documents') AS document
    WHERE document = CASE WHEN state.is_live = 1 THEN 'live' ELSE 'definition' END
      OR document = 'process' AND state.is_running = 1)
$$;
