-- Images that never stood anywhere.

SELECT 'image ' || id FROM image WHERE NOT EXISTS (SELECT 1 FROM place WHERE place.image = image.id)
