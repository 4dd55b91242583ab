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
      WHEN scan.finished - coalesce(scan.skew_ms, 0) < $2::bigint - $3::bigint THEN 'silent'
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
  -- One row each: the planner expects almost none of a join by both columns of a key.
  CROSS JOIN LATERAL (SELECT * FROM scan WHERE scan.source = asof.source AND scan.id = asof.scan LIMIT 1) AS scan
),
-- Who sees each storage.
viewer AS MATERIALIZED (
  SELECT DISTINCT storage_host.storage, storage_host.host, host.source FROM storage_host
  LEFT JOIN host ON host.source = storage_host.source
),
-- Most files are used, and one link of one host tells so: these are not looked at any further. It is asked file by file, as all
-- that follows: the planner does not know how few are left.
candidate AS MATERIALIZED (
  SELECT shared_image.id AS shared FROM shared_image
  WHERE NOT coalesce((
    SELECT true FROM viewing
    JOIN host ON host.source = viewing.source
    JOIN link ON link.source = viewing.source AND link.target_image = viewing.image AND link.state = 'ok'
      AND link.from_scan <= host.scan AND (link.until_scan IS NULL OR link.until_scan > host.scan)
    WHERE viewing.shared = shared_image.id LIMIT 1), false)
),
-- Directories that are handed to machines whole, as they are named and where they really are.
named AS MATERIALIZED (
  SELECT link.source, host.scan,
    CASE WHEN directory.path = '\x2f'::bytea THEN ''::bytea ELSE directory.path END || '\x2f'::bytea || link.name
      AS path
  FROM reference
  JOIN host ON host.source = reference.source
  JOIN link ON link.source = reference.source AND link.holder = reference.holder AND link.ordinal = reference.ordinal
    AND link.from_scan <= host.scan AND (link.until_scan IS NULL OR link.until_scan > host.scan)
  JOIN directory ON directory.source = link.source AND directory.id = link.directory
  WHERE reference.holder < 0 AND reference.from_scan <= host.scan
    AND (reference.until_scan IS NULL OR reference.until_scan > host.scan)
    AND reference.detail LIKE '%"elsewhere"%' AND as_json(reference.detail) -> 'elsewhere' ->> 'type' = 'dir'
),
handed AS MATERIALIZED (
  SELECT place.source, CASE WHEN place.path = '\x2f'::bytea THEN ''::bytea ELSE place.path END || '\x2f'::bytea AS path
  FROM (
    SELECT named.source, named.path FROM named
    UNION
    SELECT named.source, really.path FROM named
    JOIN directory ON directory.source = named.source AND directory.path = named.path
    JOIN directory_state AS state ON state.source = directory.source AND state.directory = directory.id
      AND state.from_scan <= named.scan AND (state.until_scan IS NULL OR state.until_scan > named.scan)
    JOIN directory AS really ON really.source = state.source AND really.id = state.canonical) AS place
),
-- Every sight of a file that may be idle, and what speaks for its being used there: a link that leads to it, also one that is
-- broken; a process that has it open. And when each of that was the case last.
sight AS MATERIALIZED (
  SELECT candidate.shared, viewing.source, viewing.image, host.scan, place.from_scan AS stands_since,
    link.ended AS link_end, file.written,
    coalesce(link.is_open, false) OR EXISTS (
      SELECT FROM handed
      JOIN place ON place.source = viewing.source AND place.image = viewing.image AND place.from_scan <= host.scan
        AND (place.until_scan IS NULL OR place.until_scan > host.scan)
      JOIN directory ON directory.source = place.source AND directory.id = place.directory
      LEFT JOIN directory_state AS state ON state.source = place.source AND state.directory = place.directory
        AND state.from_scan <= host.scan AND (state.until_scan IS NULL OR state.until_scan > host.scan)
      LEFT JOIN directory AS really ON really.source = state.source AND really.id = state.canonical
      WHERE handed.source = viewing.source AND (
        substr(directory.path || '\x2f'::bytea, 1, length(handed.path)) = handed.path
        OR substr(really.path || '\x2f'::bytea, 1, length(handed.path)) = handed.path)) AS is_led_to,
    coalesce(file.is_open, false) AS is_open,
    EXISTS (
      SELECT FROM awaited
      WHERE awaited.source = viewing.source AND awaited.image = viewing.image AND awaited.from_scan <= host.scan
        AND (awaited.until_scan IS NULL OR awaited.until_scan > host.scan)) AS is_awaited,
    EXISTS (
      SELECT FROM keep
      WHERE keep.source = viewing.source AND keep.image = viewing.image AND keep.from_scan <= host.scan
        AND (keep.until_scan IS NULL OR keep.until_scan > host.scan)
        AND (keep.ends IS NULL OR keep.ends > $2::bigint)) AS is_kept
  FROM candidate
  CROSS JOIN LATERAL (
    SELECT viewing.source, viewing.image FROM viewing WHERE viewing.shared = candidate.shared OFFSET 0) AS viewing
  JOIN host ON host.source = viewing.source
  CROSS JOIN LATERAL (
    SELECT FROM image_state AS state
    WHERE state.source = viewing.source AND state.image = viewing.image AND state.kind = 'image'
      AND state.from_scan <= host.scan AND (state.until_scan IS NULL OR state.until_scan > host.scan) LIMIT 1) AS state
  CROSS JOIN LATERAL (
    SELECT min(place.from_scan) AS from_scan FROM place
    WHERE place.source = viewing.source AND place.image = viewing.image AND place.from_scan <= host.scan
      AND (place.until_scan IS NULL OR place.until_scan > host.scan) OFFSET 0) AS place
  CROSS JOIN LATERAL (
    SELECT bool_or(link.until_scan IS NULL OR link.until_scan > host.scan) AS is_open,
      max(link.until_scan) FILTER (WHERE link.until_scan <= host.scan) AS ended
    FROM link
    WHERE link.source = viewing.source AND link.target_image = viewing.image AND link.from_scan <= host.scan) AS link
  -- Whoever writes to it uses it, also where no scan saw by whom: a machine that moves all the time.
  CROSS JOIN LATERAL (
    SELECT bool_or(state.is_in_use = 1 AND (state.until_scan IS NULL OR state.until_scan > host.scan)) AS is_open,
      max(greatest(
        state.from_scan, CASE WHEN state.is_in_use = 1 AND state.until_scan <= host.scan THEN state.until_scan END)) AS written
    FROM file_state AS state
    WHERE state.source = viewing.source AND state.image = viewing.image AND state.from_scan <= host.scan) AS file
  WHERE place.from_scan IS NOT NULL
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
alike AS MATERIALIZED (
  SELECT idle.shared, alike.id AS other
  FROM idle
  JOIN shared_image ON shared_image.id = idle.shared
  JOIN shared_image AS alike ON alike.inode = shared_image.inode AND alike.birth_time = shared_image.birth_time
    AND alike.storage <> shared_image.storage
),
twin AS MATERIALIZED (
  SELECT DISTINCT alike.shared
  FROM alike
  WHERE EXISTS (
    SELECT FROM sight AS own
    JOIN file_state AS file ON file.source = own.source AND file.image = own.image AND file.from_scan <= own.scan
      AND (file.until_scan IS NULL OR file.until_scan > own.scan)
    JOIN viewing AS other ON other.shared = alike.other
    JOIN host ON host.source = other.source
    JOIN file_state AS same ON same.source = other.source AND same.image = other.image AND same.from_scan <= host.scan
      AND (same.until_scan IS NULL OR same.until_scan > host.scan)
      AND same.file_size = file.file_size AND same.modified = file.modified
    WHERE own.shared = alike.shared)
),
-- When links ended that led past the pools, by the file to which they led.
past_end AS MATERIALIZED (
  SELECT link.source, link.target_inode AS inode, max(link.until_scan) AS scan
  FROM host
  JOIN link ON link.source = host.source AND link.state <> 'ok' AND link.target_inode IS NOT NULL
    AND link.until_scan <= host.scan
  GROUP BY link.source, link.target_inode
),
-- Since which scan it is idle at each host.
since AS MATERIALIZED (
  SELECT sight.*, greatest(
    sight.stands_since, sight.written, sight.link_end, past_end.scan, sighted.scan,
    (SELECT max(awaited.until_scan) FROM awaited
     WHERE awaited.source = sight.source AND awaited.image = sight.image AND awaited.until_scan <= sight.scan),
    (SELECT max(keep.until_scan) FROM keep
     WHERE keep.source = sight.source AND keep.image = sight.image AND keep.until_scan <= sight.scan)) AS since_scan
  FROM sight
  JOIN idle USING (shared)
  JOIN shared_image ON shared_image.id = sight.shared
  LEFT JOIN sighted ON sighted.source = sight.source
  LEFT JOIN past_end ON past_end.source = sight.source AND past_end.inode = shared_image.inode
),
-- The scans of a host since then that saw everything, by a clock that was right: how many, and when the first of them had
-- ended, by the centre's clock as well: what came in late may have been seen later than it says.
cover AS MATERIALIZED (
  SELECT begun.source, begun.since_scan, count(*) AS count,
    min(greatest(scan.finished, (extract(epoch FROM scan.received) * 1000)::bigint)) AS finished
  FROM (SELECT DISTINCT source, since_scan, scan FROM since) AS begun
  JOIN scan ON scan.source = begun.source AND scan.id BETWEEN begun.since_scan AND begun.scan AND scan.has_domains = 1
    AND scan.is_forgotten = 0 AND abs(coalesce(scan.skew_ms, 0)) <= $4::bigint
  WHERE NOT EXISTS (
    SELECT FROM pool
    LEFT JOIN pool_scan ON pool_scan.source = pool.source AND pool_scan.pool = pool.id AND pool_scan.scan = scan.id
    WHERE pool.source = begun.source AND pool.not_visited IS NULL AND pool.until_scan IS NULL
      AND (pool_scan.state IS DISTINCT FROM 'complete' OR pool_scan.scope <> 'tree'))
  GROUP BY begun.source, begun.since_scan
),
idle_sight AS MATERIALIZED (
  SELECT since.*, cover.finished AS first_cover, cover.count AS covers
  FROM since LEFT JOIN cover ON cover.source = since.source AND cover.since_scan = since.since_scan
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
