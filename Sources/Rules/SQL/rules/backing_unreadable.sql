-- What is there and may not be read, or is no file.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'backing-unreadable', holder, ordinal FROM temp.stray_link
WHERE state = 'unreadable';
