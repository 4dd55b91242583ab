-- An image that records another format for its base than the base's header shows.
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'backing-format-mismatch', reference.holder, reference.ordinal, NULL
FROM temp.touched
CROSS JOIN reference ON reference.holder = touched.holder AND reference.until_scan IS NULL
CROSS JOIN link ON link.holder = reference.holder AND link.ordinal = reference.ordinal
  AND link.until_scan IS NULL
CROSS JOIN image_state AS target ON target.image = link.target_image AND target.until_scan IS NULL
WHERE reference.role = 'backing' AND reference.holder > 0
  AND coalesce(reference.recorded_format, reference.format_in_reference) <> target.format
  -- A fixed VHD has its header at the end, and shows raw.
  AND NOT (coalesce(reference.recorded_format, reference.format_in_reference) = 'vpc'
    AND target.content IS 'vpc-fixed')
  -- What a part of a file holds, the file's own beginning does not show.
  AND NOT (substr(reference.stored, 1, 5) = CAST('json:' AS BLOB)
    AND (instr(reference.stored, CAST('offset"' AS BLOB)) > 0
      OR instr(reference.stored, CAST('offset''' AS BLOB)) > 0
      OR instr(reference.stored, CAST('size"' AS BLOB)) > 0
      OR instr(reference.stored, CAST('size''' AS BLOB)) > 0));
