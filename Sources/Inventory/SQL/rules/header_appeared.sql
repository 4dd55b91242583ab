-- A raw disk that grew a header: at the same path, in the same file.
-- Judged where it happens, and as long as it stays so.
INSERT INTO temp.judged (kind, holder, detail)
SELECT 'header-appeared', new.image, NULL
FROM temp.changed_state
CROSS JOIN image_state AS old ON old.image = changed_state.image AND old.until_scan = :scan
CROSS JOIN image_state AS new ON new.image = changed_state.image AND new.until_scan IS NULL
CROSS JOIN file_state AS file ON file.image = changed_state.image AND file.until_scan IS NULL
LEFT JOIN file_state AS before ON before.image = changed_state.image
  AND before.until_scan = :scan
WHERE changed_state.is_format AND old.kind = 'image' AND old.format = 'raw'
  AND new.format <> 'raw'
  -- A file that was empty had no disk in it, and one that is shorter was made anew.
  AND coalesce(before.file_size, file.file_size) BETWEEN 1 AND file.file_size
  AND changed_state.image NOT IN (SELECT image FROM temp.opened_place)
  -- What turns back is in order again.
  AND NOT EXISTS (
    SELECT 1 FROM finding
    WHERE finding.holder = changed_state.image AND finding.until_scan IS NULL
      AND finding.kind IN ('header-appeared', 'header-vanished'))
UNION ALL
SELECT finding.kind, finding.holder, NULL
FROM finding
JOIN temp.touched ON touched.holder = finding.holder
JOIN image_state ON image_state.image = finding.holder AND image_state.until_scan IS NULL
WHERE finding.until_scan IS NULL AND finding.kind = 'header-appeared' AND image_state.format <> 'raw';
