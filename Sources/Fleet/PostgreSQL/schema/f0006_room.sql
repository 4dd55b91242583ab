-- f0006: details of references take less room; the few that hand a whole directory to a machine are found; what dashboards ask
-- over time, and in parallel.

-- JSON in which a byte that no JSON has stands for a phrase that many have (Sources/Fleet/Schema/PackedJSON.swift). What was
-- written before has no such byte, and is what it is.
CREATE DOMAIN packed_json AS text;
ALTER TABLE reference ALTER COLUMN detail TYPE packed_json;

CREATE FUNCTION unpacked(packed text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
    replace(replace(packed,
    chr(1), '{"bus":"virtio","chain-end":false,"continued":false,"device":"disk","documents":["definition'),
    chr(2), '{"chain-end":false,"continued":false,"device":"disk","documents":["definition'),
    chr(3), '"chain-end":'),
    chr(4), ',"continued":false,"device":"'),
    chr(5), '"documents":["'),
    chr(6), '","live'),
    chr(7), '"],"level":0,"part":"source","read-only":false,"shareable":false,"sources":["'),
    chr(8), '"],"level":'),
    chr(11), ',"part":"'),
    chr(12), '","read-only":'),
    chr(14), ',"shareable":false,"sources":["'),
    chr(15), '/etc/libvirt/qemu/'),
    chr(16), '.xml","/run/libvirt/qemu/'),
    chr(17), '.xml"],"target":"'),
    chr(18), '"],"target":"'),
    chr(19), '","transient":false}')
$$;

