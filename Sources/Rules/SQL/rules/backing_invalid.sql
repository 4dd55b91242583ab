-- A name of a base that means nothing.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'backing-invalid', holder, ordinal FROM temp.stray_link
WHERE state = 'invalid' AND is_backing;
