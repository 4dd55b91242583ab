-- The images on which no other stands, with the number of images in their chains, longest first.
WITH RECURSIVE base (holder, target) AS MATERIALIZED (
  -- Of several links of one image the first counts, as everywhere.
  SELECT link.holder, link.target_image FROM link_at AS link
  WHERE link.is_backing AND link.holder > 0
    AND NOT EXISTS (
      SELECT 1 FROM link_at AS first
      WHERE first.holder = link.holder AND first.is_backing AND first.ordinal < link.ordinal)),
level (image, length) AS (
  SELECT DISTINCT target, 1 FROM base
  WHERE target IS NOT NULL
    AND NOT EXISTS (
      SELECT 1 FROM base AS below WHERE below.holder = base.target AND below.target IS NOT NULL)
  UNION ALL
  SELECT base.holder, level.length + 1 FROM level JOIN base ON base.target = level.image)
SELECT image, length FROM level
WHERE length > 1 AND NOT EXISTS (SELECT 1 FROM base WHERE base.target = level.image)
ORDER BY length DESC, image LIMIT :limit
