-- f0004: what people and dashboards ask, under plain names.

-- Every host, and how it stands.
CREATE VIEW fleet_hosts AS
SELECT
  source.name                                          AS host,
  source.machine_id                                    AS machine_id,
  source.generation                                    AS generation,
  source.last_scan                                     AS last_scan,
  to_timestamp(scan.finished / 1000.0)                 AS last_finished,
  scan.state                                           AS state,
  scan.images                                          AS images,
  scan.findings_open                                   AS findings_open,
  source.last_received                                 AS last_received,
  source.skew_ms                                       AS skew_ms,
  source.agent                                         AS agent,
  source.retired                                       AS retired
FROM source
LEFT JOIN scan ON scan.source = source.id AND scan.id = source.last_scan;

-- Every image of every host at every path, as the last scan of the host knows it.
CREATE VIEW fleet_images AS
SELECT
  source.name                                          AS host,
  place.image                                          AS image_id,
  viewing.shared                                       AS shared_id,
  shown(directory.path || '\x2f'::bytea || place.name) AS filename,
  pool.name                                            AS pool,
  image_state.format                                   AS format,
  image_state.virtual_size                             AS virtual_size,
  file_state.actual_size                               AS actual_size,
  file_state.file_size                                 AS file_size,
  file_state.is_in_use = 1                             AS in_use,
  to_timestamp(file_state.modified / 1000000000.0)     AS modified
FROM source
JOIN place ON place.source = source.id AND place.until_scan IS NULL
JOIN directory ON directory.source = source.id AND directory.id = place.directory
JOIN image_state ON image_state.source = source.id AND image_state.image = place.image
  AND image_state.until_scan IS NULL AND image_state.kind = 'image'
JOIN file_state ON file_state.source = source.id AND file_state.image = place.image
  AND file_state.until_scan IS NULL
LEFT JOIN directory_state ON directory_state.source = source.id
  AND directory_state.directory = place.directory AND directory_state.until_scan IS NULL
LEFT JOIN pool ON pool.source = source.id AND pool.id = directory_state.pool
LEFT JOIN viewing ON viewing.source = source.id AND viewing.image = place.image
WHERE source.retired IS NULL;

-- Every reference of every image and machine, as the last scan of the host knows it.
CREATE VIEW fleet_references AS
SELECT
  source.name                                          AS host,
  CASE WHEN reference.holder > 0 THEN reference.holder END AS image_id,
  domain.name                                          AS machine,
  reference.role                                       AS role,
  shown(reference.stored)                              AS stored,
  reference.recorded_format                            AS recorded_format,
  link.state                                           AS state,
  shown(directory.path || '\x2f'::bytea || link.name)  AS target,
  link.target_image                                    AS target_image_id,
  viewing.shared                                       AS target_shared_id
FROM source
JOIN reference ON reference.source = source.id AND reference.until_scan IS NULL
LEFT JOIN link ON link.source = source.id AND link.holder = reference.holder
  AND link.ordinal = reference.ordinal AND link.until_scan IS NULL
LEFT JOIN directory ON directory.source = source.id AND directory.id = link.directory
LEFT JOIN domain ON domain.source = source.id AND domain.id = reference.holder
LEFT JOIN viewing ON viewing.source = source.id AND viewing.image = link.target_image
WHERE source.retired IS NULL;

-- Every finding that is open after the last scan of its host, but what a person closed.
CREATE VIEW fleet_open_findings AS
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
FROM finding
JOIN source ON source.id = finding.source AND source.retired IS NULL
LEFT JOIN scan ON scan.source = finding.source AND scan.id = finding.from_scan
LEFT JOIN domain ON domain.source = finding.source AND domain.id = finding.holder
LEFT JOIN viewing ON viewing.source = finding.source AND viewing.image = finding.holder
WHERE finding.until_scan IS NULL
  AND NOT EXISTS (
    SELECT FROM lifted WHERE lifted.source = finding.source AND lifted.finding = finding.id);

-- Every storage with the hosts that see it, or are said to; source is NULL where a host that is said to never reported.
CREATE VIEW storage_host AS
SELECT DISTINCT coalesce(storage.same_as, storage.id) AS storage, source.name AS host, source.id AS source, false AS is_declared
FROM filesystem
JOIN storage ON storage.identity = filesystem.identity
JOIN source ON source.id = filesystem.source AND source.retired IS NULL
UNION
SELECT coalesce(storage.same_as, storage.id), coalesce(source.name, storage_viewer.host), source.id, true
FROM storage_viewer
JOIN storage ON storage.id = storage_viewer.storage
LEFT JOIN source ON (source.name = storage_viewer.host OR source.machine_id = storage_viewer.host)
  AND source.retired IS NULL;

CREATE VIEW fleet_storages AS
SELECT
  storage.id                                           AS storage,
  storage.identity                                     AS identity,
  storage.is_shared                                    AS is_shared,
  storage.is_closed                                    AS is_closed,
  other.identity                                       AS same_as,
  (SELECT count(DISTINCT host) FROM storage_host WHERE storage_host.storage = coalesce(storage.same_as, storage.id)) AS hosts,
  (SELECT count(*) FROM shared_image WHERE shared_image.storage = storage.id) AS files
FROM storage
LEFT JOIN storage AS other ON other.id = storage.same_as;
