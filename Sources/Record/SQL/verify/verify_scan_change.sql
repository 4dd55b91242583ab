-- Changes that belong to no scan that is kept, or to no image.

SELECT 'change of image ' || scan_change.image || ' in scan ' || scan_change.scan
FROM scan_change
LEFT JOIN scan ON scan.id = scan_change.scan
WHERE scan.id IS NULL OR scan.is_forgotten
  OR NOT EXISTS (SELECT 1 FROM image WHERE image.id = scan_change.image)
