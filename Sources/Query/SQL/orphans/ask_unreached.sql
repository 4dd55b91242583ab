-- Images that no domain reaches, over any number of links, and that are not certain to be unused; with the
-- strength of what may mean them, where anything may.
WITH RECURSIVE
-- Directories that a domain sees whole.
shared (host, path) AS MATERIALIZED (SELECT DISTINCT host, path FROM whole_directory_at),
-- Those, and all directories below: a slash comes right before a zero.
handed (directory) AS MATERIALIZED (
  SELECT directory.id FROM shared
  CROSS JOIN directory ON directory.host = shared.host
    AND directory.path >= CAST(shared.path AS BLOB)
    AND directory.path < CAST(shared.path || '0' AS BLOB)
  WHERE directory.path = CAST(shared.path AS BLOB)
    OR directory.path >= CAST(shared.path || '/' AS BLOB)),
downward (image) AS (
  SELECT target_image FROM link_at AS link
  WHERE holder < 0 AND target_image IS NOT NULL
  UNION
  SELECT place.image FROM handed
  CROSS JOIN place_at AS place ON place.directory = handed.directory
  UNION
  -- By whatever path they were walked.
  SELECT place.image
  FROM (SELECT 1 FROM handed LIMIT 1) CROSS JOIN directory_state_at AS walked
  CROSS JOIN place_at AS place ON place.directory = walked.directory
  WHERE walked.pool IS NOT NULL AND walked.canonical <> walked.directory
    AND walked.canonical IN (SELECT directory FROM handed)
  UNION
  SELECT link.target_image FROM downward JOIN link_at AS link ON link.holder = downward.image
  WHERE link.target_image IS NOT NULL)
SELECT image.id AS image, coalesce(unused.from_scan, image.first_scan) AS since,
  unused.last_user, file_state.actual_size,
  awaited.strength, awaited.from_scan AS awaited_since,
  own.names, own.bytes AS own_bytes,
  (SELECT count(*) FROM place_at AS place WHERE place.image = image.id) AS places,
  (SELECT is_measured FROM scan WHERE id = (SELECT scan FROM temp.asof)) AS is_measured
FROM image
JOIN image_state_at AS image_state ON image_state.image = image.id AND image_state.kind = 'image'
JOIN file_state_at AS file_state ON file_state.image = image.id AND NOT file_state.is_in_use
LEFT JOIN awaited_at AS awaited ON awaited.image = image.id
LEFT JOIN unused_at AS unused ON unused.image = image.id
LEFT JOIN own_blocks_at AS own ON own.image = image.id
WHERE image.first_scan <= (SELECT scan FROM temp.asof)
  AND image.id NOT IN (SELECT image FROM downward)
  AND NOT EXISTS (
    SELECT 1 FROM finding_at AS finding
    WHERE finding.holder = image.id AND finding.kind = 'orphan')
