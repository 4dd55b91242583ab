-- A raw disk that grew a header: whatever name it has, and however long it was away, until it is raw again.
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'header-appeared', image.id, NULL, NULL
FROM image
CROSS JOIN image_state AS now ON now.image = image.id AND now.from_scan = (
  SELECT max(from_scan) FROM image_state WHERE image_state.image = image.id)
WHERE image.accepted_format = 'raw' AND now.format <> 'raw';
