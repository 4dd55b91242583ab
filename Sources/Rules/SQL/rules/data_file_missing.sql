-- A data file that is not there.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'data-file-missing', holder, ordinal FROM temp.stray_link
WHERE state = 'missing' AND role = 'data-file';
