-- Files of shared storages on which nothing stands and which no machine has at some viewer, with what each viewer says.
-- $1 is the time, or NULL; $2 that time or now; $3 the age in milliseconds after which a host is silent; $4 by how much a clock
-- may be wrong.
WITH asof AS MATERIALIZED (SELECT * FROM at_time($1)),
-- How far the word of a host reaches: it saw all its machines and pools, not long ago, and nothing in use leads where it does not
-- look.
host AS MATERIALIZED (
  SELECT asof.source, asof.scan, source.name, scan.started, scan.finished, coalesce(scan.skew_ms, 0) AS skew,
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
        SELECT FROM link
        JOIN reference ON reference.source = link.source AND reference.holder = link.holder
          AND reference.ordinal = link.ordinal AND reference.from_scan <= asof.scan
          AND (reference.until_scan IS NULL OR reference.until_scan > asof.scan)
        WHERE link.source = asof.source AND link.state IN ('outside-pools', 'unreadable', 'remote', 'unknown')
          AND link.from_scan <= asof.scan AND (link.until_scan IS NULL OR link.until_scan > asof.scan)
          AND reference.role IN ('disk', 'backing', 'snapshot')
          AND NOT CASE link.state
            -- It is another file, and leads no further.
            WHEN 'outside-pools' THEN link.target_inode IS NOT NULL
              AND coalesce(reference.recorded_format, reference.format_in_reference, '') = 'raw'
            -- Of these protocols no server's files are seen here as well.
            WHEN 'remote' THEN coalesce(reference.recorded_format, reference.format_in_reference, '') = 'raw'
              AND encode(reference.stored, 'escape') || coalesce(reference.detail, '')
                ~ '(rbd|iscsi|nbd|https?|ftps?|nvme|sheepdog|vxhs)'
            ELSE false END) THEN 'gap'
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
-- Every sight of a shared file, and what speaks for its being used there.
sight AS MATERIALIZED (
  SELECT viewing.shared, viewing.source, viewing.image, host.scan,
    EXISTS (
      SELECT FROM link
      WHERE link.source = viewing.source AND link.target_image = viewing.image AND link.from_scan <= host.scan
        AND (link.until_scan IS NULL OR link.until_scan > host.scan)) OR EXISTS (
      -- A directory that is handed to a machine whole.
      SELECT FROM link
      JOIN reference ON reference.source = link.source AND reference.holder = link.holder
        AND reference.ordinal = link.ordinal AND reference.from_scan <= host.scan
        AND (reference.until_scan IS NULL OR reference.until_scan > host.scan)
      JOIN directory AS handed ON handed.source = link.source AND handed.id = link.directory
      JOIN place ON place.source = viewing.source AND place.image = viewing.image AND place.from_scan <= host.scan
        AND (place.until_scan IS NULL OR place.until_scan > host.scan)
      JOIN directory ON directory.source = place.source AND directory.id = place.directory
      WHERE link.source = viewing.source AND link.holder < 0 AND link.from_scan <= host.scan
        AND (link.until_scan IS NULL OR link.until_scan > host.scan)
        AND reference.detail::jsonb -> 'elsewhere' ->> 'type' = 'dir'
        AND substr(directory.path || '\x2f'::bytea, 1, length(handed.path) + length(link.name) + 2)
          = handed.path || '\x2f'::bytea || link.name || '\x2f'::bytea) AS is_led_to,
    EXISTS (
      SELECT FROM file_state AS file
      WHERE file.source = viewing.source AND file.image = viewing.image AND file.is_in_use = 1
        AND file.from_scan <= host.scan AND (file.until_scan IS NULL OR file.until_scan > host.scan)) AS is_open,
    EXISTS (
      SELECT FROM awaited
      WHERE awaited.source = viewing.source AND awaited.image = viewing.image
        AND awaited.from_scan <= host.scan AND (awaited.until_scan IS NULL OR awaited.until_scan > host.scan)) AS is_awaited,
    EXISTS (
      SELECT FROM keep
      WHERE keep.source = viewing.source AND keep.image = viewing.image AND keep.from_scan <= host.scan
        AND (keep.until_scan IS NULL OR keep.until_scan > host.scan)
        AND (keep.ends IS NULL OR keep.ends > $2::bigint)) AS is_kept
  FROM viewing
  JOIN host ON host.source = viewing.source
  WHERE EXISTS (
    SELECT FROM place
    WHERE place.source = viewing.source AND place.image = viewing.image AND place.from_scan <= host.scan
      AND (place.until_scan IS NULL OR place.until_scan > host.scan))
    AND EXISTS (
      SELECT FROM image_state AS state
      WHERE state.source = viewing.source AND state.image = viewing.image AND state.kind = 'image'
        AND state.from_scan <= host.scan AND (state.until_scan IS NULL OR state.until_scan > host.scan))
),
-- Files to which somebody is led past the pools: by another mount of the storage.
led_past AS MATERIALIZED (
  SELECT shared_image.id AS shared
  FROM link
  JOIN host ON host.source = link.source
  JOIN filesystem ON filesystem.source = link.source AND filesystem.id = link.target_filesystem
  JOIN storage ON storage.identity = filesystem.identity
  JOIN shared_image ON shared_image.storage = coalesce(storage.same_as, storage.id)
    AND shared_image.inode = link.target_inode
  WHERE link.state <> 'ok' AND link.target_inode IS NOT NULL AND link.from_scan <= host.scan
    AND (link.until_scan IS NULL OR link.until_scan > host.scan)
),
-- Files that are used nowhere, as far as anybody saw.
idle AS MATERIALIZED (
  SELECT shared FROM sight
  WHERE shared NOT IN (SELECT shared FROM led_past)
  GROUP BY shared HAVING NOT bool_or(is_led_to OR is_open OR is_kept)
),
-- Since which scan it is idle at each host, and the first of the scans since that saw everything.
idle_sight AS MATERIALIZED (
  SELECT sight.*, since.scan AS since_scan, cover.finished AS first_cover
  FROM sight JOIN idle USING (shared)
  CROSS JOIN LATERAL (
    SELECT greatest(
      (SELECT min(place.from_scan) FROM place
       WHERE place.source = sight.source AND place.image = sight.image AND place.from_scan <= sight.scan
         AND (place.until_scan IS NULL OR place.until_scan > sight.scan)),
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
    SELECT min(scan.finished) AS finished FROM scan
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
    host.skew, seen.image, seen.since_scan, seen.first_cover, seen.is_awaited,
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
-- The second round begins at every host after the first ended at all of them.
round AS (
  SELECT shared, max(first_cover) AS first_end, max(abs(skew)) AS skew FROM opinion GROUP BY shared
),
judged AS (
  SELECT opinion.shared, opinion.storage,
    bool_and(opinion.state = 'unused') AND bool_and(opinion.started >= round.first_end + round.skew) AS is_unused,
    bool_and(opinion.state = 'unused') AS is_unused_once,
    max(opinion.first_cover) AS since,
    (array_agg(opinion.source ORDER BY opinion.host) FILTER (WHERE opinion.image IS NOT NULL))[1] AS source,
    (array_agg(opinion.image ORDER BY opinion.host) FILTER (WHERE opinion.image IS NOT NULL))[1] AS image,
    json_agg(json_build_object(
      'host', opinion.host, 'scan', opinion.scan, 'finished', opinion.finished, 'state', opinion.state,
      'since', opinion.since_scan) ORDER BY opinion.host) AS viewers
  FROM opinion JOIN round USING (shared)
  GROUP BY opinion.shared, opinion.storage
)
SELECT judged.shared, storage.identity AS storage, storage.is_closed, judged.is_unused, judged.is_unused_once, judged.since,
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
