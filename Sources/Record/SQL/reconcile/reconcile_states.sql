-- What headers and files say now, against what they said: an interval ends where they differ. {image_state},
-- {file_state} and {reference} stand for the columns that SeenColumns.swift lists.

-- Images that are gone say nothing any more.
UPDATE image_state SET until_scan = :scan
WHERE until_scan IS NULL AND image IN (SELECT image FROM temp.vanished);
UPDATE file_state SET until_scan = :scan
WHERE until_scan IS NULL AND image IN (SELECT image FROM temp.vanished);
UPDATE reference SET until_scan = :scan
WHERE until_scan IS NULL AND holder IN (SELECT image FROM temp.vanished);

-- Once an image, always an image: a raw disk that was used as a base stays in the list.
UPDATE temp.seen SET kind = 'image'
WHERE kind = 'other' AND NOT is_new AND EXISTS (
  SELECT 1 FROM image_state
  WHERE image_state.image = seen.image AND image_state.kind = 'image');

-- Other first bytes of a raw disk, or another mark that only children record, show in no answer.
INSERT INTO temp.changed_state (image, is_visible, is_format)
SELECT seen.image,
  old.kind <> seen.kind OR old.format <> seen.format OR old.content IS NOT seen.content
  OR old.virtual_size IS NOT seen.virtual_size OR old.cluster_size IS NOT seen.cluster_size
  OR old.is_encrypted <> seen.is_encrypted OR old.is_dirty <> seen.is_dirty
  OR old.fault IS NOT seen.fault OR old.detail IS NOT seen.detail
  OR EXISTS (
    SELECT 1 FROM reference
    WHERE reference.holder = seen.image AND reference.until_scan IS NULL AND NOT EXISTS (
      SELECT 1 FROM temp.seen_reference AS found
      WHERE found.seen = seen.id AND found.ordinal = reference.ordinal
        AND found.role = reference.role AND found.stored = reference.stored
        AND found.recorded_format IS reference.recorded_format))
  OR (SELECT count(*) FROM temp.seen_reference AS found WHERE found.seen = seen.id)
    <> (SELECT count(*) FROM reference
        WHERE reference.holder = seen.image AND reference.until_scan IS NULL),
  old.format <> seen.format OR old.kind <> seen.kind
  OR old.own_mark IS NOT seen.own_mark OR old.own_uuid IS NOT seen.own_uuid
FROM temp.seen CROSS JOIN image_state AS old ON old.image = seen.image AND old.until_scan IS NULL
WHERE seen.is_first AND seen.is_readable AND NOT seen.is_new
  AND ({old.image_state}) IS NOT ({seen.image_state});

UPDATE image_state SET until_scan = :scan
WHERE until_scan IS NULL AND image IN (SELECT image FROM temp.changed_state);

INSERT INTO image_state (image, from_scan, {image_state})
SELECT image, :scan, {image_state}
FROM temp.seen
WHERE is_first AND is_readable AND (is_new OR NOT EXISTS (
  SELECT 1 FROM image_state
  WHERE image_state.image = seen.image AND image_state.until_scan IS NULL));

-- A new ctime alone (a rename, another link, another owner) is told as no change.
INSERT INTO temp.changed_file (image, was_readable, is_visible)
SELECT seen.image, old.is_readable,
  old.file_size <> seen.file_size OR old.actual_size <> seen.actual_size
  OR old.modified <> seen.modified OR old.is_in_use <> seen.is_in_use
FROM temp.seen CROSS JOIN file_state AS old ON old.image = seen.image AND old.until_scan IS NULL
WHERE seen.is_first AND NOT seen.is_new AND ({old.file_state}) IS NOT ({seen.file_state});

UPDATE file_state SET until_scan = :scan
WHERE until_scan IS NULL AND image IN (SELECT image FROM temp.changed_file);

INSERT INTO file_state (image, from_scan, {file_state})
SELECT image, :scan, {file_state}
FROM temp.seen
WHERE is_first AND (is_new OR NOT EXISTS (
  SELECT 1 FROM file_state
  WHERE file_state.image = seen.image AND file_state.until_scan IS NULL));

-- References, byte for byte.
UPDATE reference SET until_scan = :scan
WHERE until_scan IS NULL
  AND holder IN (
    SELECT image FROM temp.seen WHERE is_first AND is_readable AND NOT is_new)
  AND NOT EXISTS (
    SELECT 1 FROM temp.seen CROSS JOIN temp.seen_reference AS found ON found.seen = seen.id
    WHERE seen.image = reference.holder AND seen.is_first
      AND found.ordinal = reference.ordinal AND found.role = reference.role
      AND found.stored = reference.stored
      AND found.recorded_format IS reference.recorded_format);

INSERT INTO reference (holder, ordinal, from_scan, {reference})
SELECT seen.image, found.ordinal, :scan, {found.reference}
FROM temp.seen CROSS JOIN temp.seen_reference AS found ON found.seen = seen.id
WHERE seen.is_first AND (seen.is_new OR NOT EXISTS (
  SELECT 1 FROM reference
  WHERE reference.holder = seen.image AND reference.ordinal = found.ordinal
    AND reference.until_scan IS NULL));