-- JSON of a host's, packed or not; NULL where it is none that the server can read. What catches an error cannot run while a
-- query runs in parallel, not even beside it.
CREATE OR REPLACE FUNCTION as_json(detail text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL UNSAFE AS $$
BEGIN
  RETURN backstory.unpacked(detail)::jsonb;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;

CREATE INDEX reference_elsewhere ON reference (source) WHERE detail LIKE '%"elsewhere"%';

-- Its statements are sent by themselves now (fleet_shared_files.sql, fleet_viewings.sql): a function is planned for all parts
-- of the tables.
DROP FUNCTION view_images(integer, integer);

-- A path or a name for eyes; bytes that are no UTF-8 are shown as octal numbers. Dashboards ask for millions, so it catches no
-- error: it looks.
CREATE OR REPLACE FUNCTION shown(path bytea) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE
    -- All of it ASCII, and no backslash.
    WHEN length(encode(path, 'escape')) = length(path) THEN encode(path, 'escape')
    WHEN encode(path, 'hex') ~ ('^(0[1-9a-f]|[1-7][0-9a-f]|(c[2-9a-f]|d[0-9a-f])[89ab][0-9a-f]'
      || '|(e0[ab][0-9a-f]|e[1-9abcef][89ab][0-9a-f]|ed[89][0-9a-f])[89ab][0-9a-f]'
      || '|(f0[9ab][0-9a-f]|f[1-3][89ab][0-9a-f]|f48[0-9a-f])([89ab][0-9a-f]){2})*$') THEN convert_from(path, 'UTF8')
    ELSE encode(path, 'escape') END
$$;

-- Findings but those that are no single host's to say: that nobody uses an image which other hosts see as well, or may.
CREATE VIEW own_finding AS
SELECT finding.* FROM finding
LEFT JOIN viewing ON viewing.source = finding.source AND viewing.image = finding.holder
WHERE NOT (finding.kind IN ('orphan', 'chain-leftover', 'transient-leftover') AND (viewing.shared IS NOT NULL OR EXISTS (
  SELECT FROM image
  JOIN unclear_filesystem AS unclear ON unclear.source = image.source AND unclear.id = image.filesystem
  WHERE image.source = finding.source AND image.id = finding.holder)));

-- Every finding that is open after the last scan of its host, as 'check' tells it, but what a person closed.
CREATE OR REPLACE VIEW fleet_open_findings AS
SELECT
  source.name                                          AS host,
  finding.id                                           AS finding_id,
  finding.kind                                         AS kind,
  finding.severity                                     AS severity,
  CASE WHEN finding.holder > 0 THEN finding.holder END AS image_id,
  viewing.shared                                       AS shared_id,
  (SELECT shown(directory.path || '\x2f'::bytea || place.name)
   FROM place
   JOIN directory ON directory.source = place.source AND directory.id = place.directory
   WHERE place.source = finding.source AND place.image = finding.holder
   ORDER BY place.until_scan IS NOT NULL, place.until_scan DESC, directory.path, place.name
   LIMIT 1)                                            AS filename,
  domain.name                                          AS machine,
  finding.from_scan                                    AS since_scan,
  to_timestamp(scan.finished / 1000.0)                 AS since,
  EXISTS (
    SELECT FROM acknowledgement
    WHERE acknowledgement.source = finding.source AND acknowledgement.finding = finding.id
      AND acknowledgement.until_scan IS NULL
      AND (acknowledgement.ends IS NULL OR acknowledgement.ends > extract(epoch FROM now()) * 1000))
                                                       AS is_acknowledged
FROM own_finding AS finding
JOIN source ON source.id = finding.source AND source.retired IS NULL
LEFT JOIN scan ON scan.source = finding.source AND scan.id = finding.from_scan
LEFT JOIN domain ON domain.source = finding.source AND domain.id = finding.holder
LEFT JOIN viewing ON viewing.source = finding.source AND viewing.image = finding.holder
WHERE finding.until_scan IS NULL
  AND NOT (finding.kind = 'orphan' AND EXISTS (
    SELECT FROM scan AS last
    WHERE last.source = source.id AND last.id = source.last_scan AND last.sees_orphans = 0))
  AND NOT EXISTS (
    SELECT FROM lifted WHERE lifted.source = finding.source AND lifted.finding = finding.id);

-- Every scan of every host, and what it counted.
CREATE VIEW fleet_scans AS
SELECT
  source.name                            AS host,
  scan.id                                AS scan,
  to_timestamp(scan.finished / 1000.0)   AS "time",
  scan.finished - scan.started           AS milliseconds,
  scan.state                             AS state,
  scan.images                            AS images,
  scan.added                             AS added,
  scan.removed                           AS removed,
  scan.moved                             AS moved,
  scan.changed                           AS changed,
  scan.replaced                          AS replaced,
  scan.unreadable                        AS unreadable,
  scan.findings_open                     AS findings_open,
  scan.findings_opened                   AS findings_opened,
  scan.findings_closed                   AS findings_closed,
  scan.received                          AS received
FROM source
JOIN scan ON scan.source = source.id AND scan.is_forgotten = 0
WHERE source.retired IS NULL;

-- How many findings of each kind were open after every scan; kinds of which none was have no row.
CREATE VIEW fleet_findings_by_scan AS
SELECT
  source.name                            AS host,
  scan.id                                AS scan,
  to_timestamp(scan.finished / 1000.0)   AS "time",
  finding.kind                           AS kind,
  finding.severity                       AS severity,
  count(*)                               AS findings
FROM source
JOIN scan ON scan.source = source.id AND scan.is_forgotten = 0
JOIN own_finding AS finding ON finding.source = source.id AND finding.from_scan <= scan.id
  AND (finding.until_scan IS NULL OR finding.until_scan > scan.id)
WHERE source.retired IS NULL AND NOT (finding.kind = 'orphan' AND scan.sees_orphans = 0)
  AND NOT EXISTS (
    SELECT FROM lifted WHERE lifted.source = finding.source AND lifted.finding = finding.id AND lifted.scan <= scan.id)
GROUP BY source.name, scan.id, scan.finished, finding.kind, finding.severity;

-- As before; a clock that was wrong counts as long as what was seen by it does, and not only on the day.
CREATE OR REPLACE FUNCTION machine_disks(moment bigint) RETURNS TABLE (
  source integer, scan integer, host text, domain integer, uuid text, name text, image integer, shared bigint, writes boolean,
  from_scan integer, seen_first bigint, seen_last bigint, skew bigint)
LANGUAGE sql STABLE SET search_path = backstory AS $$
  SELECT asof.source, asof.scan, source.name, domain.id, domain.uuid, domain.name, link.target_image, viewing.shared,
    detail.json ->> 'part' = 'source' AND detail.json ->> 'level' = '0'
      AND coalesce(detail.json ->> 'read-only', '0') NOT IN ('1', 'true')
      AND coalesce(detail.json ->> 'shareable', '0') NOT IN ('1', 'true')
      AND coalesce(detail.json ->> 'transient', '0') NOT IN ('1', 'true'),
    begun.scan, first.finished, seen.last, seen.skew
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
    SELECT max(scan.started) FILTER (WHERE scan.has_domains = 1) AS last, coalesce(max(abs(scan.skew_ms)), 0) AS skew
    FROM scan WHERE scan.source = asof.source AND scan.id BETWEEN begun.scan AND asof.scan) AS seen
  WHERE detail.json -> 'documents' ? CASE WHEN state.is_live = 1 THEN 'live' ELSE 'definition' END
    OR detail.json -> 'documents' ? 'process' AND state.is_running = 1
$$;
