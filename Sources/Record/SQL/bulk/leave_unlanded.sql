-- Leaves in temp.relink what has to be looked for: links of a database's first scan that lead to no file
-- which was seen.
DROP TABLE IF EXISTS temp.left_over;
CREATE TEMP TABLE left_over AS
SELECT * FROM temp.relink WHERE NOT EXISTS (
  SELECT 1 FROM link WHERE link.holder = relink.holder AND link.ordinal = relink.ordinal);
DELETE FROM temp.relink;
INSERT INTO temp.relink SELECT * FROM temp.left_over;
DROP TABLE temp.left_over;
