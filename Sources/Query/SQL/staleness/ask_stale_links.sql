-- Images whose base stands in a pool that the scan was asked for and could not see: where they lead is only
-- remembered.
SELECT link.holder, known_pool.name
FROM pool_scan
CROSS JOIN pool_at AS known_pool ON known_pool.id = pool_scan.pool
CROSS JOIN directory_state_at AS state ON state.pool = known_pool.id
CROSS JOIN place_at AS place ON place.directory = state.directory
CROSS JOIN link_at AS link ON link.target_image = place.image
WHERE pool_scan.scan = (SELECT scan FROM asof) AND pool_scan.state = 'unavailable'
  AND known_pool.not_visited IS NULL AND link.is_backing AND link.holder > 0;
