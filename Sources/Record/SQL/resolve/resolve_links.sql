-- What each link means: a name in a pool's directory is a file there, or a symbolic link to a file.

UPDATE temp.relink SET (image, state) = (
  SELECT place.image, CASE file_state.is_readable WHEN 0 THEN 'unreadable' ELSE 'ok' END
  FROM temp.landing CROSS JOIN place CROSS JOIN file_state
  WHERE landing.directory = relink.directory AND place.directory = landing.real
    AND place.name = relink.name AND place.until_scan IS NULL
    AND file_state.image = place.image AND file_state.until_scan IS NULL)
WHERE state IS NULL;

UPDATE temp.relink SET image = (
  SELECT place.image
  FROM temp.landing
  JOIN alias ON alias.directory = landing.real AND alias.until_scan IS NULL
  JOIN directory_state ON directory_state.canonical = alias.target_directory
    AND directory_state.until_scan IS NULL AND directory_state.pool IS NOT NULL
  JOIN place ON place.directory = directory_state.directory AND place.name = alias.target_name
    AND place.until_scan IS NULL
  WHERE landing.directory = relink.directory AND alias.name = relink.name
  LIMIT 1)
WHERE state IS NULL AND image IS NULL;

-- Where the scan did not look, what was known is no answer yet.
UPDATE temp.relink SET image = NULL, state = NULL
WHERE directory IS NOT NULL AND image IS NOT NULL
  AND EXISTS (SELECT 1 FROM temp.unasked_pool) AND NOT EXISTS (
    SELECT 1 FROM place JOIN directory_state ON directory_state.directory = place.directory
      AND directory_state.until_scan IS NULL
    WHERE place.image = relink.image AND place.until_scan IS NULL
      AND directory_state.pool NOT IN (SELECT pool FROM temp.unasked_pool));

UPDATE temp.relink SET image = NULL, state = NULL
WHERE directory IS NOT NULL AND image IS NOT NULL
  AND holder IN (SELECT image FROM temp.lone_image)
  AND image NOT IN (SELECT image FROM temp.lone_image)
  AND NOT EXISTS (
    SELECT 1 FROM place JOIN directory_state ON directory_state.directory = place.directory
      AND directory_state.until_scan IS NULL
    WHERE place.image = relink.image AND place.until_scan IS NULL
      AND directory_state.pool IN (SELECT pool FROM temp.walked_pool));

-- A parent that is known by UUID alone is whichever image has it. Of two that have it, it is the one that it
-- was: a copy changes nothing about the child. Where neither is, it is open.
UPDATE temp.relink SET (image, state) = (
  SELECT
    CASE count(*) WHEN 1 THEN min(image_state.image)
      ELSE max(CASE image_state.image WHEN before.target_image THEN image_state.image END) END,
    CASE WHEN count(*) = 1 OR max(image_state.image = before.target_image) THEN NULL
      ELSE 'unknown' END
  FROM reference JOIN image_state
    ON image_state.own_uuid = CAST(reference.stored AS TEXT) AND image_state.until_scan IS NULL
  LEFT JOIN link AS before ON before.holder = reference.holder
    AND before.ordinal = reference.ordinal AND before.from_scan = (
      SELECT max(past.from_scan) FROM link AS past
      WHERE past.holder = reference.holder AND past.ordinal = reference.ordinal
        AND past.target_image IS NOT NULL)
  WHERE reference.holder = relink.holder AND reference.ordinal = relink.ordinal
    AND reference.until_scan IS NULL AND image_state.own_uuid IS NOT NULL)
WHERE directory IS NULL AND state = 'unknown' AND is_backing;
UPDATE temp.relink SET image = NULL WHERE state = 'unknown' AND directory IS NULL;
-- One that led to an image which stands nowhere any more, or bears another UUID now, and of which there is no other,
-- is missing. One whose UUID cannot be read stands where it stood.
UPDATE temp.relink SET state = 'missing'
WHERE directory IS NULL AND state = 'unknown' AND is_backing
  AND EXISTS (
    SELECT 1 FROM reference
    JOIN reference AS then_said ON then_said.holder = reference.holder
      AND then_said.ordinal = reference.ordinal AND then_said.stored = reference.stored
    JOIN link ON link.holder = reference.holder AND link.ordinal = reference.ordinal
      AND link.target_image IS NOT NULL AND link.from_scan >= then_said.from_scan
      AND link.from_scan < coalesce(then_said.until_scan, link.from_scan + 1)
    WHERE reference.holder = relink.holder AND reference.ordinal = relink.ordinal
      AND reference.until_scan IS NULL AND reference.role = 'parent'
      AND NOT EXISTS (
        SELECT 1 FROM place
        JOIN image_state AS former ON former.image = place.image AND former.until_scan IS NULL
        WHERE place.image = link.target_image AND place.until_scan IS NULL
          AND former.own_uuid IS NULL)
      AND NOT EXISTS (
        SELECT 1 FROM image_state
        WHERE image_state.own_uuid = CAST(reference.stored AS TEXT)
          AND image_state.own_uuid IS NOT NULL AND image_state.until_scan IS NULL));

UPDATE temp.relink SET state = CASE
  WHEN (SELECT is_readable FROM file_state
        WHERE file_state.image = relink.image AND file_state.until_scan IS NULL) = 0
  THEN 'unreadable' ELSE 'ok' END
WHERE state IS NULL AND image IS NOT NULL;
