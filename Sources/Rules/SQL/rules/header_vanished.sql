-- An image that lost its header: whatever name it has, and however long it was away, until it has one again.
INSERT INTO temp.judged (kind, holder, ordinal, detail)
SELECT 'header-vanished', image.id, NULL, json_object('was', image.accepted_format)
FROM image
CROSS JOIN image_state AS now ON now.image = image.id AND now.from_scan = (
  SELECT max(from_scan) FROM image_state WHERE image_state.image = image.id)
WHERE image.accepted_format <> 'raw' AND now.format = 'raw';
