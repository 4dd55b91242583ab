-- An image that QEMU has marked as corrupt.
INSERT INTO temp.judged (kind, holder)
SELECT 'image-corrupt', image FROM temp.suspect
WHERE is_corrupt;
