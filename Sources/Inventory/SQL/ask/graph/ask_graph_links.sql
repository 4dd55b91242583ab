-- Links with what they are made of, as of :at.
SELECT
  link.holder, link.ordinal, link.target_image, link.state, link.is_backing,
  directory.path, link.name, reference.role, reference.stored, reference.detail,
  coalesce(reference.recorded_format, reference.format_in_reference) AS recorded_format,
  domain.name AS domain, state.format AS holder_format
FROM link
JOIN reference ON reference.holder = link.holder AND reference.ordinal = link.ordinal
  AND reference.from_scan <= :at AND (reference.until_scan IS NULL OR reference.until_scan > :at)
LEFT JOIN directory ON directory.id = link.directory
LEFT JOIN domain ON domain.id = link.holder
LEFT JOIN image_state AS state ON state.image = link.holder AND state.from_scan <= :at
  AND (state.until_scan IS NULL OR state.until_scan > :at)
WHERE link.from_scan <= :at AND (link.until_scan IS NULL OR link.until_scan > :at)
