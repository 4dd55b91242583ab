-- Images of which is asked which blocks are their own: those that may be deleted, first those that nobody may need.
-- Only where this scan looked, so that nothing waits for storage that is away.
SELECT image, min(rank) FROM (
  SELECT image, 0 AS rank FROM unused WHERE until_scan IS NULL
  UNION ALL SELECT image, 1 FROM awaited WHERE until_scan IS NULL
  UNION ALL
  SELECT image, 1 FROM temp.kept_image WHERE image NOT IN (SELECT image FROM temp.reached)) AS idle
WHERE EXISTS (
  SELECT 1 FROM place CROSS JOIN directory_state AS home ON home.directory = place.directory
    AND home.until_scan IS NULL
  WHERE place.image = idle.image AND place.until_scan IS NULL
    AND home.pool IN (SELECT pool FROM temp.looked_pool))
GROUP BY image ORDER BY min(rank), image LIMIT :limit
