-- A file that nothing recognised is a raw disk once something uses it as one.
INSERT INTO temp.changed_state (image, is_visible, is_format)
SELECT DISTINCT judged.image, 1, 1
FROM temp.judged_link AS judged CROSS JOIN image_state ON image_state.image = judged.image
WHERE image_state.until_scan IS NULL AND image_state.kind = 'other'
  -- A kernel or a firmware's variables are no disk.
  AND (judged.holder > 0 OR EXISTS (
    SELECT 1 FROM reference
    WHERE reference.holder = judged.holder AND reference.ordinal = judged.ordinal
      AND reference.until_scan IS NULL
      AND reference.role IN ('disk', 'backing', 'data-file', 'snapshot')))
ON CONFLICT (image) DO UPDATE SET is_format = 1;

CREATE TEMP TABLE promoted AS
SELECT image_state.* FROM temp.changed_state CROSS JOIN image_state USING (image)
WHERE image_state.until_scan IS NULL AND image_state.kind = 'other'
  -- One list: no index leads from an image to the links of a later scan.
  AND changed_state.image IN (SELECT image FROM temp.judged_link);
UPDATE image_state SET until_scan = :scan
WHERE until_scan IS NULL AND from_scan < :scan AND image IN (SELECT image FROM temp.promoted);
UPDATE image_state SET kind = 'image'
WHERE until_scan IS NULL AND from_scan = :scan AND image IN (SELECT image FROM temp.promoted);
UPDATE temp.promoted SET kind = 'image';
INSERT INTO image_state (image, from_scan, {image_state})
SELECT image, :scan, {image_state}
FROM temp.promoted WHERE from_scan < :scan;
DROP TABLE temp.promoted;
