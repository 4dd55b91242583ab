-- Wants of whoever is neither there nor wanted himself, wants of what there never was, images that are unused
-- or called an orphan while something may mean them.

SELECT 'want of ' || kind || ' by image ' || holder FROM want
WHERE until_scan IS NULL AND holder > 0
  AND NOT EXISTS (SELECT 1 FROM place WHERE place.image = want.holder AND place.until_scan IS NULL)
  AND NOT EXISTS (
    SELECT 1 FROM want AS other
    WHERE other.kind = 'image' AND other.key = +want.holder AND other.until_scan IS NULL)
UNION ALL
SELECT 'want of ' || kind || ' by domain ' || holder FROM want
WHERE until_scan IS NULL AND holder < 0 AND NOT EXISTS (
  SELECT 1 FROM domain_state WHERE domain_state.domain = want.holder AND until_scan IS NULL)
UNION ALL
SELECT 'want of image ' || key || ' by ' || holder FROM want
WHERE kind = 'image' AND until_scan IS NULL AND key NOT IN (SELECT id FROM image)
UNION ALL
SELECT 'image ' || awaited.image || ', awaited and unused' FROM awaited
JOIN unused ON unused.image = awaited.image AND unused.until_scan IS NULL
WHERE awaited.until_scan IS NULL
UNION ALL
SELECT 'image ' || awaited.image || ', awaited and an orphan' FROM awaited
JOIN finding ON finding.holder = awaited.image AND finding.kind = 'orphan'
  AND finding.until_scan IS NULL
WHERE awaited.until_scan IS NULL
