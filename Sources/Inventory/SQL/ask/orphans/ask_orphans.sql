-- Images of which it is certain that they were used and are not.
SELECT unused.image, unused.from_scan AS since, unused.last_user, file_state.actual_size
FROM finding_at AS finding
JOIN unused_at AS unused ON unused.image = finding.holder
JOIN file_state_at AS file_state ON file_state.image = finding.holder
WHERE finding.kind = 'orphan'
