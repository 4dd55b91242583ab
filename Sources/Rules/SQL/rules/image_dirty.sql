-- An image that is marked as open for writing, and that neither a process nor a running domain holds.
INSERT INTO temp.judged (kind, holder)
SELECT 'image-dirty', image FROM temp.suspect
WHERE is_dirty AND NOT is_in_use AND NOT EXISTS (
  SELECT 1 FROM temp.domain_link
  WHERE domain_link.image = suspect.image AND domain_link.is_running AND domain_link.is_current);
