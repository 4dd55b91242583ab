-- A raw disk that grew a header, and an image that lost its own: whatever name it has, and however long it was
-- away, until its header is as it was.

-- A file that was empty had no disk in it, and one that is shorter was created again: the header that it shows is right.
-- An image that was cut, or emptied, has lost its own all the same.
UPDATE image SET accepted_format = NULL, accepted_scan = NULL, revised_scan = :scan
WHERE accepted_format = 'raw' AND id IN (
  SELECT seen.image FROM temp.seen
  CROSS JOIN file_state AS before ON before.image = seen.image AND before.from_scan = (
    SELECT max(from_scan) FROM file_state WHERE file_state.image = seen.image AND from_scan < :scan)
  WHERE seen.is_first AND seen.is_readable
    AND (before.file_size = 0 OR seen.file_size < before.file_size));

UPDATE image SET accepted_format = turned.old_format, accepted_scan = :scan, revised_scan = :scan
FROM (
  SELECT new.image, old.format AS old_format
  FROM temp.seen
  CROSS JOIN image_state AS new ON new.image = seen.image AND new.from_scan = :scan
  CROSS JOIN image_state AS old ON old.image = seen.image AND old.from_scan = (
    SELECT max(from_scan) FROM image_state WHERE image_state.image = seen.image AND from_scan < :scan)
  -- The file may have the size that it had.
  LEFT JOIN file_state AS before ON before.image = seen.image AND before.from_scan = (
    SELECT max(from_scan) FROM file_state WHERE file_state.image = seen.image AND from_scan < :scan)
  WHERE seen.is_first AND seen.is_readable AND old.kind = 'image'
    AND (old.format = 'raw') <> (new.format = 'raw')
    AND (new.format = 'raw'
      OR coalesce(before.file_size, seen.file_size) BETWEEN 1 AND seen.file_size)) AS turned
WHERE image.id = turned.image AND image.accepted_format IS NULL;
