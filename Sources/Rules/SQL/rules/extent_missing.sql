-- An extent that is not there.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'extent-missing', holder, ordinal FROM temp.stray_link
WHERE state = 'missing' AND role = 'extent';
