-- m0030: which findings are told of a scan, and the pool of a finding's image.

-- What is in doubt as of a scan, by kind: of a scan that did not see all that may use an image no orphan is told. It stays
-- open. Every answer, count and view leaves out what is here.
CREATE VIEW untold AS
SELECT 'orphan' AS kind, id AS scan FROM scan WHERE NOT sees_orphans;

-- Scans counted such findings, and no other answer did.
WITH
  turn (scan, change) AS MATERIALIZED (
    SELECT from_scan, count(*) FROM finding WHERE kind <> 'orphan' GROUP BY from_scan
    UNION ALL
    SELECT until_scan, -count(*) FROM finding
    WHERE kind <> 'orphan' AND until_scan IS NOT NULL GROUP BY until_scan)
UPDATE scan SET findings_open = coalesce((
  SELECT sum(turn.change) FROM turn WHERE turn.scan <= scan.id), 0)
WHERE NOT is_forgotten AND NOT sees_orphans;

DROP VIEW open_findings;
DROP VIEW findings;
DROP VIEW orphans;

-- Every finding, open or closed, with its image or machine. The pool is that in which the file of this name stands.
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
   JOIN directory ON directory.id = place.directory
   LEFT JOIN directory_state AS inside ON inside.directory = place.directory
   LEFT JOIN pool ON pool.id = inside.pool
   WHERE place.image = finding.holder
   ORDER BY place.until_scan IS NOT NULL, place.until_scan DESC, directory.path, place.name,
     inside.until_scan IS NOT NULL, inside.until_scan DESC
   LIMIT 1)                                            AS pool,
  finding.cause_number                                 AS cause_number,
  CAST(reference.stored AS TEXT)                       AS stored
FROM finding
LEFT JOIN scan AS since ON since.id = finding.from_scan
LEFT JOIN domain ON domain.id = finding.holder
LEFT JOIN reference ON reference.holder = finding.holder AND reference.ordinal = finding.ordinal
  AND reference.from_scan <= finding.from_scan
  AND (reference.until_scan IS NULL OR reference.until_scan > finding.from_scan);

-- Every finding that is open after the last scan, and told of it.
CREATE VIEW open_findings AS
SELECT * FROM findings
WHERE closed_by_scan IS NULL
  AND kind NOT IN (SELECT kind FROM untold WHERE scan = (SELECT max(id) FROM scan));

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
  WHERE kind = 'orphan' AND until_scan IS NULL AND id NOT IN (SELECT finding FROM lifted)
    AND kind NOT IN (SELECT kind FROM untold WHERE scan = (SELECT max(id) FROM scan))
  UNION ALL
  SELECT image, 'awaited', from_scan FROM awaited WHERE until_scan IS NULL) AS idle
JOIN place ON place.image = idle.image AND place.until_scan IS NULL
JOIN directory ON directory.id = place.directory
JOIN file_state AS file ON file.image = idle.image AND file.until_scan IS NULL
LEFT JOIN directory_state AS inside ON inside.directory = place.directory
  AND inside.until_scan IS NULL
LEFT JOIN pool ON pool.id = inside.pool;
