-- What the tables said after one scan: a view for each of them that knows of scans, named like it with
-- "_at" behind. Every question that Backstory answers is asked of these views, and so can yours be:
--
--   sqlite3 -readonly /var/lib/backstory/inventory.sqlite
--   sqlite> .read as-of.sql
--   sqlite> UPDATE asof SET scan = 12;
--   sqlite> SELECT count(*) FROM place_at;
--
-- Everything here is temporary: it goes with the connection, and the database is not touched. The views
-- name "main", because the views with which 'backstory sql --at' hides what came later have the names of
-- the tables. A scalar subquery, and not a join: SQLite 3.40 flattens no join on the right of a LEFT JOIN.

-- The scan as of which is asked: one row; at first the last scan.
CREATE TEMP TABLE asof (scan INTEGER NOT NULL);
INSERT INTO temp.asof SELECT coalesce(max(id), 0) FROM main.scan WHERE NOT is_forgotten;

CREATE TEMP VIEW place_at AS SELECT * FROM main.place
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof));

CREATE TEMP VIEW alias_at AS SELECT * FROM main.alias
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof));

CREATE TEMP VIEW directory_state_at AS SELECT * FROM main.directory_state
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof));

CREATE TEMP VIEW image_state_at AS SELECT * FROM main.image_state
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof));

CREATE TEMP VIEW file_state_at AS SELECT * FROM main.file_state
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof));

CREATE TEMP VIEW filesystem_state_at AS SELECT * FROM main.filesystem_state
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof));

CREATE TEMP VIEW domain_state_at AS SELECT * FROM main.domain_state
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof));

CREATE TEMP VIEW reference_at AS SELECT * FROM main.reference
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof));

CREATE TEMP VIEW link_at AS SELECT * FROM main.link
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof));

CREATE TEMP VIEW unused_at AS SELECT * FROM main.unused
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof));

CREATE TEMP VIEW foundation_at AS SELECT * FROM main.foundation
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof));

CREATE TEMP VIEW victim_at AS SELECT * FROM main.victim
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof));

CREATE TEMP VIEW want_at AS SELECT * FROM main.want
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof));

CREATE TEMP VIEW awaited_at AS SELECT * FROM main.awaited
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof));

-- Directories that machines see whole: where each really is; as it is named, where that is not known. Without a slash
-- at the end, so that the root is ''.
CREATE TEMP VIEW whole_directory_at AS
SELECT named.holder, named.ordinal, named.host, rtrim(CAST(coalesce(
  (SELECT real.path FROM main.directory
   JOIN temp.directory_state_at AS state ON state.directory = directory.id
   JOIN main.directory AS real ON real.id = state.canonical
   WHERE directory.host = named.host AND directory.path = named.path), named.path) AS TEXT), '/') AS path
FROM (
  SELECT link.holder, link.ordinal, directory.host, CAST(
    rtrim(CAST(directory.path AS TEXT), '/') || '/' || CAST(link.name AS TEXT) AS BLOB) AS path
  FROM temp.link_at AS link
  CROSS JOIN temp.reference_at AS reference ON reference.holder = link.holder
    AND reference.ordinal = link.ordinal
  CROSS JOIN main.directory ON directory.id = link.directory
  WHERE link.holder < 0 AND link.target_image IS NULL
    AND json_extract(reference.detail, '$.elsewhere.type') = 'dir') AS named;

-- But those that a person closed by then.
CREATE TEMP VIEW finding_at AS SELECT * FROM main.finding
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof))
  AND NOT EXISTS (
    SELECT 1 FROM main.lifted
    WHERE lifted.finding = finding.id AND lifted.scan <= (SELECT scan FROM temp.asof));

-- Of these what is told, shown and counted: not what is in doubt as of the scan.
CREATE TEMP VIEW told_finding_at AS SELECT * FROM temp.finding_at
WHERE kind NOT IN (SELECT kind FROM main.untold WHERE scan = (SELECT scan FROM temp.asof));

-- From when to when findings were open that were known by then; what a person closed, until that was said.
CREATE TEMP VIEW finding_span AS
SELECT
  id, kind, severity, holder, ordinal, from_scan,
  coalesce(
    (SELECT lifted.scan FROM main.lifted
     WHERE lifted.finding = finding.id AND lifted.scan <= (SELECT scan FROM temp.asof)),
    until_scan) AS until_scan
FROM main.finding
WHERE from_scan <= (SELECT scan FROM temp.asof);

