-- The links as they are now, against the links as they were.

INSERT INTO temp.changed_link (holder, ordinal)
SELECT relink.holder, relink.ordinal
FROM temp.relink
LEFT JOIN link ON link.holder = relink.holder AND link.ordinal = relink.ordinal
  AND link.until_scan IS NULL
WHERE link.holder IS NULL OR link.state <> relink.state
  OR link.target_image IS NOT relink.image OR link.directory IS NOT relink.directory
  OR link.name IS NOT relink.name OR link.is_backing <> relink.is_backing;

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
FROM temp.changed_link JOIN link USING (holder, ordinal)
WHERE link.until_scan IS NULL AND link.target_image IS NOT NULL;

UPDATE link SET until_scan = :scan
FROM temp.changed_link AS changed
WHERE link.holder = changed.holder AND link.ordinal = changed.ordinal
  AND link.until_scan IS NULL;

INSERT INTO link (holder, ordinal, from_scan, directory, name, target_image, is_backing, state)
SELECT relink.holder, relink.ordinal, :scan, relink.directory, relink.name, relink.image,
  relink.is_backing, relink.state
FROM temp.relink JOIN temp.changed_link USING (holder, ordinal);

-- A file that nothing recognised is a raw disk once something uses it as one.
INSERT INTO temp.changed_state (image, is_visible, is_format)
SELECT DISTINCT relink.image, 1, 1
FROM temp.relink JOIN image_state ON image_state.image = relink.image
WHERE image_state.until_scan IS NULL AND image_state.kind = 'other'
  -- A kernel or a firmware's variables are no disk.
  AND (relink.holder > 0 OR EXISTS (
    SELECT 1 FROM reference
    WHERE reference.holder = relink.holder AND reference.ordinal = relink.ordinal
      AND reference.until_scan IS NULL
      AND reference.role IN ('disk', 'backing', 'data-file', 'snapshot')))
ON CONFLICT (image) DO UPDATE SET is_format = 1;

CREATE TEMP TABLE promoted AS
SELECT image_state.* FROM temp.changed_state JOIN image_state USING (image)
WHERE image_state.until_scan IS NULL AND image_state.kind = 'other'
  AND EXISTS (SELECT 1 FROM temp.relink WHERE relink.image = changed_state.image);
UPDATE image_state SET until_scan = :scan
WHERE until_scan IS NULL AND from_scan < :scan AND image IN (SELECT image FROM temp.promoted);
UPDATE image_state SET kind = 'image'
WHERE until_scan IS NULL AND from_scan = :scan AND image IN (SELECT image FROM temp.promoted);
INSERT INTO image_state (
  image, from_scan, kind, format, content, virtual_size, cluster_size, is_encrypted, is_dirty,
  is_corrupt, unknown_feature, fault, detail, header_digest, own_uuid, own_mark, parent_mark)
SELECT image, :scan, 'image', format, content, virtual_size, cluster_size, is_encrypted, is_dirty,
  is_corrupt, unknown_feature, fault, detail, header_digest, own_uuid, own_mark, parent_mark
FROM temp.promoted WHERE from_scan < :scan;
DROP TABLE temp.promoted;
