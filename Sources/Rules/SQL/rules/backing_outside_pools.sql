-- What no scanned pool covers.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'backing-outside-pools', holder, ordinal FROM temp.stray_link
WHERE state = 'outside-pools';
