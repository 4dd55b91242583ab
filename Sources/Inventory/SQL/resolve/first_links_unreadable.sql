-- Links of a database's first scan that lead to a file which may not be read; whose they are is judged.
UPDATE link SET state = 'unreadable'
WHERE target_image IN (SELECT image FROM file_state WHERE NOT is_readable);
INSERT OR IGNORE INTO temp.touched (holder)
SELECT holder FROM link WHERE state = 'unreadable' AND holder > 0;
