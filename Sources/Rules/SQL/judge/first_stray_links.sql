-- Images of a database's first scan of which a link does not end at an image that can be read.
INSERT OR IGNORE INTO temp.touched (holder)
SELECT holder FROM link
WHERE until_scan IS NULL AND state <> 'ok'
  AND state IN ('missing', 'unreadable', 'outside-pools', 'remote', 'invalid', 'unknown')
  AND holder > 0;
