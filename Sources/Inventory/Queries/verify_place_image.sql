-- Places whose image there is not, or stood while nothing was known of the image.

SELECT 'place of image ' || place.image || ' from scan ' || place.from_scan
FROM place
WHERE NOT EXISTS (
    SELECT 1 FROM image_state
    WHERE image_state.image = place.image AND image_state.from_scan <= place.from_scan
      AND (image_state.until_scan IS NULL OR image_state.until_scan > place.from_scan))
  OR NOT EXISTS (
    SELECT 1 FROM file_state
    WHERE file_state.image = place.image AND file_state.from_scan <= place.from_scan
      AND (file_state.until_scan IS NULL OR file_state.until_scan > place.from_scan))
  OR (place.until_scan IS NULL AND NOT EXISTS (
    SELECT 1 FROM image_state
    WHERE image_state.image = place.image AND image_state.until_scan IS NULL))
  OR (place.until_scan IS NULL AND NOT EXISTS (
    SELECT 1 FROM file_state
    WHERE file_state.image = place.image AND file_state.until_scan IS NULL))
  OR NOT EXISTS (SELECT 1 FROM image WHERE image.id = place.image)
