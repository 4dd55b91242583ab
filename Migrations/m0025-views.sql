-- m0025: what people ask in SQL, under plain names.

DROP VIEW open_findings;
DROP VIEW findings;

-- Every finding, open or closed, with its image or machine.
CREATE VIEW findings AS
SELECT
  finding.id                                           AS finding_id,
  finding.kind                                         AS kind,
  finding.severity                                     AS severity,
  CASE WHEN finding.holder > 0 THEN finding.holder END AS image_id,
  (SELECT CAST(directory.path || '/' || place.name AS TEXT)
   FROM place JOIN directory ON directory.id = place.directory
   WHERE place.image = finding.holder
   ORDER BY place.until_scan IS NOT NULL, place.until_scan DESC, directory.path, place.name
   LIMIT 1)                                            AS filename,
  domain.name                                          AS domain,
  finding.from_scan                                    AS since_scan,
  datetime(since.finished / 1000, 'unixepoch') || 'Z'  AS since,
  coalesce((SELECT lifted.scan FROM lifted WHERE lifted.finding = finding.id), finding.until_scan)
                                                       AS closed_by_scan,
  finding.last_good                                    AS last_good_scan,
  (SELECT word.who FROM acknowledgement AS word
   WHERE word.finding = finding.id AND word.until_scan IS NULL) AS acknowledged_by,
  (SELECT datetime(ending.finished / 1000, 'unixepoch') || 'Z' FROM scan AS ending
   WHERE ending.id = coalesce(
     (SELECT lifted.scan FROM lifted WHERE lifted.finding = finding.id), finding.until_scan))
                                                       AS closed,
  (SELECT pool.name
   FROM place
   JOIN directory_state AS inside ON inside.directory = place.directory
   JOIN pool ON pool.id = inside.pool
   WHERE place.image = finding.holder
   ORDER BY place.until_scan IS NOT NULL, place.until_scan DESC, inside.until_scan IS NOT NULL,
     inside.until_scan DESC
   LIMIT 1)                                            AS pool,
  finding.cause_number                                 AS cause_number,
  CAST(reference.stored AS TEXT)                       AS stored
FROM finding
LEFT JOIN scan AS since ON since.id = finding.from_scan
LEFT JOIN domain ON domain.id = finding.holder
LEFT JOIN reference ON reference.holder = finding.holder AND reference.ordinal = finding.ordinal
  AND reference.from_scan <= finding.from_scan
  AND (reference.until_scan IS NULL OR reference.until_scan > finding.from_scan);

-- Every finding that is open after the last scan.
CREATE VIEW open_findings AS
SELECT * FROM findings WHERE closed_by_scan IS NULL;

-- Every pool that is known, as its last scan left it.
CREATE VIEW pools AS
SELECT
  pool.name                                            AS pool,
  CAST(pool.path AS TEXT)                              AS path,
  last.state                                           AS state,
  last.reason                                          AS reason,
  last.images                                          AS images,
  last.scan                                            AS last_scan,
  (SELECT max(whole.scan) FROM pool_scan AS whole
   WHERE whole.pool = pool.id AND whole.state = 'complete' AND whole.scope = 'tree')
                                                       AS last_complete_scan,
  room.capacity                                        AS capacity,
  room.available                                       AS available
FROM pool
JOIN pool_scan AS last ON last.pool = pool.id
  AND last.scan = (SELECT max(scan) FROM pool_scan WHERE pool_scan.pool = pool.id)
LEFT JOIN filesystem_state AS room ON room.filesystem = pool.filesystem AND room.until_scan IS NULL
WHERE pool.until_scan IS NULL;

-- Every machine that is known, with the file that defines it.
CREATE VIEW machines AS
SELECT
  domain.name                                          AS machine,
  domain.uuid                                          AS uuid,
  state.kind                                           AS kind,
  CAST(state.source AS TEXT)                           AS source,
  state.is_running                                     AS is_running,
  state.from_scan                                      AS since_scan
FROM domain_state AS state JOIN domain ON domain.id = state.domain
WHERE state.until_scan IS NULL;

