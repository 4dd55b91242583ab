-- What this scan changed, for comparisons; a first one has nothing to be compared with.
INSERT OR IGNORE INTO scan_change (scan, image)
SELECT :scan, image FROM (
  SELECT image FROM temp.opened_place
  UNION SELECT image FROM temp.closed_place
  UNION SELECT image FROM temp.changed_state
  UNION SELECT image FROM temp.changed_file
  -- An image is in use while a running domain has it, whatever its file says.
  UNION SELECT link.target_image FROM temp.changed_domain
  CROSS JOIN link ON link.holder = changed_domain.domain
  WHERE link.target_image IS NOT NULL AND (link.until_scan IS NULL OR link.until_scan = :scan))
WHERE EXISTS (SELECT 1 FROM scan WHERE id < :scan);
