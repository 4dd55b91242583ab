-- Findings that an image's own header shows.
WITH suspect AS MATERIALIZED (
  SELECT image_state.*, file_state.is_in_use
  FROM temp.touched
  CROSS JOIN image_state ON image_state.image = touched.holder AND image_state.until_scan IS NULL
  CROSS JOIN file_state ON file_state.image = touched.holder AND file_state.until_scan IS NULL
  WHERE image_state.is_dirty OR image_state.is_corrupt OR image_state.fault IS NOT NULL
    OR image_state.unknown_feature IS NOT NULL)
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'image-dirty', image, NULL, NULL FROM suspect
WHERE is_dirty AND NOT is_in_use AND NOT EXISTS (
  SELECT 1 FROM temp.domain_link
  WHERE domain_link.image = suspect.image AND domain_link.is_running AND domain_link.is_current)
UNION ALL
SELECT 'image-corrupt', image, NULL, NULL FROM suspect WHERE is_corrupt
UNION ALL
SELECT 'header-malformed', image, NULL, NULL FROM suspect WHERE fault IS NOT NULL
UNION ALL
SELECT 'unknown-feature', image, NULL, NULL FROM suspect WHERE unknown_feature IS NOT NULL;
