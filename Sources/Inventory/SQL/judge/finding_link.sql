-- Findings about links that do not end at an image of the inventory.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT kind, holder, ordinal FROM (
  SELECT link.holder, link.ordinal, CASE
    WHEN link.state = 'missing' THEN CASE reference.role
      WHEN 'backing' THEN 'backing-missing'
      WHEN 'parent' THEN 'backing-missing'
      WHEN 'data-file' THEN 'data-file-missing'
      WHEN 'extent' THEN 'extent-missing' END
    WHEN link.state = 'unreadable' THEN 'backing-unreadable'
    WHEN link.state = 'invalid' AND link.is_backing THEN 'backing-invalid'
    WHEN link.state = 'outside-pools' THEN 'backing-outside-pools'
    WHEN link.state = 'remote' THEN 'backing-remote' END AS kind
  FROM temp.touched
  CROSS JOIN link ON link.holder = touched.holder
  CROSS JOIN reference ON reference.holder = link.holder AND reference.ordinal = link.ordinal
    AND reference.until_scan IS NULL
  WHERE link.until_scan IS NULL AND link.state NOT IN ('ok', 'unknown')
    AND link.holder > 0)
WHERE kind IS NOT NULL;
