-- An image that does not record the format of its base, and could.
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'backing-format-unrecorded', reference.holder, reference.ordinal, NULL
FROM temp.touched
CROSS JOIN reference ON reference.holder = touched.holder AND reference.until_scan IS NULL
CROSS JOIN image_state ON image_state.image = touched.holder AND image_state.until_scan IS NULL
WHERE reference.role = 'backing' AND reference.recorded_format IS NULL
  AND reference.format_in_reference IS NULL
  AND image_state.format IN (SELECT format FROM temp.format_trait WHERE records_backing_format);
