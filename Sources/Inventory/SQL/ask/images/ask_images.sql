-- Images at a scan, each at the first of its places in the order of directories and names.
-- :image asks for one image, :pool for the images of the pools of that name; NULL for all.
SELECT
  place.image, directory.path, place.name, image.first_scan,
  coalesce(
    (SELECT former_pool.name FROM former_pool
     WHERE former_pool.pool = pool.id AND former_pool.until_scan > :at
     ORDER BY former_pool.until_scan LIMIT 1), pool.name) AS pool,
  state.kind, state.format, state.content, state.virtual_size, state.cluster_size,
  state.is_encrypted, state.is_dirty, state.fault, state.detail,
  file.file_size, file.actual_size, file.modified,
  file.is_in_use OR EXISTS (
    SELECT 1 FROM link AS use
    JOIN domain_state AS user ON user.domain = use.holder AND user.is_running
      AND user.from_scan <= :at AND (user.until_scan IS NULL OR user.until_scan > :at)
    JOIN reference AS used ON used.holder = use.holder AND used.ordinal = use.ordinal
      AND used.from_scan <= :at AND (used.until_scan IS NULL OR used.until_scan > :at)
      AND used.detail LIKE '%"live"%'
    WHERE use.target_image = place.image AND use.holder < 0 AND use.from_scan <= :at
      AND (use.until_scan IS NULL OR use.until_scan > :at)) AS is_in_use,
  backing.stored, backing.recorded_format, link.state AS link_state,
  EXISTS (
    SELECT 1 FROM finding
    WHERE finding.holder = place.image AND finding.kind = 'backing-loop'
      AND finding.from_scan <= :at
      AND (finding.until_scan IS NULL OR finding.until_scan > :at)) AS is_loop,
  max(place.from_scan, state.from_scan, file.from_scan, coalesce(backing.from_scan, 0))
    AS last_changed
FROM place
JOIN directory ON directory.id = place.directory
JOIN image ON image.id = place.image
JOIN image_state AS state ON state.image = place.image AND state.from_scan <= :at
  AND (state.until_scan IS NULL OR state.until_scan > :at)
JOIN file_state AS file ON file.image = place.image AND file.from_scan <= :at
  AND (file.until_scan IS NULL OR file.until_scan > :at)
LEFT JOIN directory_state AS standing ON standing.directory = place.directory
  AND standing.from_scan <= :at AND (standing.until_scan IS NULL OR standing.until_scan > :at)
LEFT JOIN pool ON pool.id = standing.pool
LEFT JOIN link ON link.holder = place.image AND link.is_backing AND link.from_scan <= :at
  AND (link.until_scan IS NULL OR link.until_scan > :at)
  AND link.ordinal = (
    SELECT min(first.ordinal) FROM link AS first
    WHERE first.holder = place.image AND first.is_backing AND first.from_scan <= :at
      AND (first.until_scan IS NULL OR first.until_scan > :at))
LEFT JOIN reference AS backing ON backing.holder = place.image
  AND backing.ordinal = link.ordinal AND backing.from_scan <= :at
  AND (backing.until_scan IS NULL OR backing.until_scan > :at)
