-- The images of the first scan that can be asked for, each at the first of its places.
SELECT place.image, directory.path, place.name, image.first_scan, pool.name AS pool
FROM place_at AS place
JOIN directory ON directory.id = place.directory
JOIN image ON image.id = place.image
JOIN image_state_at AS state ON state.image = place.image AND state.kind = 'image'
JOIN file_state_at AS file ON file.image = place.image
LEFT JOIN directory_state_at AS inside ON inside.directory = place.directory
LEFT JOIN pool_at AS pool ON pool.id = inside.pool
WHERE NOT EXISTS (
  SELECT 1 FROM place_at AS other JOIN directory AS elsewhere ON elsewhere.id = other.directory
  WHERE other.image = place.image
    AND (elsewhere.path, other.name) < (directory.path, place.name))
