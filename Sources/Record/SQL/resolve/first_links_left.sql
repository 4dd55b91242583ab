-- The links of a database's first scan that had to be looked for.
INSERT INTO link (
  holder, ordinal, from_scan, directory, name, target_image, is_backing, state, target_filesystem,
  target_inode)
SELECT holder, ordinal, :scan, directory, name, image, is_backing, state, target_filesystem,
  target_inode
FROM temp.relink;
