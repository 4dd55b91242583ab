-- Images of which it is certain that they were used and are not.
SELECT unused.image, unused.from_scan AS since, unused.last_user, file_state.actual_size
FROM finding
JOIN unused ON unused.image = finding.holder AND unused.from_scan <= :at
  AND (unused.until_scan IS NULL OR unused.until_scan > :at)
JOIN file_state ON file_state.image = finding.holder AND file_state.from_scan <= :at
  AND (file_state.until_scan IS NULL OR file_state.until_scan > :at)
WHERE finding.kind = 'orphan' AND finding.from_scan <= :at
  AND (finding.until_scan IS NULL OR finding.until_scan > :at)
