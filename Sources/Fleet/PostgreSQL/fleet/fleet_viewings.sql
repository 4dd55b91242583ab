-- Takes up which shared files the images of a source are. $1 is the source; $2 the scan after which the images
-- began or were changed in place.
INSERT INTO viewing (source, image, shared)
SELECT image.source, image.id, shared_image.id
FROM filesystem
JOIN storage ON storage.identity = filesystem.identity AND storage.is_shared
JOIN image ON image.source = $1 AND image.filesystem = filesystem.id
  AND greatest(image.first_scan, image.revised_scan) > $2
JOIN shared_image ON shared_image.storage = coalesce(storage.same_as, storage.id)
  AND shared_image.inode = image.inode AND shared_image.birth_time = coalesce(image.birth_time, 0)
WHERE filesystem.source = $1
ON CONFLICT (source, image) DO UPDATE SET shared = excluded.shared WHERE viewing.shared <> excluded.shared
