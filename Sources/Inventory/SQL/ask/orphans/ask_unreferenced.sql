-- Images to which no image and no domain refers, and of which nothing more is certain.
SELECT image.id AS image, image.first_scan AS since, NULL AS last_user, file_state.actual_size
FROM image
JOIN image_state_at AS image_state ON image_state.image = image.id AND image_state.kind = 'image'
JOIN file_state_at AS file_state ON file_state.image = image.id
WHERE image.first_scan <= (SELECT scan FROM temp.asof)
  AND NOT EXISTS (
    SELECT 1 FROM link_at AS link
    WHERE link.target_image = image.id)
  AND NOT EXISTS (
    SELECT 1 FROM finding_at AS finding
    WHERE finding.holder = image.id AND finding.kind = 'orphan')
