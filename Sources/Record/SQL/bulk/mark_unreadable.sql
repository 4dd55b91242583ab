-- Links of a database's first scan that lead to a file which may not be read.
UPDATE link SET state = 'unreadable'
WHERE target_image IN (SELECT image FROM file_state WHERE NOT is_readable);