-- What machines use now: each reference, and the image that it leads to.
CREATE VIEW machine_uses AS
SELECT
  domain.name                                          AS machine,
  reference.role                                       AS role,
  CAST(reference.stored AS TEXT)                       AS stored,
  reference.recorded_format                            AS recorded_format,
  link.state                                           AS state,
  link.target_image                                    AS image_id,
  CAST(directory.path || '/' || link.name AS TEXT)     AS target,
  reference.from_scan                                  AS since_scan
FROM reference
JOIN domain ON domain.id = reference.holder
LEFT JOIN link ON link.holder = reference.holder AND link.ordinal = reference.ordinal
  AND link.until_scan IS NULL
LEFT JOIN directory ON directory.id = link.directory
WHERE reference.holder < 0 AND reference.until_scan IS NULL;

-- Images that nothing refers to for certain: orphans, and those that something broken may mean ('awaited').
CREATE VIEW orphans AS
SELECT
  idle.image                                           AS image_id,
  CAST(directory.path || '/' || place.name AS TEXT)    AS filename,
  pool.name                                            AS pool,
  idle.verdict                                         AS verdict,
  idle.since                                           AS since_scan,
  file.actual_size                                     AS actual_size
FROM (
  SELECT holder AS image, 'orphan' AS verdict, from_scan AS since FROM finding
  WHERE kind = 'orphan' AND until_scan IS NULL
  UNION ALL
  SELECT image, 'awaited', from_scan FROM awaited WHERE until_scan IS NULL) AS idle
JOIN place ON place.image = idle.image AND place.until_scan IS NULL
JOIN directory ON directory.id = place.directory
JOIN file_state AS file ON file.image = idle.image AND file.until_scan IS NULL
LEFT JOIN directory_state AS inside ON inside.directory = place.directory
  AND inside.until_scan IS NULL
LEFT JOIN pool ON pool.id = inside.pool;

-- What happened, night by night: images that came, went or changed, findings that opened and closed.
CREATE VIEW events AS
SELECT
  event.scan                                           AS scan,
  datetime(scan.finished / 1000, 'unixepoch') || 'Z'   AS time,
  event.event                                          AS event,
  event.kind                                           AS kind,
  CASE WHEN event.holder > 0 THEN event.holder END     AS image_id,
  (SELECT CAST(directory.path || '/' || place.name AS TEXT)
   FROM place JOIN directory ON directory.id = place.directory
   WHERE place.image = event.holder AND place.from_scan <= event.scan
   ORDER BY place.from_scan DESC, directory.path, place.name LIMIT 1) AS filename,
  domain.name                                          AS domain
FROM (
  SELECT scan_change.scan, scan_change.image AS holder, NULL AS kind, CASE
    WHEN image.first_scan = scan_change.scan THEN 'appeared'
    WHEN NOT EXISTS (
      SELECT 1 FROM place
      WHERE place.image = scan_change.image AND place.from_scan <= scan_change.scan
        AND (place.until_scan IS NULL OR place.until_scan > scan_change.scan)) THEN 'vanished'
    WHEN EXISTS (
      SELECT 1 FROM place AS came JOIN place AS went USING (image)
      WHERE image = scan_change.image AND came.from_scan = scan_change.scan
        AND went.until_scan = scan_change.scan) THEN 'moved'
    WHEN NOT EXISTS (
      SELECT 1 FROM place
      WHERE place.image = scan_change.image AND place.from_scan < scan_change.scan
        AND (place.until_scan IS NULL OR place.until_scan >= scan_change.scan)) THEN 'returned'
    ELSE 'changed' END AS event
  FROM scan_change JOIN image ON image.id = scan_change.image
  UNION ALL
  SELECT from_scan, holder, kind, 'finding-opened' FROM finding
  UNION ALL
  SELECT until_scan, holder, kind, 'finding-closed' FROM finding WHERE until_scan IS NOT NULL
) AS event
JOIN scan ON scan.id = event.scan
LEFT JOIN domain ON domain.id = event.holder
WHERE NOT scan.is_forgotten;
