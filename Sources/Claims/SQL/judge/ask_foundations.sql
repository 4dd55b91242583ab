-- What overlays were made on that stand on something, with what they stand on now.
SELECT
  made.holder, made.ordinal, made.from_scan, made.image, made.content, made.stored, made.mark,
  made.actual_size,
  link.target_image, link.state, target.content AS target_content,
  target.id IN (SELECT image FROM temp.unread_base) AS is_unread,
  reference.stored AS now_stored, reference.from_scan = :scan AS is_new_text,
  holder_state.parent_mark, target_state.own_mark, holder_file.actual_size AS now_size,
  coalesce((
    made.holder IN (SELECT image FROM temp.empty_overlay)
      -- Four clusters have no room for a table of clusters beside the header and the tables of tables.
      OR (earlier.format = 'qcow2' AND before.file_size <= 4 * earlier.cluster_size))
    AND holder_file.modified <> before.modified
    AND holder_file.modified >= target_file.modified, 0) AS is_made_anew,
  compared.is_same AS is_same_view, was.sample AS was_sample, target.sample AS target_sample,
  EXISTS (
    SELECT 1 FROM finding
    WHERE finding.kind = 'backing-changed' AND finding.holder = made.holder
      AND finding.ordinal = made.ordinal AND finding.until_scan IS NULL) AS is_told
FROM foundation AS made
CROSS JOIN link ON link.holder = made.holder AND link.ordinal = made.ordinal
  AND link.until_scan IS NULL
CROSS JOIN reference ON reference.holder = made.holder AND reference.ordinal = made.ordinal
  AND reference.until_scan IS NULL
LEFT JOIN temp.compared_view AS compared ON compared.holder = made.holder
LEFT JOIN image AS was ON was.id = made.image
LEFT JOIN image AS target ON target.id = link.target_image
LEFT JOIN image_state AS holder_state ON holder_state.image = made.holder
  AND holder_state.until_scan IS NULL
LEFT JOIN image_state AS target_state ON target_state.image = link.target_image
  AND target_state.until_scan IS NULL
LEFT JOIN file_state AS holder_file ON holder_file.image = made.holder
  AND holder_file.until_scan IS NULL
LEFT JOIN image_state AS earlier ON earlier.image = made.holder AND earlier.from_scan < made.from_scan
  AND (earlier.until_scan IS NULL OR earlier.until_scan >= made.from_scan)
LEFT JOIN file_state AS before ON before.image = made.holder AND before.from_scan < made.from_scan
  AND (before.until_scan IS NULL OR before.until_scan >= made.from_scan)
LEFT JOIN file_state AS target_file ON target_file.image = link.target_image
  AND target_file.until_scan IS NULL
WHERE made.until_scan IS NULL AND link.is_backing
