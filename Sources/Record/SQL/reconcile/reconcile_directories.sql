-- What is known of directories: those that were walked, those that references name, and the end of
-- those that are gone.

INSERT OR IGNORE INTO temp.changed_directory (directory)
SELECT seen.directory
FROM temp.seen_directory AS seen
LEFT JOIN directory_state AS old ON old.directory = seen.directory AND old.until_scan IS NULL
WHERE old.directory IS NULL OR old.pool IS NOT seen.pool
  OR old.filesystem IS NOT seen.filesystem OR old.canonical IS NOT seen.canonical
  OR old.is_mount_point <> seen.is_mount_point
UNION
SELECT directory FROM temp.gone_directory;

UPDATE directory_state SET until_scan = :scan
WHERE until_scan IS NULL AND directory IN (SELECT directory FROM temp.changed_directory);

INSERT INTO directory_state (directory, from_scan, pool, filesystem, canonical, is_mount_point)
SELECT directory, :scan, pool, filesystem, canonical, is_mount_point
FROM temp.seen_directory JOIN temp.changed_directory USING (directory);
