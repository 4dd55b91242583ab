-- What is reached over a network.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'backing-remote', holder, ordinal FROM temp.stray_link
WHERE state = 'remote';
