-- A base or a parent that is not there.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'backing-missing', holder, ordinal FROM temp.stray_link
WHERE state = 'missing' AND role IN ('backing', 'parent');
