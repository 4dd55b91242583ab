-- Directories that were walked until this scan, and are symbolic links now; with the images that went with them.
SELECT gone.path, alias.link_text, (
  SELECT count(DISTINCT place.image)
  FROM directory AS below CROSS JOIN place ON place.directory = below.id
  WHERE place.until_scan = :scan AND below.host = gone.host
    AND (below.path = gone.path OR (below.path > CAST(gone.path || '/' AS BLOB)
      AND below.path < CAST(gone.path || '0' AS BLOB)))) AS images
FROM alias
JOIN directory AS parent ON parent.id = alias.directory
JOIN directory AS gone ON gone.host = parent.host
  AND gone.path = CAST(rtrim(parent.path, '/') || '/' || alias.name AS BLOB)
WHERE alias.from_scan = :scan AND alias.target_name IS NULL AND EXISTS (
  SELECT 1 FROM directory_state AS was
  WHERE was.directory = gone.id AND was.until_scan = :scan AND was.pool IS NOT NULL)
ORDER BY gone.path;
