-- Which links have to be judged again: those that are new, and those under which something moved.

INSERT OR IGNORE INTO temp.relink (holder, ordinal, is_backing, directory, name, state)
SELECT seen.image, found.ordinal, found.role IN ('backing', 'parent'), found.directory,
  found.name, found.state
FROM temp.seen CROSS JOIN temp.seen_reference AS found ON found.seen = seen.id
WHERE seen.is_first;

-- The target stands elsewhere, stands nowhere, or may be read no more, or again.
INSERT OR IGNORE INTO temp.relink (holder, ordinal, is_backing, directory, name)
SELECT link.holder, link.ordinal, link.is_backing, link.directory, link.name
FROM (
  SELECT image FROM temp.closed_place
  UNION SELECT image FROM temp.opened_place WHERE NOT is_new
  UNION SELECT image FROM temp.touched_target
  UNION SELECT changed_file.image FROM temp.changed_file CROSS JOIN file_state USING (image)
    WHERE file_state.until_scan IS NULL AND file_state.is_readable <> changed_file.was_readable
) AS target
CROSS JOIN link ON link.target_image = target.image
WHERE link.until_scan IS NULL AND link.directory IS NOT NULL;

-- What was not found last time may be there now, and what was found outside may be gone.
INSERT OR IGNORE INTO temp.relink (holder, ordinal, is_backing, directory, name)
SELECT holder, ordinal, is_backing, directory, name
FROM link
WHERE until_scan IS NULL AND state <> 'ok'
  AND state IN ('missing', 'unreadable', 'outside-pools', 'unknown')
  AND directory IS NOT NULL
  -- Only who looked at one of the two can say: the image, or where it leads.
  AND (holder < 0 OR holder IN (SELECT image FROM temp.lone_image)
    OR NOT EXISTS (SELECT 1 FROM temp.unasked_pool UNION ALL SELECT 1 FROM temp.lone_image)
    OR EXISTS (
      SELECT 1 FROM place CROSS JOIN directory_state AS own ON own.directory = place.directory
        AND own.until_scan IS NULL
      WHERE place.image = link.holder AND place.until_scan IS NULL
        AND own.pool IN (SELECT pool FROM temp.walked_pool))
    OR EXISTS (
      SELECT 1 FROM directory_state AS named
      CROSS JOIN directory_state AS landing ON landing.canonical = named.canonical
        AND landing.until_scan IS NULL
      WHERE named.directory = link.directory AND named.until_scan IS NULL
        AND landing.pool IN (SELECT pool FROM temp.walked_pool)));

-- What leads to an image by a directory in which no scan looks, as by a symbolic link there, or another name of the
-- file: only the host knows whether it still does. Machines' links are looked through where there is any such
-- directory; those of images, which are many, where one has changed.
DROP TABLE IF EXISTS temp.outer_directory;
CREATE TEMP TABLE outer_directory (directory INTEGER PRIMARY KEY);
INSERT INTO temp.outer_directory
SELECT named.directory FROM directory_state AS named
WHERE named.until_scan IS NULL AND named.pool IS NULL AND named.canonical IS NOT NULL
  AND NOT EXISTS (
    SELECT 1 FROM directory_state AS walked
    WHERE walked.canonical = named.canonical AND walked.until_scan IS NULL
      AND walked.pool IS NOT NULL);
INSERT OR IGNORE INTO temp.relink (holder, ordinal, is_backing, directory, name)
SELECT link.holder, link.ordinal, link.is_backing, link.directory, link.name
FROM (SELECT 1 FROM temp.outer_directory LIMIT 1)
CROSS JOIN link CROSS JOIN temp.outer_directory ON outer_directory.directory = link.directory
WHERE link.holder < 0 AND link.until_scan IS NULL AND link.state = 'ok';
INSERT OR IGNORE INTO temp.relink (holder, ordinal, is_backing, directory, name)
SELECT link.holder, link.ordinal, link.is_backing, link.directory, link.name
FROM (
  SELECT 1 FROM temp.stirred_directory CROSS JOIN temp.outer_directory USING (directory) LIMIT 1)
