-- Directories in which images have names that have several: QEMU and libvirt look for a relative base beside the name
-- that they are given, and the link has only the first of them.

-- By symbolic links in pools, of which there are few.
DROP TABLE IF EXISTS temp.home;
CREATE TEMP TABLE home (
  image INTEGER, directory INTEGER, PRIMARY KEY (image, directory)) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.home
SELECT place.image, alias.directory
FROM alias
CROSS JOIN directory_state AS walked ON walked.canonical = alias.target_directory
  AND walked.until_scan IS NULL AND walked.pool IS NOT NULL
CROSS JOIN place ON place.directory = walked.directory AND place.name = alias.target_name
  AND place.until_scan IS NULL
WHERE alias.until_scan IS NULL AND alias.directory <> place.directory;
-- By hard links: the index has all of it.
INSERT OR IGNORE INTO temp.home
SELECT place.image, place.directory
FROM (
  SELECT image FROM place WHERE until_scan IS NULL GROUP BY image HAVING count(*) > 1) AS several
CROSS JOIN place ON place.image = several.image AND place.until_scan IS NULL;

-- Where a name came or went: that of the base, or one of the image itself.
DROP TABLE IF EXISTS temp.changed_name;
CREATE TEMP TABLE changed_name (name BLOB PRIMARY KEY) WITHOUT ROWID;
INSERT OR IGNORE INTO temp.changed_name
SELECT name FROM temp.opened_place UNION SELECT name FROM temp.closed_place
UNION SELECT name FROM temp.changed_alias;
DROP TABLE IF EXISTS temp.renamed;
CREATE TEMP TABLE renamed (image INTEGER PRIMARY KEY);
INSERT OR IGNORE INTO temp.renamed
SELECT image FROM temp.opened_place UNION SELECT image FROM temp.closed_place
UNION SELECT home.image FROM temp.home
WHERE home.directory IN (SELECT directory FROM temp.changed_alias);

-- Whose wants are stated again for it; and of those that had such a want, which may have no other name any more.
INSERT OR IGNORE INTO temp.want_touched
SELECT link.holder, link.ordinal
FROM (SELECT DISTINCT image FROM temp.home) AS several
CROSS JOIN link ON link.holder = several.image
WHERE link.until_scan IS NULL AND link.name IS NOT NULL
  AND (:all OR link.name IN (SELECT name FROM temp.changed_name)
    OR link.holder IN (SELECT image FROM temp.renamed));
INSERT OR IGNORE INTO temp.want_touched
SELECT holder, ordinal FROM want
WHERE kind = 'image' AND until_scan IS NULL AND why = 'led-to' AND holder > 0;

-- What stands where they lead from there; filled by Swift, which knows how references are written.
DROP TABLE IF EXISTS temp.beside;
CREATE TEMP TABLE beside (
  image INTEGER, holder INTEGER, ordinal INTEGER, PRIMARY KEY (image, holder, ordinal)) WITHOUT ROWID;
