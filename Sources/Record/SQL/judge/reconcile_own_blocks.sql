-- Which blocks images own now, in temp.own_now. What is used is not asked, and what could not be asked is as it was.
UPDATE own_blocks SET until_scan = :scan
WHERE until_scan IS NULL AND (
  image NOT IN (
    SELECT image FROM unused WHERE until_scan IS NULL
    UNION SELECT image FROM awaited WHERE until_scan IS NULL
    UNION SELECT image FROM temp.kept_image)
  OR image IN (SELECT image FROM temp.reached)
  OR NOT EXISTS (
    SELECT 1 FROM place WHERE place.image = own_blocks.image AND place.until_scan IS NULL)
  OR EXISTS (
    SELECT 1 FROM temp.own_now AS now
    WHERE now.image = own_blocks.image
      AND (now.bytes IS NOT own_blocks.bytes OR now.names <> own_blocks.names)));
INSERT INTO own_blocks (image, from_scan, bytes, names)
SELECT image, :scan, bytes, names FROM temp.own_now AS now
WHERE NOT EXISTS (
  SELECT 1 FROM own_blocks WHERE own_blocks.image = now.image AND own_blocks.until_scan IS NULL);
UPDATE scan SET is_measured = 1 WHERE id = :scan;
