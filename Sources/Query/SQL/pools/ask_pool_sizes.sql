-- Allocated bytes of each pool's images at a scan, an image once in each pool. Few images stand at several places; all
-- others are added up directory by directory, without sorting them.
WITH several (image) AS MATERIALIZED (
  SELECT image FROM place_at GROUP BY image HAVING count(*) > 1),
sized (pool, size) AS (
  SELECT inside.pool, sum(file.actual_size)
  FROM directory_state_at AS inside
  CROSS JOIN place_at AS place ON place.directory = inside.directory
  CROSS JOIN file_state_at AS file ON file.image = place.image
  CROSS JOIN image_state_at AS state ON state.image = place.image
  WHERE inside.pool IS NOT NULL AND state.kind = 'image' AND place.image NOT IN several
  GROUP BY inside.directory
  UNION ALL
  SELECT inside.pool, max(file.actual_size)
  FROM several
  CROSS JOIN place_at AS place ON place.image = several.image
  CROSS JOIN directory_state_at AS inside ON inside.directory = place.directory
  CROSS JOIN file_state_at AS file ON file.image = place.image
  CROSS JOIN image_state_at AS state ON state.image = place.image
  WHERE inside.pool IS NOT NULL AND state.kind = 'image'
  GROUP BY place.image, inside.pool)
SELECT pool, sum(size) FROM sized GROUP BY pool;
