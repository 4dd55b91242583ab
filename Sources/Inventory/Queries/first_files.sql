-- Files of a database's first scan, as far as they are staged: new images all of them.

INSERT INTO image (id, first_scan, filesystem, inode, birth_time, sample)
SELECT image, :scan, filesystem, inode, birth_time, sample FROM temp.seen WHERE is_first;

INSERT INTO place (directory, name, from_scan, image, signature)
SELECT directory, name, :scan, image, signature FROM temp.seen ORDER BY directory, name;

INSERT INTO image_state (
  image, from_scan, kind, format, content, virtual_size, cluster_size, is_encrypted, is_dirty,
  is_corrupt, unknown_feature, fault, detail, header_digest, own_uuid, own_mark, parent_mark)
SELECT image, :scan, kind, format, content, virtual_size, cluster_size, is_encrypted, is_dirty,
  is_corrupt, unknown_feature, fault, detail, header_digest, own_uuid, own_mark, parent_mark
FROM temp.seen WHERE is_first AND is_readable;

INSERT INTO file_state (
  image, from_scan, file_size, actual_size, modified, changed, is_in_use, is_readable)
SELECT image, :scan, file_size, actual_size, modified, changed, is_in_use, is_readable
FROM temp.seen WHERE is_first;

INSERT INTO reference (
  holder, ordinal, from_scan, role, stored, recorded_format, format_in_reference)
SELECT seen.image, found.ordinal, :scan, found.role, found.stored, found.recorded_format,
  found.format_in_reference
FROM temp.seen CROSS JOIN temp.seen_reference AS found ON found.seen = seen.id
WHERE seen.is_first;

INSERT INTO temp.relink (holder, ordinal, is_backing, directory, name, state)
SELECT seen.image, found.ordinal, found.role IN ('backing', 'parent'), found.directory,
  found.name, found.state
FROM temp.seen CROSS JOIN temp.seen_reference AS found ON found.seen = seen.id
WHERE seen.is_first;

INSERT OR IGNORE INTO temp.several_names (image) SELECT image FROM temp.seen WHERE NOT is_first;

-- Judged are images whose header says something unusual, and those that record nothing, or much, of
-- what they refer to; no finding is about a name of less than 895 bytes.
INSERT OR IGNORE INTO temp.touched (holder)
SELECT image FROM temp.seen
WHERE is_first AND (is_dirty OR is_corrupt OR fault IS NOT NULL OR unknown_feature IS NOT NULL
  OR parent_mark IS NOT NULL);
INSERT OR IGNORE INTO temp.touched (holder)
SELECT seen.image FROM temp.seen_reference AS found CROSS JOIN temp.seen ON seen.id = found.seen
WHERE seen.is_first AND (found.recorded_format IS NULL OR length(found.stored) >= 895);

DELETE FROM temp.seen_reference;
DELETE FROM temp.seen;
