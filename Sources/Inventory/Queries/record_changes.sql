-- What this scan changed, for comparisons; the first scan has nothing to compare with.
INSERT OR IGNORE INTO scan_change (scan, image)
SELECT :scan, image FROM (
  SELECT image FROM temp.opened_place
  UNION SELECT image FROM temp.closed_place
  UNION SELECT image FROM temp.changed_state
  UNION SELECT image FROM temp.changed_file)
WHERE EXISTS (SELECT 1 FROM scan WHERE id < :scan);
