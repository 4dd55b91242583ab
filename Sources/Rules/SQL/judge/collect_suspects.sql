-- What the rules about an image's own header look at: of the images that are judged, those whose header
-- shows anything but that all is well. One look at each, for all of these rules.
DROP TABLE IF EXISTS temp.suspect;
CREATE TEMP TABLE suspect AS
SELECT image_state.image, image_state.is_dirty, image_state.is_corrupt, image_state.fault,
  image_state.unknown_feature, file_state.is_in_use
FROM temp.touched
CROSS JOIN image_state ON image_state.image = touched.holder AND image_state.until_scan IS NULL
CROSS JOIN file_state ON file_state.image = touched.holder AND file_state.until_scan IS NULL
WHERE image_state.is_dirty OR image_state.is_corrupt OR image_state.fault IS NOT NULL
  OR image_state.unknown_feature IS NOT NULL;
