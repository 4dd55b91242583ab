-- Intervals that begin or end with a scan that there never was.

WITH span (subject, from_scan, until_scan) AS (
  SELECT 'place of image ' || image || ' from scan ' || from_scan, from_scan, until_scan
  FROM place
  UNION ALL
  SELECT 'alias ' || CAST(name AS TEXT) || ' of directory ' || directory || ' from scan ' || from_scan, from_scan, until_scan
  FROM alias
  UNION ALL
  SELECT 'directory_state of directory ' || directory || ' from scan ' || from_scan, from_scan, until_scan
  FROM directory_state
  UNION ALL
  SELECT 'image_state of image ' || image || ' from scan ' || from_scan, from_scan, until_scan
  FROM image_state
  UNION ALL
  SELECT 'file_state of image ' || image || ' from scan ' || from_scan, from_scan, until_scan
  FROM file_state
  UNION ALL
  SELECT 'domain_state of domain ' || domain || ' from scan ' || from_scan, from_scan, until_scan
  FROM domain_state
  UNION ALL
  SELECT 'reference ' || ordinal || ' of holder ' || holder || ' from scan ' || from_scan, from_scan, until_scan
  FROM reference
  UNION ALL
  SELECT 'link ' || ordinal || ' of holder ' || holder || ' from scan ' || from_scan, from_scan, until_scan
  FROM link
  UNION ALL
  SELECT 'unused of image ' || image || ' from scan ' || from_scan, from_scan, until_scan
  FROM unused
  UNION ALL
  SELECT 'foundation ' || ordinal || ' of holder ' || holder || ' from scan ' || from_scan, from_scan, until_scan
  FROM foundation
  UNION ALL
  SELECT 'victim ' || ordinal || ' of holder ' || holder || ' from scan ' || from_scan, from_scan, until_scan
  FROM victim
  UNION ALL
  SELECT 'want of ' || kind || ' by ' || holder || ' from scan ' || from_scan, from_scan, until_scan
  FROM want
  UNION ALL
  SELECT 'awaited image ' || image || ' from scan ' || from_scan, from_scan, until_scan
  FROM awaited
  UNION ALL
  SELECT 'kept image ' || image || ' from scan ' || from_scan, from_scan, until_scan
  FROM keep
  UNION ALL
  SELECT 'acknowledged finding ' || finding || ' from scan ' || from_scan, from_scan, until_scan
  FROM acknowledgement
  UNION ALL
  SELECT 'settled finding ' || finding || ' from scan ' || from_scan, from_scan, until_scan
  FROM settlement
  UNION ALL
  SELECT 'own blocks of image ' || image || ' from scan ' || from_scan, from_scan, until_scan
  FROM own_blocks
  UNION ALL
  SELECT 'room of file system ' || filesystem || ' from scan ' || from_scan, from_scan, until_scan
  FROM filesystem_state
  UNION ALL
  SELECT 'finding ' || id, from_scan, until_scan
  FROM finding
  UNION ALL
  SELECT 'problem ' || id, from_scan, until_scan
  FROM problem
)
SELECT subject || coalesce(' until scan ' || until_scan, '') FROM span
WHERE from_scan NOT IN (SELECT id FROM scan)
  OR (until_scan IS NOT NULL AND until_scan NOT IN (SELECT id FROM scan))
