-- Where the images stand. What is not seen whole is not here, and so stays as it was.

INSERT INTO temp.closed_place (directory, name, image)
SELECT place.directory, place.name, place.image
FROM temp.gone CROSS JOIN place USING (directory, name)
WHERE place.until_scan IS NULL
UNION
SELECT place.directory, place.name, place.image
FROM temp.seen CROSS JOIN place USING (directory, name)
WHERE place.until_scan IS NULL AND place.image <> seen.image
UNION
SELECT place.directory, place.name, place.image
FROM temp.gone_directory CROSS JOIN place USING (directory)
WHERE place.until_scan IS NULL
-- A file of one name stands where it was seen: wherever else it is known, also where the scan did not look, it is
-- no more.
UNION
SELECT place.directory, place.name, place.image
FROM temp.seen CROSS JOIN place ON place.image = seen.image
WHERE place.until_scan IS NULL AND NOT seen.is_elsewhere
  AND (place.directory <> seen.directory OR place.name <> seen.name);

UPDATE place SET until_scan = :scan
FROM temp.closed_place AS closed
WHERE place.directory = closed.directory AND place.name = closed.name
  AND place.until_scan IS NULL;

INSERT INTO temp.opened_place (directory, name, image, is_new)
SELECT directory, name, image, is_new FROM temp.seen
WHERE known_image IS NULL OR known_image <> image;

INSERT INTO place (directory, name, from_scan, image, signature)
SELECT directory, name, :scan, image, signature FROM temp.seen
WHERE known_image IS NULL OR known_image <> image;

UPDATE place SET signature = seen.signature
FROM temp.seen
WHERE seen.known_image = seen.image AND place.directory = seen.directory
  AND place.name = seen.name AND place.until_scan IS NULL
  AND place.signature <> seen.signature;

-- Images that stand nowhere any more.
INSERT OR IGNORE INTO temp.vanished (image)
SELECT image FROM temp.closed_place AS closed
WHERE NOT EXISTS (
  SELECT 1 FROM place WHERE place.image = closed.image AND place.until_scan IS NULL);

-- Symbolic links.
INSERT OR IGNORE INTO temp.changed_alias (directory, name)
SELECT alias.directory, alias.name FROM temp.gone_alias CROSS JOIN alias USING (directory, name)
WHERE alias.until_scan IS NULL
UNION
SELECT alias.directory, alias.name FROM temp.gone_directory CROSS JOIN alias USING (directory)
WHERE alias.until_scan IS NULL
UNION
SELECT seen.directory, seen.name
FROM temp.seen_alias AS seen
LEFT JOIN alias ON alias.directory = seen.directory AND alias.name = seen.name
  AND alias.until_scan IS NULL
WHERE alias.name IS NULL OR alias.link_text <> seen.link_text
  OR alias.target_directory IS NOT seen.target_directory
  OR alias.target_name IS NOT seen.target_name;

-- Whoever was reached through such a link is to be judged again.
INSERT OR IGNORE INTO temp.touched_target (image)
SELECT place.image
FROM temp.changed_alias CROSS JOIN alias USING (directory, name)
CROSS JOIN directory_state ON directory_state.canonical = alias.target_directory
CROSS JOIN place ON place.directory = directory_state.directory AND place.name = alias.target_name
WHERE alias.until_scan IS NULL;

UPDATE alias SET until_scan = :scan
FROM temp.changed_alias AS changed
WHERE alias.directory = changed.directory AND alias.name = changed.name
  AND alias.until_scan IS NULL;

INSERT INTO alias (directory, name, from_scan, link_text, target_directory, target_name)
SELECT seen.directory, seen.name, :scan, seen.link_text, seen.target_directory, seen.target_name
FROM temp.seen_alias AS seen CROSS JOIN temp.changed_alias USING (directory, name);
