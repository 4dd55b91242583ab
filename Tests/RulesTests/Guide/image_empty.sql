-- An image of no bytes.
INSERT INTO temp.judged (kind, holder)
SELECT 'image-empty', touched.holder
FROM temp.touched
CROSS JOIN file_state ON file_state.image = touched.holder AND file_state.until_scan IS NULL
WHERE file_state.file_size = 0;
