-- The scans that may have seen facts about :image otherwise than the scan before, by what the facts rest on; of its
-- file, which may change every night, only those that did.
SELECT 'place' AS topic, place.from_scan AS scan FROM place WHERE image = :image
UNION SELECT 'place', place.until_scan FROM place WHERE image = :image
UNION SELECT 'place', inside.from_scan FROM place
  CROSS JOIN directory_state AS inside ON inside.directory = place.directory
  WHERE place.image = :image
UNION SELECT 'header', from_scan FROM image_state WHERE image = :image
UNION SELECT 'header', until_scan FROM image_state WHERE image = :image
UNION SELECT 'header', from_scan FROM reference WHERE holder = :image
UNION SELECT 'header', until_scan FROM reference WHERE holder = :image
UNION SELECT 'header', from_scan FROM link WHERE holder = :image
UNION SELECT 'header', until_scan FROM link WHERE holder = :image
UNION SELECT topic.value, file.from_scan FROM (
  SELECT from_scan,
    file_size IS NOT lag(file_size) OVER before AS is_length_new,
    actual_size IS NOT lag(actual_size) OVER before AS is_size_new,
    modified IS NOT lag(modified) OVER before AS is_written,
    is_in_use IS NOT lag(is_in_use) OVER before AS is_use_new,
    links IS NOT lag(links) OVER before AS is_name_new,
    ownership IS NOT lag(ownership) OVER before AS is_owner_new
  FROM file_state WHERE image = :image WINDOW before AS (ORDER BY from_scan)) AS file
CROSS JOIN json_each('["length", "size", "written", "use", "names", "owner"]') AS topic
WHERE CASE topic.value WHEN 'length' THEN is_length_new WHEN 'size' THEN is_size_new
  WHEN 'written' THEN is_written WHEN 'use' THEN is_use_new WHEN 'names' THEN is_name_new
  ELSE is_owner_new END
UNION SELECT 'use', link.from_scan FROM link WHERE target_image = :image AND holder < 0
UNION SELECT 'use', link.until_scan FROM link WHERE target_image = :image AND holder < 0
UNION SELECT 'use', reference.from_scan FROM link
  CROSS JOIN reference ON reference.holder = link.holder AND reference.ordinal = link.ordinal
  WHERE link.target_image = :image AND link.holder < 0
UNION SELECT 'use', state.from_scan FROM link
  CROSS JOIN domain_state AS state ON state.domain = link.holder
  WHERE link.target_image = :image AND link.holder < 0
UNION SELECT 'use', state.until_scan FROM link
  CROSS JOIN domain_state AS state ON state.domain = link.holder
  WHERE link.target_image = :image AND link.holder < 0
UNION SELECT 'users', from_scan FROM link WHERE target_image = :image
UNION SELECT 'users', until_scan FROM link WHERE target_image = :image
