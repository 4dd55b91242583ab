-- What people keep, with all that it stands on. An image that is away is kept when it is back.
UPDATE keep SET until_scan = :scan
WHERE until_scan IS NULL AND ends <= (SELECT started FROM scan WHERE id = :scan);

DROP TABLE IF EXISTS temp.kept_image;
CREATE TEMP TABLE kept_image (image INTEGER PRIMARY KEY);
INSERT INTO temp.kept_image
WITH RECURSIVE down (image) AS (
  SELECT image FROM keep WHERE until_scan IS NULL
  UNION
  SELECT link.target_image FROM down CROSS JOIN link ON link.holder = down.image
  WHERE link.until_scan IS NULL AND link.target_image IS NOT NULL)
SELECT image FROM down;