CROSS JOIN link
CROSS JOIN temp.outer_directory ON outer_directory.directory = link.directory
CROSS JOIN temp.stirred_directory ON stirred_directory.directory = link.directory
WHERE link.holder > 0 AND link.until_scan IS NULL AND link.state = 'ok';

-- What leads from where the scan looked to where it did not: only the target says whether it is there.
INSERT OR IGNORE INTO temp.relink (holder, ordinal, is_backing, directory, name)
SELECT link.holder, link.ordinal, link.is_backing, link.directory, link.name
FROM temp.unasked_pool
CROSS JOIN directory_state AS unasked ON unasked.pool = unasked_pool.pool
  AND unasked.until_scan IS NULL
CROSS JOIN place ON place.directory = unasked.directory AND place.until_scan IS NULL
CROSS JOIN link ON link.target_image = place.image AND link.until_scan IS NULL
WHERE link.directory IS NOT NULL AND (link.holder < 0 OR EXISTS (
  SELECT 1 FROM place AS own JOIN directory_state AS asked ON asked.directory = own.directory
    AND asked.until_scan IS NULL
  WHERE own.image = link.holder AND own.until_scan IS NULL
    AND asked.pool IN (SELECT pool FROM temp.walked_pool)));

INSERT OR IGNORE INTO temp.relink (holder, ordinal, is_backing, directory, name)
SELECT link.holder, link.ordinal, link.is_backing, link.directory, link.name
FROM temp.lone_image CROSS JOIN link ON link.holder = lone_image.image
WHERE link.until_scan IS NULL AND link.directory IS NOT NULL;

-- Parents that are known by UUID alone may have come, gone or changed.
INSERT OR IGNORE INTO temp.relink (holder, ordinal, is_backing, state)
SELECT reference.holder, reference.ordinal, 1, 'unknown'
FROM (
  -- As link_not_ok has it: 'unknown' alone would not be looked for in it.
  SELECT link.holder, link.ordinal FROM link
  WHERE link.until_scan IS NULL AND link.state <> 'ok' AND link.state = 'unknown'
    AND link.directory IS NULL
  UNION
  SELECT link.holder, link.ordinal FROM link
  WHERE link.until_scan IS NULL AND link.state <> 'ok' AND link.state = 'missing'
    AND link.directory IS NULL
  UNION
  SELECT link.holder, link.ordinal
  FROM temp.changed_state CROSS JOIN link ON link.target_image = changed_state.image
  WHERE link.until_scan IS NULL AND link.directory IS NULL
  UNION
  SELECT link.holder, link.ordinal
  FROM temp.vanished CROSS JOIN link ON link.target_image = vanished.image
  WHERE link.until_scan IS NULL AND link.directory IS NULL
) AS link
CROSS JOIN reference ON reference.holder = link.holder AND reference.ordinal = link.ordinal
  AND reference.until_scan IS NULL AND reference.role = 'parent';

-- A directory leads elsewhere: asked only where one does, because all links are looked through.
INSERT OR IGNORE INTO temp.relink (holder, ordinal, is_backing, directory, name)
SELECT link.holder, link.ordinal, link.is_backing, link.directory, link.name
FROM (
  SELECT 1 FROM temp.changed_directory AS moved
  CROSS JOIN directory_state AS before
    ON before.directory = moved.directory AND before.until_scan = :scan LIMIT 1)
CROSS JOIN link CROSS JOIN temp.changed_directory ON changed_directory.directory = link.directory
WHERE link.until_scan IS NULL
  AND EXISTS (
    SELECT 1 FROM directory_state
    WHERE directory_state.directory = link.directory AND directory_state.until_scan = :scan);

DELETE FROM temp.relink WHERE NOT EXISTS (
  SELECT 1 FROM reference
  WHERE reference.holder = relink.holder AND reference.ordinal = relink.ordinal
    AND reference.until_scan IS NULL);
