-- What refers, or referred, to :image; with :image NULL what the machines of the JSON array :domains refer to: a row
-- for each stretch of scans, as far as the reference and where it leads are the same.
SELECT link.holder, reference.role, json_extract(reference.detail, '$.target') AS target,
  link.target_image, directory.path, link.name,
  max(link.from_scan, reference.from_scan) AS since,
  nullif(min(coalesce(link.until_scan, 9223372036854775807),
    coalesce(reference.until_scan, 9223372036854775807)), 9223372036854775807) AS until
FROM (
  SELECT holder, ordinal, from_scan FROM link WHERE target_image = :image
  UNION ALL
  SELECT link.holder, link.ordinal, link.from_scan
  FROM json_each(:domains) AS machine CROSS JOIN link ON link.holder = machine.value
) AS wanted
CROSS JOIN link ON link.holder = wanted.holder AND link.ordinal = wanted.ordinal
  AND link.from_scan = wanted.from_scan
CROSS JOIN reference ON reference.holder = link.holder AND reference.ordinal = link.ordinal
  AND reference.from_scan < coalesce(link.until_scan, reference.from_scan + 1)
  AND coalesce(reference.until_scan, link.from_scan + 1) > link.from_scan
LEFT JOIN directory ON directory.id = link.directory
WHERE max(link.from_scan, reference.from_scan) <= (SELECT scan FROM temp.asof)
ORDER BY link.holder, reference.role, target, since;
