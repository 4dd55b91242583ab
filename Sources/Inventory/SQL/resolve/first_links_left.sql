-- The links of a database's first scan that had to be looked for.
INSERT INTO link (holder, ordinal, from_scan, directory, name, target_image, is_backing, state)
SELECT holder, ordinal, :scan, directory, name, image, is_backing, state FROM temp.relink;

-- Whose links do not end at an image that can be read is judged, beside those that were marked when
-- they were read.
INSERT OR IGNORE INTO temp.touched (holder)
SELECT holder FROM temp.relink WHERE state <> 'ok' AND holder > 0;
