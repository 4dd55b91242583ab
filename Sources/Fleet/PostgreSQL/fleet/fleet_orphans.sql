-- Files of shared storages on which nothing stands and which no machine has at some viewer, with what each viewer says.
-- $1 is the time, or NULL; $2 that time or now; $3 the age in milliseconds after which a host is silent; $4 by how much a clock
-- may be wrong.
WITH asof AS MATERIALIZED (SELECT * FROM at_time($1)),
-- Links, standing or ended, that lead where their host does not look: to whatever they may.
blind AS MATERIALIZED (
  SELECT link.source, link.from_scan, link.until_scan
  FROM asof
  JOIN link ON link.source = asof.source AND link.state <> 'ok' AND link.from_scan <= asof.scan
  JOIN reference ON reference.source = link.source AND reference.holder = link.holder
    AND reference.ordinal = link.ordinal AND reference.from_scan < coalesce(link.until_scan, asof.scan + 1)
    AND (reference.until_scan IS NULL OR reference.until_scan > link.from_scan)
  WHERE link.state IN ('outside-pools', 'unreadable', 'remote', 'unknown')
    AND reference.role IN ('disk', 'backing', 'snapshot')
    AND NOT CASE link.state
      -- It is another file, and leads no further.
      WHEN 'outside-pools' THEN link.target_inode IS NOT NULL
        AND coalesce(reference.recorded_format, reference.format_in_reference, '') = 'raw'
      -- Of these protocols no server's files are seen here as well.
      WHEN 'remote' THEN coalesce(reference.recorded_format, reference.format_in_reference, '') = 'raw'
        AND encode(reference.stored, 'escape') || coalesce(reference.detail, '')
          ~ '(rbd|iscsi|nbd|https?|ftps?|nvme|sheepdog|vxhs)'
      ELSE false END
),
-- When each host could see again.
sighted AS MATERIALIZED (
  SELECT blind.source, max(blind.until_scan) AS scan
  FROM blind JOIN asof ON asof.source = blind.source AND blind.until_scan <= asof.scan
  GROUP BY blind.source
),
-- How far the word of a host reaches: it saw all its machines and pools, not long ago, and nothing in use leads where it does not
-- look.
host AS MATERIALIZED (
  SELECT asof.source, asof.scan, source.name, scan.started, scan.finished, scan.grace, scan.grace_age,
    coalesce(scan.skew_ms, 0) AS skew,
    CASE
      WHEN scan.finished < $2::bigint - $3::bigint THEN 'silent'
      WHEN abs(coalesce(scan.skew_ms, 0)) > $4::bigint THEN 'clock'
      WHEN scan.has_domains = 0 OR EXISTS (
        SELECT FROM pool
        LEFT JOIN pool_scan ON pool_scan.source = pool.source AND pool_scan.pool = pool.id AND pool_scan.scan = asof.scan
        WHERE pool.source = asof.source AND pool.not_visited IS NULL
          AND (pool.until_scan IS NULL OR pool.until_scan > asof.scan)
          AND (pool_scan.state IS DISTINCT FROM 'complete' OR pool_scan.scope <> 'tree')
          -- Known only later.
          AND EXISTS (
            SELECT FROM pool_scan AS known
            WHERE known.source = pool.source AND known.pool = pool.id AND known.scan <= asof.scan)) THEN 'partial'
      WHEN EXISTS (
        SELECT FROM blind
        WHERE blind.source = asof.source AND (blind.until_scan IS NULL OR blind.until_scan > asof.scan)) THEN 'gap'
    END AS doubt
  FROM asof
  JOIN source ON source.id = asof.source
  JOIN scan ON scan.source = asof.source AND scan.id = asof.scan
),
-- Who sees each storage.
viewer AS MATERIALIZED (
  SELECT DISTINCT storage_host.storage, storage_host.host, host.source FROM storage_host
  LEFT JOIN host ON host.source = storage_host.source
),
-- Whatever a link leads to, and what processes have open.
led AS MATERIALIZED (
  SELECT DISTINCT link.source, link.target_image AS image
  FROM host
  JOIN link ON link.source = host.source AND link.target_image IS NOT NULL AND link.from_scan <= host.scan
    AND (link.until_scan IS NULL OR link.until_scan > host.scan)
),
opened AS MATERIALIZED (
  SELECT file.source, file.image
  FROM host
  JOIN file_state AS file ON file.source = host.source AND file.is_in_use = 1 AND file.from_scan <= host.scan
    AND (file.until_scan IS NULL OR file.until_scan > host.scan)
),
-- Directories that are handed to machines whole.
handed AS MATERIALIZED (
  SELECT link.source, directory.path || '\x2f'::bytea || link.name || '\x2f'::bytea AS path
  FROM host
  JOIN link ON link.source = host.source AND link.holder < 0 AND link.from_scan <= host.scan
    AND (link.until_scan IS NULL OR link.until_scan > host.scan)
  JOIN reference ON reference.source = link.source AND reference.holder = link.holder
    AND reference.ordinal = link.ordinal AND reference.from_scan <= host.scan
    AND (reference.until_scan IS NULL OR reference.until_scan > host.scan)
  JOIN directory ON directory.source = link.source AND directory.id = link.directory
  WHERE reference.detail LIKE '%"elsewhere"%' AND as_json(reference.detail) -> 'elsewhere' ->> 'type' = 'dir'
),
-- Every sight of a shared file, and what speaks for its being used there.
sight AS MATERIALIZED (
  SELECT viewing.shared, viewing.source, viewing.image, host.scan,
    led.image IS NOT NULL OR EXISTS (
      SELECT FROM handed
      JOIN place ON place.source = viewing.source AND place.image = viewing.image AND place.from_scan <= host.scan
        AND (place.until_scan IS NULL OR place.until_scan > host.scan)
      JOIN directory ON directory.source = place.source AND directory.id = place.directory
      WHERE handed.source = viewing.source
        AND substr(directory.path || '\x2f'::bytea, 1, length(handed.path)) = handed.path) AS is_led_to,
    opened.image IS NOT NULL AS is_open, awaited.image IS NOT NULL AS is_awaited, kept.image IS NOT NULL AS is_kept
  FROM viewing
  JOIN host ON host.source = viewing.source
  JOIN image_state AS state ON state.source = viewing.source AND state.image = viewing.image AND state.kind = 'image'
    AND state.from_scan <= host.scan AND (state.until_scan IS NULL OR state.until_scan > host.scan)
  LEFT JOIN led ON led.source = viewing.source AND led.image = viewing.image
  LEFT JOIN opened ON opened.source = viewing.source AND opened.image = viewing.image
  LEFT JOIN awaited ON awaited.source = viewing.source AND awaited.image = viewing.image
    AND awaited.from_scan <= host.scan AND (awaited.until_scan IS NULL OR awaited.until_scan > host.scan)
  LEFT JOIN keep AS kept ON kept.source = viewing.source AND kept.image = viewing.image
    AND kept.from_scan <= host.scan AND (kept.until_scan IS NULL OR kept.until_scan > host.scan)
    AND (kept.ends IS NULL OR kept.ends > $2::bigint)
  WHERE EXISTS (
    SELECT FROM place
    WHERE place.source = viewing.source AND place.image = viewing.image AND place.from_scan <= host.scan
      AND (place.until_scan IS NULL OR place.until_scan > host.scan))
),
-- Files to which somebody is led past the pools: by another mount of the storage.
led_past AS MATERIALIZED (
  SELECT shared_image.id AS shared
  FROM link
  JOIN host ON host.source = link.source
  JOIN filesystem ON filesystem.source = link.source AND filesystem.id = link.target_filesystem
  JOIN storage ON storage.identity = filesystem.identity
  -- Storages of two names may be one; then the inode is the same.
  JOIN shared_image ON shared_image.inode = link.target_inode
    AND (storage.is_shared OR shared_image.storage = coalesce(storage.same_as, storage.id))
  WHERE link.state <> 'ok' AND link.target_inode IS NOT NULL AND link.from_scan <= host.scan
    AND (link.until_scan IS NULL OR link.until_scan > host.scan)
),
-- Files that are used nowhere, as far as anybody saw.
idle AS MATERIALIZED (
  SELECT shared FROM sight
  WHERE shared NOT IN (SELECT shared FROM led_past)
  GROUP BY shared HAVING NOT bool_or(is_led_to OR is_open OR is_kept)
),
-- Another storage may be the same one under another name: one file of both, by all that the server says of it.
twin AS MATERIALIZED (
  SELECT DISTINCT idle.shared
  FROM idle
  JOIN shared_image ON shared_image.id = idle.shared
  JOIN shared_image AS alike ON alike.inode = shared_image.inode AND alike.birth_time = shared_image.birth_time
    AND alike.storage <> shared_image.storage
  JOIN sight AS own ON own.shared = idle.shared
  JOIN sight AS other ON other.shared = alike.id
  JOIN file_state AS file ON file.source = own.source AND file.image = own.image AND file.from_scan <= own.scan
    AND (file.until_scan IS NULL OR file.until_scan > own.scan)
  JOIN file_state AS same ON same.source = other.source AND same.image = other.image AND same.from_scan <= other.scan
    AND (same.until_scan IS NULL OR same.until_scan > other.scan)
    AND same.file_size = file.file_size AND same.modified = file.modified
),
-- Since which scan it is idle at each host, and the first of the scans since that saw everything.
idle_sight AS MATERIALIZED (
  SELECT sight.*, since.scan AS since_scan, cover.finished AS first_cover, cover.count AS covers
  FROM sight JOIN idle USING (shared)
  CROSS JOIN LATERAL (
    SELECT greatest(
      (SELECT min(place.from_scan) FROM place
       WHERE place.source = sight.source AND place.image = sight.image AND place.from_scan <= sight.scan
         AND (place.until_scan IS NULL OR place.until_scan > sight.scan)),
      -- By a path that leads past the pools.
      (SELECT max(link.until_scan) FROM link
       WHERE link.source = sight.source AND link.state <> 'ok' AND link.until_scan <= sight.scan
         AND link.target_inode = (SELECT inode FROM shared_image WHERE shared_image.id = sight.shared)),
      (SELECT sighted.scan FROM sighted WHERE sighted.source = sight.source),
      -- Whoever writes to it uses it, also where no scan saw by whom: a machine that moves all the time.
      (SELECT max(file.from_scan) FROM file_state AS file
       WHERE file.source = sight.source AND file.image = sight.image AND file.from_scan <= sight.scan),
      (SELECT max(link.until_scan) FROM link
       WHERE link.source = sight.source AND link.target_image = sight.image AND link.until_scan <= sight.scan),
      (SELECT max(file.until_scan) FROM file_state AS file
       WHERE file.source = sight.source AND file.image = sight.image AND file.is_in_use = 1
         AND file.until_scan <= sight.scan),
      (SELECT max(awaited.until_scan) FROM awaited
       WHERE awaited.source = sight.source AND awaited.image = sight.image AND awaited.until_scan <= sight.scan),
      (SELECT max(keep.until_scan) FROM keep
       WHERE keep.source = sight.source AND keep.image = sight.image AND keep.until_scan <= sight.scan)) AS scan) AS since
  LEFT JOIN LATERAL (
    SELECT min(scan.finished) AS finished, count(*) AS count FROM scan
    WHERE scan.source = sight.source AND scan.id BETWEEN since.scan AND sight.scan AND scan.has_domains = 1
      AND scan.is_forgotten = 0
      AND NOT EXISTS (
        SELECT FROM pool
        LEFT JOIN pool_scan ON pool_scan.source = pool.source AND pool_scan.pool = pool.id AND pool_scan.scan = scan.id
        WHERE pool.source = sight.source AND pool.not_visited IS NULL AND pool.until_scan IS NULL
          AND (pool_scan.state IS DISTINCT FROM 'complete' OR pool_scan.scope <> 'tree'))) AS cover ON true
),
-- Each idle file with each viewer of its storage.
opinion AS MATERIALIZED (
  SELECT shared_image.id AS shared, shared_image.storage, viewer.host, viewer.source, host.scan, host.started, host.finished,
    host.skew, host.grace, host.grace_age, seen.image, seen.since_scan, seen.first_cover, seen.covers, seen.is_awaited,
    CASE
      WHEN viewer.source IS NULL THEN 'never-reported'
      WHEN host.doubt IS NOT NULL THEN host.doubt
      WHEN seen.image IS NULL THEN 'not-seen'
      WHEN seen.is_awaited THEN 'awaited'
      WHEN seen.first_cover IS NULL THEN 'partial'
      ELSE 'unused'
    END AS state
  FROM idle
  JOIN shared_image ON shared_image.id = idle.shared
  JOIN viewer ON viewer.storage = shared_image.storage
  LEFT JOIN host ON host.source = viewer.source
  LEFT JOIN idle_sight AS seen ON seen.shared = idle.shared AND seen.source = viewer.source
),
-- The second round begins at every host after the first ended at all of them, and as late as hosts are asked to wait.
round AS (
  SELECT shared, max(first_cover) AS first_end, greatest(max(abs(skew)), max(grace_age)) AS pause
  FROM opinion GROUP BY shared
),
judged AS (
  SELECT opinion.shared, opinion.storage,
    bool_and(opinion.state = 'unused')
      AND bool_and(opinion.started >= round.first_end + round.pause AND opinion.covers >= opinion.grace) AS is_unused,
    max(opinion.first_cover) AS since,
    (array_agg(opinion.source ORDER BY opinion.host) FILTER (WHERE opinion.image IS NOT NULL))[1] AS source,
    (array_agg(opinion.image ORDER BY opinion.host) FILTER (WHERE opinion.image IS NOT NULL))[1] AS image,
    json_agg(json_build_object(
      'host', opinion.host, 'scan', opinion.scan, 'finished', opinion.finished, 'state', opinion.state,
      'since', opinion.since_scan) ORDER BY opinion.host) AS viewers
  FROM opinion JOIN round USING (shared)
  GROUP BY opinion.shared, opinion.storage
)
SELECT judged.shared, storage.identity AS storage, storage.is_closed, judged.is_unused, judged.since,
  EXISTS (SELECT FROM twin WHERE twin.shared = judged.shared) AS has_twin,
  source.name AS host, judged.image, judged.viewers, place.path, place.name, file.actual_size
FROM judged
JOIN storage ON storage.id = judged.storage
JOIN source ON source.id = judged.source
JOIN host ON host.source = judged.source
CROSS JOIN LATERAL (
  SELECT directory.path, place.name FROM place
  JOIN directory ON directory.source = place.source AND directory.id = place.directory
  WHERE place.source = judged.source AND place.image = judged.image AND place.from_scan <= host.scan
    AND (place.until_scan IS NULL OR place.until_scan > host.scan)
  ORDER BY directory.path, place.name LIMIT 1) AS place
CROSS JOIN LATERAL (
  SELECT file_state.actual_size FROM file_state
  WHERE file_state.source = judged.source AND file_state.image = judged.image AND file_state.from_scan <= host.scan
    AND (file_state.until_scan IS NULL OR file_state.until_scan > host.scan)) AS file
ORDER BY storage.identity, place.path, place.name
