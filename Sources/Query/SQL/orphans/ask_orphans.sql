-- Images of which it is certain that they were used and are not.
SELECT unused.image, unused.from_scan AS since, unused.last_user, file_state.actual_size,
  own.names, own.bytes AS own_bytes,
  (SELECT count(*) FROM place_at AS place WHERE place.image = unused.image) AS places,
  (SELECT is_measured FROM scan WHERE id = (SELECT scan FROM temp.asof)) AS is_measured
FROM finding_at AS finding
JOIN unused_at AS unused ON unused.image = finding.holder
JOIN file_state_at AS file_state ON file_state.image = finding.holder
LEFT JOIN own_blocks_at AS own ON own.image = finding.holder
WHERE finding.kind = 'orphan'
