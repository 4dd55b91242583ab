-- The scans up to :end that may have seen :image otherwise than the scan before, by whatever is known of it. While
-- a machine runs, its images are in use: so when the machines of an image came, went, or said something else.
WITH turn (scan) AS (
  SELECT from_scan FROM place WHERE image = :image
  UNION SELECT until_scan FROM place WHERE image = :image
  UNION SELECT from_scan FROM image_state WHERE image = :image
  UNION SELECT until_scan FROM image_state WHERE image = :image
  UNION SELECT from_scan FROM file_state WHERE image = :image
  UNION SELECT until_scan FROM file_state WHERE image = :image
  UNION SELECT from_scan FROM reference WHERE holder = :image
  UNION SELECT until_scan FROM reference WHERE holder = :image
  UNION SELECT from_scan FROM link WHERE holder = :image
  UNION SELECT until_scan FROM link WHERE holder = :image
  UNION SELECT from_scan FROM link WHERE target_image = :image AND holder < 0
  UNION SELECT until_scan FROM link WHERE target_image = :image AND holder < 0
  UNION SELECT reference.from_scan FROM link
    CROSS JOIN reference ON reference.holder = link.holder AND reference.ordinal = link.ordinal
    WHERE link.target_image = :image AND link.holder < 0
  UNION SELECT state.from_scan FROM link
    CROSS JOIN domain_state AS state ON state.domain = link.holder
    WHERE link.target_image = :image AND link.holder < 0
  UNION SELECT state.until_scan FROM link
    CROSS JOIN domain_state AS state ON state.domain = link.holder
    WHERE link.target_image = :image AND link.holder < 0)
SELECT scan FROM turn WHERE scan <= :end ORDER BY scan
