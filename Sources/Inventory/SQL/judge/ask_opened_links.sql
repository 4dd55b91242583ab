-- Findings about links that this scan opened, with the link as it was before.
SELECT
  finding.id, finding.kind, finding.holder,
  (SELECT stored FROM reference
   WHERE reference.holder = finding.holder AND reference.ordinal = finding.ordinal
     AND reference.until_scan = :scan) AS old_stored,
  old.state AS old_state,
  old.target_image AS old_target,
  new.target_image AS new_target,
  -- The reference names another directory than before, and only the image's own place changed.
  coalesce(old.directory <> new.directory, 0) AS is_elsewhere
FROM finding
LEFT JOIN link AS old ON old.holder = finding.holder AND old.ordinal = finding.ordinal
  AND old.until_scan = :scan
LEFT JOIN link AS new ON new.holder = finding.holder AND new.ordinal = finding.ordinal
  AND new.until_scan IS NULL
WHERE finding.from_scan = :scan AND finding.until_scan IS NULL
  AND finding.kind IN (
    'backing-missing', 'data-file-missing', 'extent-missing', 'backing-format-mismatch',
    'domain-image-missing', 'backing-changed');
