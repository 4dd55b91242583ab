-- The links of a database's first scan that had to be looked for.
INSERT INTO link (holder, ordinal, from_scan, directory, name, target_image, is_backing, state)
SELECT holder, ordinal, :scan, directory, name, image, is_backing, state FROM temp.relink;
