-- The links as they are now, against the links as they were.

INSERT INTO temp.changed_link (holder, ordinal)
SELECT relink.holder, relink.ordinal
FROM temp.relink
LEFT JOIN link ON link.holder = relink.holder AND link.ordinal = relink.ordinal
  AND link.until_scan IS NULL
WHERE link.holder IS NULL OR link.state <> relink.state
  OR link.target_image IS NOT relink.image OR link.directory IS NOT relink.directory
  OR link.name IS NOT relink.name OR link.is_backing <> relink.is_backing
  OR link.target_filesystem IS NOT relink.target_filesystem
  OR link.target_inode IS NOT relink.target_inode;

-- Links whose references are gone end with them.
INSERT OR IGNORE INTO temp.changed_link (holder, ordinal)
SELECT link.holder, link.ordinal
FROM link
WHERE link.until_scan IS NULL
  AND link.holder IN (
    SELECT image FROM temp.vanished
    UNION SELECT domain FROM temp.changed_domain
    UNION SELECT image FROM temp.seen WHERE is_first AND NOT is_new)
  AND NOT EXISTS (
    SELECT 1 FROM reference
    WHERE reference.holder = link.holder AND reference.ordinal = link.ordinal
      AND reference.until_scan IS NULL);

-- Whose user went elsewhere.
INSERT OR IGNORE INTO temp.lost_target (image, holder)
SELECT link.target_image, link.holder
FROM temp.changed_link CROSS JOIN link USING (holder, ordinal)
WHERE link.until_scan IS NULL AND link.target_image IS NOT NULL;

-- What an overlay was made on is remembered when it leads elsewhere, or nowhere.
INSERT OR IGNORE INTO temp.unkept (holder, ordinal, image, content)
SELECT link.holder, link.ordinal, link.target_image, image.content
FROM temp.changed_link CROSS JOIN link USING (holder, ordinal)
CROSS JOIN image ON image.id = link.target_image
LEFT JOIN temp.relink ON relink.holder = link.holder AND relink.ordinal = link.ordinal
WHERE link.until_scan IS NULL AND link.is_backing AND relink.image IS NOT link.target_image;

UPDATE link SET until_scan = :scan
WHERE (holder, ordinal) IN (SELECT holder, ordinal FROM temp.changed_link) AND until_scan IS NULL;

INSERT INTO link (
  holder, ordinal, from_scan, directory, name, target_image, is_backing, state, target_filesystem,
  target_inode)
SELECT relink.holder, relink.ordinal, :scan, relink.directory, relink.name, relink.image,
  relink.is_backing, relink.state, relink.target_filesystem, relink.target_inode
FROM temp.changed_link CROSS JOIN temp.relink USING (holder, ordinal);
