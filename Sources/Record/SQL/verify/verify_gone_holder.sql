-- What is still said of an image that stands nowhere, or of a domain that is gone.

WITH said (holder, subject) AS (
  SELECT image, 'image_state of image ' || image FROM image_state WHERE until_scan IS NULL
  UNION ALL
  SELECT image, 'file_state of image ' || image FROM file_state WHERE until_scan IS NULL
  UNION ALL
  SELECT image, 'unused of image ' || image FROM unused WHERE until_scan IS NULL
  UNION ALL
  SELECT image, 'awaited image ' || image FROM awaited WHERE until_scan IS NULL
  UNION ALL
  SELECT image, 'own blocks of image ' || image FROM own_blocks WHERE until_scan IS NULL
  UNION ALL
  SELECT holder, 'reference ' || ordinal || ' of holder ' || holder FROM reference
  WHERE until_scan IS NULL
  UNION ALL
  SELECT holder, 'link ' || ordinal || ' of holder ' || holder FROM link WHERE until_scan IS NULL
  UNION ALL
  SELECT holder, 'victim ' || ordinal || ' of holder ' || holder FROM victim WHERE until_scan IS NULL
  UNION ALL
  -- What a guest may have written into a disk is told until the disk is back as it was.
  SELECT holder, 'finding ' || id || ' (' || kind || ') of holder ' || holder FROM finding
  WHERE until_scan IS NULL AND kind NOT IN ('header-appeared', 'header-vanished')
)
SELECT subject FROM said
WHERE (holder > 0 AND NOT EXISTS (
    SELECT 1 FROM place WHERE place.image = said.holder AND place.until_scan IS NULL))
  OR (holder < 0 AND NOT EXISTS (
    SELECT 1 FROM domain_state WHERE domain_state.domain = said.holder AND until_scan IS NULL))
