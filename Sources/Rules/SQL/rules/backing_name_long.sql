-- Whoever is near the most that QEMU allows is warned.
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'backing-name-long', reference.holder, reference.ordinal, NULL
FROM temp.touched
CROSS JOIN reference ON reference.holder = touched.holder AND reference.until_scan IS NULL
CROSS JOIN image_state ON image_state.image = touched.holder AND image_state.until_scan IS NULL
CROSS JOIN temp.format_trait ON format_trait.format = image_state.format
WHERE reference.role = 'backing'
  AND length(reference.stored) >= format_trait.long_backing_name;
