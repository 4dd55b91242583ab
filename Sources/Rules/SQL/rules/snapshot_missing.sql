-- A snapshot that is said to be inside an image, and that no image in the chain of the disk has.
INSERT INTO temp.judged (kind, holder, ordinal)
SELECT 'snapshot-missing', domain, ordinal FROM temp.unmet WHERE kind = 'snapshot';
