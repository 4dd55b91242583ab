-- The links of a database's first scan: all of them are new, and most of them lead to a file that was
-- seen. Those are written at once; what is left in temp.relink has to be looked for.
INSERT INTO link (holder, ordinal, from_scan, directory, name, target_image, is_backing, state)
SELECT relink.holder, relink.ordinal, :scan, relink.directory, relink.name, place.image,
  relink.is_backing, 'ok'
FROM temp.relink
CROSS JOIN temp.landing ON landing.directory = relink.directory
CROSS JOIN place ON place.directory = landing.real AND place.name = relink.name
  AND place.until_scan IS NULL
WHERE relink.state IS NULL;

DROP TABLE IF EXISTS temp.left_over;
CREATE TEMP TABLE left_over AS
SELECT * FROM temp.relink WHERE NOT EXISTS (
  SELECT 1 FROM link WHERE link.holder = relink.holder AND link.ordinal = relink.ordinal);
DELETE FROM temp.relink;
INSERT INTO temp.relink SELECT * FROM temp.left_over;
DROP TABLE temp.left_over;