-- Words of people, as long as their day had not come.
CREATE TEMP VIEW acknowledgement_at AS SELECT * FROM main.acknowledgement
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof))
  AND (ends IS NULL OR ends > (SELECT finished FROM main.scan WHERE id = (SELECT scan FROM temp.asof)));

CREATE TEMP VIEW keep_at AS SELECT * FROM main.keep
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof))
  AND (ends IS NULL OR ends > (SELECT finished FROM main.scan WHERE id = (SELECT scan FROM temp.asof)));

CREATE TEMP VIEW settlement_at AS SELECT * FROM main.settlement
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof));

CREATE TEMP VIEW own_blocks_at AS SELECT * FROM main.own_blocks
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof));

CREATE TEMP VIEW holding_at AS SELECT * FROM main.holding
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof));

CREATE TEMP VIEW problem_at AS SELECT * FROM main.problem
WHERE from_scan <= (SELECT scan FROM temp.asof)
  AND (until_scan IS NULL OR until_scan > (SELECT scan FROM temp.asof));

-- The pools that scans had looked into by then, under the names and at the paths that they had then.
CREATE TEMP VIEW pool_at AS
SELECT
  pool.id, pool.host,
  coalesce(
    (SELECT former_pool.name FROM main.former_pool
     WHERE former_pool.pool = pool.id AND former_pool.until_scan > (SELECT scan FROM temp.asof)
     ORDER BY former_pool.until_scan LIMIT 1), pool.name) AS name,
  coalesce(
    (SELECT former_pool.path FROM main.former_pool
     WHERE former_pool.pool = pool.id AND former_pool.until_scan > (SELECT scan FROM temp.asof)
     ORDER BY former_pool.until_scan LIMIT 1), pool.path) AS path,
  pool.origin,
  iif(
    EXISTS (
      SELECT 1 FROM main.former_pool
      WHERE former_pool.pool = pool.id AND former_pool.until_scan > (SELECT scan FROM temp.asof)),
    (SELECT former_pool.not_visited FROM main.former_pool
     WHERE former_pool.pool = pool.id AND former_pool.until_scan > (SELECT scan FROM temp.asof)
     ORDER BY former_pool.until_scan LIMIT 1), pool.not_visited) AS not_visited
FROM main.pool
WHERE (pool.until_scan IS NULL OR pool.until_scan > (SELECT scan FROM temp.asof))
  AND EXISTS (
  SELECT 1 FROM main.pool_scan
  WHERE pool_scan.pool = pool.id AND pool_scan.scan <= (SELECT scan FROM temp.asof));

-- Which scans looked at an image: they walked the directory in which it stood, or were asked for the image
-- itself, and could read it. Whatever else is known of the image as of a scan was only carried over.
CREATE TEMP VIEW looked AS
SELECT pool_scan.scan, place.image
FROM main.place
CROSS JOIN main.directory_state ON directory_state.directory = place.directory
CROSS JOIN main.pool_scan ON pool_scan.pool = directory_state.pool
  AND pool_scan.scan >= place.from_scan
  AND pool_scan.scan < coalesce(place.until_scan, pool_scan.scan + 1)
  AND pool_scan.scan >= directory_state.from_scan
  AND pool_scan.scan < coalesce(directory_state.until_scan, pool_scan.scan + 1)
WHERE pool_scan.state <> 'unavailable'
  AND (pool_scan.scope = 'tree' OR EXISTS (
    SELECT 1 FROM main.scan_image
    WHERE scan_image.scan = pool_scan.scan AND scan_image.image = place.image))
  AND (pool_scan.state = 'complete' OR NOT EXISTS (
    SELECT 1 FROM main.problem CROSS JOIN main.directory ON directory.id = place.directory
    WHERE problem.pool = pool_scan.pool AND problem.from_scan <= pool_scan.scan
      AND (problem.until_scan IS NULL OR problem.until_scan > pool_scan.scan)
      -- The file, its directory, or one above.
      AND (problem.path = CAST(directory.path || '/' || place.name AS BLOB)
        OR CAST(problem.path || '/' AS BLOB)
          = substr(CAST(directory.path || '/' AS BLOB), 1, length(problem.path) + 1))))
  AND EXISTS (
    SELECT 1 FROM main.file_state
    WHERE file_state.image = place.image AND file_state.is_readable
      AND file_state.from_scan <= pool_scan.scan
      AND (file_state.until_scan IS NULL OR file_state.until_scan > pool_scan.scan));
