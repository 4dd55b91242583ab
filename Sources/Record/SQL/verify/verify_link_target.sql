-- Links that say 'ok' and lead to no image, or still lead to one that stands nowhere.

SELECT 'link ' || ordinal || ' of holder ' || holder || ' from scan ' || from_scan
FROM link
WHERE (state = 'ok' AND target_image IS NULL)
  OR (target_image IS NOT NULL AND NOT EXISTS (SELECT 1 FROM image WHERE id = link.target_image))
  OR (until_scan IS NULL AND state = 'ok' AND NOT EXISTS (
    SELECT 1 FROM place WHERE place.image = link.target_image AND place.until_scan IS NULL))
