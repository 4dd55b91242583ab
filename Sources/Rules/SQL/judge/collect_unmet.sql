-- Snapshots and dirty bitmaps that a machine's metadata says are inside a disk, and that no image in its chain has.
-- While a process holds the image, what is inside it is not all in its file.
DROP TABLE IF EXISTS temp.unmet;
CREATE TEMP TABLE unmet AS
WITH RECURSIVE expecting AS MATERIALIZED (
  SELECT disk.domain, disk.ordinal, disk.image, json_extract(expected.value, '$.kind') AS kind,
    json_extract(expected.value, '$.name') AS name
  FROM temp.domain_link AS disk
  CROSS JOIN reference ON reference.holder = disk.domain AND reference.ordinal = disk.ordinal
    AND reference.until_scan IS NULL
  CROSS JOIN json_each(reference.detail, '$.expects') AS expected
  CROSS JOIN file_state ON file_state.image = disk.image AND file_state.until_scan IS NULL
  WHERE disk.is_defined AND NOT disk.is_running AND disk.state = 'ok' AND disk.role = 'disk'
    AND disk.level = 0 AND disk.part = 'source' AND NOT file_state.is_in_use),
downward (domain, ordinal, image) AS (
  SELECT domain, ordinal, image FROM expecting
  UNION
  SELECT downward.domain, downward.ordinal, link.target_image
  FROM downward CROSS JOIN link ON link.holder = downward.image AND link.until_scan IS NULL
  WHERE link.is_backing AND link.target_image IS NOT NULL)
SELECT DISTINCT expecting.kind, expecting.domain, expecting.ordinal
FROM expecting
WHERE NOT EXISTS (
    SELECT 1 FROM downward
    CROSS JOIN image_state ON image_state.image = downward.image AND image_state.until_scan IS NULL
    CROSS JOIN image_detail ON image_detail.id = image_state.detail
    CROSS JOIN json_each(image_detail.json, CASE expecting.kind
      WHEN 'bitmap' THEN '$."format-specific".data.bitmaps' ELSE '$.snapshots' END) AS held
    WHERE downward.domain = expecting.domain AND downward.ordinal = expecting.ordinal
      AND json_extract(held.value, '$.name') = expecting.name)
  -- What nobody could look into may have it.
  AND NOT EXISTS (
    SELECT 1 FROM downward
    CROSS JOIN image_state ON image_state.image = downward.image AND image_state.until_scan IS NULL
    LEFT JOIN link ON link.holder = downward.image AND link.until_scan IS NULL AND link.is_backing
    WHERE downward.domain = expecting.domain AND downward.ordinal = expecting.ordinal
      AND (image_state.fault IS NOT NULL OR link.state <> 'ok'));
