-- The links of a database's first scan: all of them are new, and most of them lead to a file that was
-- seen. Those are written at once.
INSERT INTO link (holder, ordinal, from_scan, directory, name, target_image, is_backing, state)
SELECT relink.holder, relink.ordinal, :scan, relink.directory, relink.name, place.image,
  relink.is_backing, 'ok'
FROM temp.relink
CROSS JOIN temp.landing ON landing.directory = relink.directory
CROSS JOIN place ON place.directory = landing.real AND place.name = relink.name
  AND place.until_scan IS NULL
WHERE relink.state IS NULL
RETURNING holder, ordinal, target_image, is_backing;
