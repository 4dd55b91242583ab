-- Findings about what an image records beside its backing reference: the format of the target, and
-- the length of the name.
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'backing-format-unrecorded', reference.holder, reference.ordinal, NULL
FROM temp.touched
CROSS JOIN reference ON reference.holder = touched.holder AND reference.until_scan IS NULL
CROSS JOIN image_state ON image_state.image = touched.holder AND image_state.until_scan IS NULL
WHERE reference.role = 'backing' AND reference.recorded_format IS NULL
  AND reference.format_in_reference IS NULL
  AND image_state.format IN (SELECT format FROM temp.format_trait WHERE records_backing_format);

INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'backing-format-mismatch', reference.holder, reference.ordinal, NULL
FROM temp.touched
CROSS JOIN reference ON reference.holder = touched.holder AND reference.until_scan IS NULL
CROSS JOIN link ON link.holder = reference.holder AND link.ordinal = reference.ordinal
  AND link.until_scan IS NULL
CROSS JOIN image_state AS target ON target.image = link.target_image AND target.until_scan IS NULL
WHERE reference.role = 'backing' AND reference.holder > 0
  AND coalesce(reference.recorded_format, reference.format_in_reference) <> target.format
  -- What a part of a file holds, the file's own beginning does not show.
  AND NOT (substr(reference.stored, 1, 5) = CAST('json:' AS BLOB)
    AND (instr(reference.stored, CAST('offset"' AS BLOB)) > 0
      OR instr(reference.stored, CAST('offset''' AS BLOB)) > 0
      OR instr(reference.stored, CAST('size"' AS BLOB)) > 0
      OR instr(reference.stored, CAST('size''' AS BLOB)) > 0));

-- What the image records of its parent's state is not its parent's state. It may record two (VHDX), with
-- a space between them.
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'parent-mismatch', link.holder, link.ordinal, NULL
FROM temp.touched
CROSS JOIN link ON link.holder = touched.holder AND link.until_scan IS NULL
CROSS JOIN image_state AS own ON own.image = touched.holder AND own.until_scan IS NULL
CROSS JOIN image_state AS target ON target.image = link.target_image AND target.until_scan IS NULL
WHERE link.is_backing AND own.parent_mark IS NOT NULL AND target.own_mark IS NOT NULL
  AND instr(' ' || own.parent_mark || ' ', ' ' || target.own_mark || ' ') = 0;

-- Whoever is near the most that QEMU allows is warned.
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'backing-name-long', reference.holder, reference.ordinal, NULL
FROM temp.touched
CROSS JOIN reference ON reference.holder = touched.holder AND reference.until_scan IS NULL
CROSS JOIN image_state ON image_state.image = touched.holder AND image_state.until_scan IS NULL
CROSS JOIN temp.format_trait ON format_trait.format = image_state.format
WHERE reference.role = 'backing'
  AND length(reference.stored) >= format_trait.long_backing_name;
