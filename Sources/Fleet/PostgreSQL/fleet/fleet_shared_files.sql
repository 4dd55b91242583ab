-- Takes up the files of shared storages that images of a source are. $1 is the source; $2 the scan after which the images
-- began or were changed in place.
INSERT INTO shared_image (storage, inode, birth_time)
SELECT DISTINCT coalesce(storage.same_as, storage.id), image.inode, coalesce(image.birth_time, 0)
FROM filesystem
JOIN storage ON storage.identity = filesystem.identity AND storage.is_shared
JOIN image ON image.source = $1 AND image.filesystem = filesystem.id
  AND greatest(image.first_scan, image.revised_scan) > $2
WHERE filesystem.source = $1
-- In one order, so that hosts of one storage wait for each other in no circle.
ORDER BY 1, 2, 3
ON CONFLICT DO NOTHING
